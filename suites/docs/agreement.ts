/** How an output is stated; blocks.ts says what each means. */
export const FORMS = ['json answer', 'json like', 'text answer'] as const;
export type StatedForm = (typeof FORMS)[number];

/** Why a command's output is not what the docs state; undefined when it is. */
export function disagreement(form: StatedForm, stated: string, output: string): string | undefined {
  if (form === 'text answer') return linesDiffer(linesOf(stated), linesOf(output));
  const [want, got]: unknown[] = [JSON.parse(stated), JSON.parse(output)];
  return valuesDiffer(want, got, '$', form === 'json like');
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => line.trimEnd());
}

/** Every run of lines between two `...` must follow, whole, on the one before. */
function linesDiffer(stated: readonly string[], output: readonly string[]): string | undefined {
  const want = stated.at(-1) === '' ? stated.slice(0, -1) : stated;
  const got = output.at(-1) === '' ? output.slice(0, -1) : output;
  let at = 0;
  let anywhere = false;
  for (const run of runsOf(want)) {
    if (run.length > 0) {
      const found = indexOfRun(got, run, at);
      if (found < 0 || (!anywhere && found !== at)) return `not in the output after line ${at}:\n${run.join('\n')}`;
      at = found + run.length;
    }
    anywhere = true;
  }
  const open = want.at(-1) === '...';
  return open || at === got.length ? undefined : `the output goes on: ${got[at]}`;
}

function runsOf(lines: readonly string[]): readonly (readonly string[])[] {
  const runs: string[][] = [[]];
  for (const line of lines) {
    if (line === '...') runs.push([]);
    else runs.at(-1)?.push(line);
  }
  return runs;
}

function indexOfRun(lines: readonly string[], run: readonly string[], from: number): number {
  for (let start = from; start + run.length <= lines.length; start += 1) if (run.every((line, index) => lines[start + index] === line)) return start;
  return -1;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `loosely`: the other object may have more keys and the other list more items; times, ids and cursors need only look alike. */
function valuesDiffer(want: unknown, got: unknown, where: string, loosely: boolean): string | undefined {
  if (isObject(want) && isObject(got)) {
    const surplus = loosely ? [] : Object.keys(got).filter((key) => !Object.hasOwn(want, key));
    if (surplus.length > 0) return `${where} also has ${surplus.join(', ')}`;
    return firstOf(Object.keys(want), (key) =>
      Object.hasOwn(got, key) ? valuesDiffer(want[key], got[key], `${where}.${key}`, loosely) : `${where} has no ${key}`,
    );
  }
  if (Array.isArray(want) && Array.isArray(got)) {
    if (got.length < want.length || (!loosely && got.length > want.length)) return `${where} has ${got.length} items, the docs show ${want.length}`;
    return firstOf([...want.keys()], (index) => valuesDiffer(want[index], got[index], `${where}[${index}]`, loosely));
  }
  if (loosely && typeof want === 'string' && typeof got === 'string' && looksAlike(want, got, where)) return undefined;
  return Object.is(want, got) ? undefined : `${where} is ${JSON.stringify(got)}, the docs say ${JSON.stringify(want)}`;
}

function looksAlike(want: string, got: string, where: string): boolean {
  return [TIME, ID].some((form) => form.test(want) && form.test(got)) || (where === '$.next' && want !== '' && got !== '');
}

function firstOf<T>(items: readonly T[], problemOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
