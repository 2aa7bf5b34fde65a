import type { Evidence } from '#domain/evidence.ts';
import type { LogLines } from '#domain/question.ts';
import { errorsOf, type LoggedError } from '#lib/logs/errors-of.ts';
import { parseLines } from '#lib/logs/parse-lines.ts';

/** What was parsed from an answer, so that all rules that asked the same question share the work. */
const parsed = new WeakMap<LogLines, readonly LoggedError[]>();

/** The errors in a log, the most specific first; none when the log could not be read. */
export function loggedErrors(log: Evidence<LogLines>): readonly LoggedError[] {
  if (log.outcome !== 'present') return [];
  const known = parsed.get(log.data);
  if (known) return known;
  const errors = errorsOf(parseLines(log.data.lines));
  parsed.set(log.data, errors);
  return errors;
}

const LONGEST_SAID = 200;

/** What an error says in one line, for a title: its innermost cause; where that is only announced (`Description:`, `Traceback`), what follows. */
export function saidBy({ first }: LoggedError): string {
  const said = (first.exception?.root.message || first.message).trim();
  const lines = first.text.split('\n').map((line) => line.trim());
  // Any name may be an exception at the end of a Python traceback.
  if (/^Traceback\b/.test(said))
    return (first.text.split('\n').findLast((line) => /^(?!Traceback)[A-Za-z_][\w.]{1,150}(?:: |$)/.test(line)) ?? said).slice(0, LONGEST_SAID);
  if (!said.endsWith(':')) return said.slice(0, LONGEST_SAID);
  const at = lines.findIndex((line) => line.endsWith(said));
  const more = at < 0 ? [] : lines.slice(at + 1).filter((line) => line !== '');
  return [said, ...more.slice(0, 3)].join(' ').slice(0, LONGEST_SAID);
}

/** An error as an excerpt: its first lines and how often it was said. */
export function errorText({ first, count }: LoggedError): string {
  const text = first.text.split('\n').slice(0, 6).join('\n').slice(0, 1500);
  return count > 1 ? `${text}\n(said ${count} times)` : text;
}
