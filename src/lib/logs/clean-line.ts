import type { LogLine } from './entry.ts';

/** Longer lines are cut: the beginning says what happened, the end where it came from. */
const MAX_HEAD_CHARS = 12_000;
const MAX_TAIL_CHARS = 4_000;
/** JSON cut in two cannot be read: such lines may be longer. */
const MAX_JSON_CHARS = 262_144;
/** `2025-01-02T15:04:05.123456789Z stdout F message`: what a container runtime writes into its files (CRI). */
const CRI = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (?:stdout|stderr) ([FP])(?:,[^ ]{1,20})? ?/;
/** `kubectl logs --timestamps`: always nine digits, which no logging library writes. */
const RUNTIME_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)) /;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with the escape character
const ANSI = /\u001b\[[0-9;?]{0,20}[A-Za-z]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would not show is what must go
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/g;

/** Lines without the runtime's own prefixes, colours and control characters, partial lines (CRI `P`) joined, each bounded. */
export function cleanLines(lines: readonly LogLine[]): readonly LogLine[] {
  const cleaned: LogLine[] = [];
  let partial: LogLine | undefined;
  for (const line of lines) {
    const { prefixed, unfinished } = unprefix(line);
    const whole: LogLine = partial ? { at: partial.at, text: partial.text.length > MAX_JSON_CHARS ? partial.text : partial.text + prefixed.text } : prefixed;
    partial = unfinished ? whole : undefined;
    if (!unfinished) cleaned.push({ at: whole.at, text: printable(whole.text) });
  }
  if (partial) cleaned.push({ at: partial.at, text: printable(partial.text) });
  return cleaned;
}

function unprefix(line: LogLine): { readonly prefixed: LogLine; readonly unfinished: boolean } {
  const cri = CRI.exec(line.text.slice(0, 80));
  if (cri) return { prefixed: { at: line.at ?? cri[1] ?? null, text: line.text.slice(cri[0].length) }, unfinished: cri[2] === 'P' };
  const stamped = RUNTIME_TIME.exec(line.text.slice(0, 48));
  return { prefixed: stamped ? { at: line.at ?? stamped[1] ?? null, text: line.text.slice(stamped[0].length) } : line, unfinished: false };
}

function printable(text: string): string {
  const limited = bound(text);
  return limited.replaceAll(ANSI, '').replaceAll(CONTROL, '').trimEnd();
}

function bound(text: string): string {
  const start = text.slice(0, 64).trimStart();
  if (text.length <= MAX_HEAD_CHARS + MAX_TAIL_CHARS || (start.startsWith('{') && text.length <= MAX_JSON_CHARS)) return text;
  return `${text.slice(0, MAX_HEAD_CHARS)} … ${text.slice(-MAX_TAIL_CHARS)}`;
}
