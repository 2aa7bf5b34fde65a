import { type Clue, clues, worth } from './clues.ts';
import type { LogEntry } from './entry.ts';
import { foldPatterns, gravity, type LogPattern } from './fold-patterns.ts';
import { blankHarmless } from './harmless.ts';

/** An error as a log tells it, however often. */
export interface LoggedError extends LogPattern {
  /** What its text tells, the most telling first. */
  readonly clues: readonly Clue[];
  /** How much it says about the cause; larger is more specific. How often it was said plays no part. */
  readonly specificity: number;
  /** 0 for the error that came first, 1 for the next ... */
  readonly order: number;
}

const MAX_ERRORS = 100;

/** Words that make a message without a level look like an error. */
const ALARMING =
  /\b(?:errors?|exception|fatal|panic(?:ked)?|fail(?:ed|ure|s|ing)?|cannot|can't|could not|couldn't|unable to|refused|denied|rejected|invalid|unauthorized|forbidden|abort(?:ed|ing)?|crash(?:ed)?|killed|timed? ?out|unreachable|no such|not found|corrupt(?:ed)?|traceback|segfault|SIG(?:SEGV|ABRT|KILL|BUS))\b|[a-z]{2}(?:Exception|Error)\b/i;
/** It went well in the end, or it is a note about logging itself. */
const OVERCOME =
  /\b(?:succeeded (?:after|on) |(?:retry|retrying|reconnect|attempt)\w{0,4} (?:\w{1,12} ){0,3}(?:succeeded|successful)|successfully (?:re)?connected|reconnected|connection (?:re)?(?:established|stored)|recovered from|has recovered|is healthy again|warning was created|deprecated)\b/i;

/**
 * The errors in a log, most specific first (it says why and names host, port, user, file or code), the earlier of two equals first.
 * Repetition counts for nothing: the loudest is often the last consequence.
 */
export function errorsOf(entries: readonly LogEntry[]): readonly LoggedError[] {
  const inOrder = foldPatterns(entries)
    .map((pattern) => ({ pattern, told: cluesOf(pattern) }))
    .filter(({ pattern, told }) => looksLikeError(pattern.first, told))
    .slice(0, MAX_ERRORS)
    .sort((left, right) => compareTimes(left.pattern, right.pattern));
  return inOrder
    .map(({ pattern, told }, order) => ({ ...pattern, clues: told, specificity: specificityOf(pattern.first, told), order }))
    .sort((left, right) => right.specificity - left.specificity || left.order - right.order);
}

/** Whether an entry is about something going wrong: by its level or, where it has none, by what it says. */
export function looksLikeError(entry: LogEntry, told: readonly Clue[] = tellingClues(entry)): boolean {
  if (OVERCOME.test(entry.message.slice(0, 1_000))) return gravity(entry.level) >= 4 && told.length > 0;
  if (entry.request) return told.length > 0 || entry.request.status >= 500 || entry.request.status === 0;
  if (gravity(entry.level) >= 4) return !isHarmless(entry.message) || told.length > 0;
  if (told.length > 0) return gravity(entry.level) >= 2 || entry.exception !== undefined;
  if (entry.level === undefined) return entry.exception !== undefined || ALARMING.test(blankHarmless(entry.message));
  return entry.level === 'warning' ? ALARMING.test(blankHarmless(entry.message)) : entry.exception !== undefined;
}

/** What the entries of a pattern tell together; the same clue once. */
function cluesOf(pattern: LogPattern): readonly Clue[] {
  const told = new Map<string, Clue>();
  for (const clue of pattern.variants.flatMap(tellingClues)) {
    const { quote, said, ...rest } = clue;
    const key = JSON.stringify(rest);
    if (!told.has(key)) told.set(key, clue);
  }
  return [...told.values()].sort((left, right) => worth(right) - worth(left));
}

/** Clues of an entry, from the whole text, where causes stand below the message. */
function tellingClues(entry: LogEntry): readonly Clue[] {
  const text = entry.text.includes(entry.message) ? entry.text : `${entry.message}\n${entry.text}`;
  return clues(text.slice(0, 10_000));
}

/** Errors that are only a remark that there were none. */
function isHarmless(message: string): boolean {
  const cleaned = blankHarmless(message);
  return cleaned !== message && !ALARMING.test(cleaned);
}

function specificityOf(entry: LogEntry, told: readonly Clue[]): number {
  const best = told[0] ? worth(told[0]) : 0;
  const severe = gravity(entry.level) >= 5 ? 1 : gravity(entry.level) >= 4 ? 0.5 : 0;
  return best * 2 + (entry.exception ? 1 : 0) + severe;
}

function compareTimes(left: LogPattern, right: LogPattern): number {
  if (left.firstAt !== undefined && right.firstAt !== undefined && left.firstAt !== right.firstAt) return Date.parse(left.firstAt) - Date.parse(right.firstAt);
  return left.first.line - right.first.line;
}
