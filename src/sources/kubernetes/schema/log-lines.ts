import type { LogLines } from '#domain/question.ts';

/** The runtime's timestamp at the beginning of a line, nanoseconds and all. */
const STAMP = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})) /;
/** Colours and cursor movements of programs that take the log for a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
const LONGEST_LINE = 8192;

export interface LogBounds {
  readonly maxLines: number;
  /** Of text; what is oldest goes first. */
  readonly maxBytes: number;
}

/**
 * The newest lines of a log, within bounds. With `stamped` each line begins with the runtime's timestamp, which becomes `at`; otherwise a
 * line that itself begins with an RFC 3339 time keeps its text and has that as `at`, and others have null. Terminal escapes are dropped, other
 * control characters made visible, long lines cut: a log may hold anything.
 */
export function readLogLines(log: string, stamped: boolean, { maxLines, maxBytes }: LogBounds): LogLines {
  const kept = log.length > maxBytes ? log.slice(-maxBytes) : log;
  const lines = kept.split('\n');
  if (lines.at(-1) === '') lines.pop();
  // The first line of what was kept has lost its beginning.
  if (kept.length < log.length && lines.length > 1) lines.shift();
  const newest = lines.length > maxLines ? lines.slice(-maxLines) : lines;
  return {
    lines: newest.map((line) => readLine(line, stamped)),
    truncated: kept.length < log.length || newest.length < lines.length,
  };
}

/** Whether a log was recorded with the runtime's timestamps: all lines have one, to the nanosecond, which programs do not write. */
export function looksStamped(log: string): boolean {
  const lines = log.split('\n', 200).filter((line) => line !== '');
  const stamps = lines.map((line) => STAMP.exec(`${line} `)?.[1]);
  return stamps.length > 0 && stamps.every((stamp) => stamp !== undefined) && stamps.some((stamp) => /\.\d{7,9}/.test(stamp ?? ''));
}

function readLine(line: string, stamped: boolean): LogLines['lines'][number] {
  const stamp = STAMP.exec(line);
  const at = stamp?.[1] === undefined ? null : toUtc(stamp[1]);
  return { at, text: clean(stamped && stamp ? line.slice(stamp[0].length) : line) };
}

function toUtc(stamp: string): string | null {
  const time = new Date(stamp);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function clean(text: string): string {
  const short = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
  return short.replace(ESCAPES, '').replace(/\r$/, '').replace(CONTROLS, '\ufffd');
}
