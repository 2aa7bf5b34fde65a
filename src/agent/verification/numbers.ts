import { parseQuantity } from '#lib/quantity.ts';

/** A number with its unit, as text carries it. */
export interface Measure {
  readonly value: number;
  /** In one spelling; `''` for none. */
  readonly unit: string;
  readonly written: string;
  /** In evidence: the word before it, in lower case, which may say the unit: `timeoutSeconds: 1`. */
  readonly about?: string;
}

const UNITS: Readonly<Record<string, string>> = {
  ki: 'Ki',
  kib: 'Ki',
  mi: 'Mi',
  mib: 'Mi',
  gi: 'Gi',
  gib: 'Gi',
  ti: 'Ti',
  tib: 'Ti',
  kb: 'k',
  mb: 'M',
  gb: 'G',
  tb: 'T',
  k: 'k',
  g: 'G',
  t: 'T',
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  ms: 'ms',
  milliseconds: 'ms',
  millisecond: 'ms',
  m: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  '%': '%',
  percent: '%',
  core: 'core',
  cores: 'core',
  bytes: '',
  byte: '',
};

/** Numbers as they are written in words; `one` is as often an article. */
const WORDS: ReadonlyMap<string, number> = new Map([
  ...'two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, index) => [word, index + 2] as const),
  ...'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, index) => [word, 10 * (index + 2)] as const),
  ['zero', 0],
  ['twice', 2],
  ['thrice', 3],
  ['dozen', 12],
  ['hundred', 100],
  ['thousand', 1_000],
  ['million', 1_000_000],
  ['billion', 1_000_000_000],
]);

/** `7`, `x19`, `128Mi`, `95%`, `40 seconds`, `1,024`, `-5`, both of `2/3`; not the digits in names, times, addresses and versions. */
const MEASURE =
  /(?<![\w:]|\w[.-]|(?:^|\D)\/|\d,)[x×~<>=]?(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|\.\d+)(?:(%|[a-zA-Z]{1,12})(?![\w-])| ?(%|(?:[KMGTkmgt]i?B|[KMGT]i|s|ms|m|min|h|d|secs?|seconds?|milliseconds?|mins?|minutes?|hours?|days?|percent|cores?|bytes?)(?![\w-]))|(?![\w]))(?!\.\d|:\d)/g;

/** Every number in a claim. */
export function measuresIn(claim: string): readonly Measure[] {
  const found = [...claim.matchAll(MEASURE)].flatMap(([written, digits = '', attached, apart]) => {
    const suffix = attached ?? apart ?? '';
    const unit = UNITS[suffix.toLowerCase()] ?? suffix;
    return [{ value: Number(digits.replaceAll(',', '')), unit, written: written.trim() }];
  });
  const spelled = [...claim.toLowerCase().matchAll(/\b[a-z]{3,10}\b/g)].flatMap(([word]) => {
    const value = WORDS.get(word.replace(/(?<=dozen|hundred|thousand|million|billion)s$/, ''));
    return value === undefined ? [] : [{ value, unit: '', written: word }];
  });
  return [...found, ...spelled];
}

/** True when the evidence carries the number: the same with the same unit, or the same amount written otherwise (128Mi, 134217728; 5 minutes, timeoutSeconds: 300). */
export function carriesMeasure({ value, unit, written }: Measure, evidence: readonly Measure[]): boolean {
  const bytes = amountOf(value, unit);
  const seconds = unit === '' ? undefined : SECONDS_IN[unit];
  return evidence.some(
    (other) =>
      (other.value === value && (other.unit === unit || other.written === written)) ||
      (bytes !== undefined && near(bytes, amountOf(other.value, other.unit), unit === '' && other.unit === '')) ||
      (seconds !== undefined && near(seconds * value, secondsOf(other), false)) ||
      (unit === 'core' && near(value, coresOf(other), false)),
  );
}

/** True for a word that only says what a number counts: `GiB`, `seconds`. */
export function isUnit(word: string): boolean {
  return Object.hasOwn(UNITS, word.toLowerCase());
}

/** The same amount as people round it: 14.9 GiB of 15,998,976,000 bytes. */
function near(one: number, other: number | undefined, exact: boolean): boolean {
  return other !== undefined && Math.abs(one - other) <= (exact ? 0 : 0.005 * Math.abs(other));
}

/** Numbers in evidence also stand behind `=`, `:`, `(`, `/` and in lists, which names in a claim do not. `bareUnit`: what those without a unit count. */
export function measuresInEvidence(text: string, bareUnit: 's' | '' = ''): readonly Measure[] {
  const apart = text.replaceAll(/[=:/()[\]{},"']/g, ' ');
  const named = [...apart.matchAll(/(?<![\w.-])([A-Za-z][\w.-]{0,80})[ \t]{1,8}(\d[^\s]*)/g)].flatMap(([, about = '', number = '']) =>
    measuresIn(number).map((measure) => ({ ...measure, about: about.toLowerCase() })),
  );
  const all = [...measuresIn(apart), ...measuresIn(text), ...named];
  const bare = bareUnit === '' ? [] : all.filter(({ unit }) => unit === '').map((measure) => ({ ...measure, unit: bareUnit }));
  return [...all, ...bare].map((measure) =>
    // 500m of a CPU are thousandths, not minutes.
    measure.unit === 'm' && /^\d+m$/.test(measure.written) && /cpu/i.test(text) && !DURATION.test(measure.about ?? '')
      ? { ...measure, unit: 'milli' }
      : measure,
  );
}

const SECONDS_IN: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 };
const DURATION = /(?:timeout|interval|for|duration|period|delay|window|since|age|after|ttl|every|range)$/;
/** What a bare number counts, by how Kubernetes, Prometheus and most programs call their settings. */
const BARE_UNITS: readonly (readonly [name: RegExp, seconds: number])[] = [
  [/(?:ms|millis|milliseconds)$/, 0.001],
  [/(?:seconds?|secs?|_s|timeout|period|delay|interval|ttl|deadline|duration)$/, 1],
  [/(?:minutes?|mins?)$/, 60],
  [/hours?$/, 3_600],
  [/days?$/, 86_400],
];

function secondsOf({ value, unit, about }: Measure): number | undefined {
  if (unit !== '') return SECONDS_IN[unit] === undefined ? undefined : SECONDS_IN[unit] * value;
  const [, seconds] = about === undefined ? [] : (BARE_UNITS.find(([name]) => name.test(about)) ?? []);
  return seconds === undefined ? undefined : seconds * value;
}

function coresOf({ value, unit, about }: Measure): number | undefined {
  if (unit === 'milli') return value / 1_000;
  return unit === '' && about !== undefined && /cpus?$/.test(about) ? value : undefined;
}

function amountOf(value: number, unit: string): number | undefined {
  if (unit === '') return value >= 1024 ? value : undefined;
  return /^[KMGT]i$|^[kMGT]$/.test(unit) ? parseQuantity(`${value}${unit}`) : undefined;
}
