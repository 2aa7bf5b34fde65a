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

/** An error as an excerpt: its first lines and how often it was said. */
export function errorText({ first, count }: LoggedError): string {
  const text = first.text.split('\n').slice(0, 6).join('\n').slice(0, 1500);
  return count > 1 ? `${text}\n(said ${count} times)` : text;
}
