import { type LogLevel, levelOfWord, type ParsedLine } from '../entry.ts';
import { exceptionOn } from '../stack-trace.ts';
import { leadingTime } from '../timestamp.ts';

const MAX_STEPS = 10;
/** Words that are a level in lower case too when a colon follows; other words of the table are levels in capitals or brackets only. */
const LOWER_CASE = /^(trace|trce|debug|dbug|info|warn|warning|error|fail|crit|critical|fatal): /;
const CAPITALS =
  /^(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL|CRIT|PANIC|SEVERE|CONFIG|FINE|FINER|FINEST|LOG|STATEMENT|HINT|DETAIL|EMERG|ALERT)(?=[\s:,|\]-]|$)[:,|]?/;
const BRACKETED = /^[[(<]\s{0,5}([A-Za-z]{3,13})\s{0,5}[\])>]:?/;
const REDIS_ROLE = /^\d{1,8}:[MSCX] (?=\d{1,2} [A-Z])/;
const REDIS_MARK = /^([.\-*#]) /;
const REDIS_LEVELS: Readonly<Record<string, LogLevel>> = { '.': 'debug', '-': 'debug', '*': 'info', '#': 'warning' };
/** Process, thread, connection and file markers that stand between time, level and message. */
const MARKS =
  /^(?:\d{1,8}#\d{1,8}:|\*\d{1,12}(?= )|\d{1,8}(?= (?:---|\[[A-Za-z]))|---|[\w-]{1,60}@[\w-]{1,60}(?= [A-Z]{3,9}:)|\[(?!Errno)\s{0,30}[^\]\s]{1,80}(?: [^\]\s]{1,40}){0,3}\]|<\d{1,6}\.\d{1,9}\.\d{1,6}>|\|)/;
const PYTHON = /^([A-Z]{4,8}):([\w.-]{1,100}):/;
const RUBY = /^[DIWEFA], \[([^\]#]{1,40}) ?#\d{1,9}\] {1,3}([A-Z]{4,5}) -- ([^:]{0,100}): ?/;
const LOGGER_BEFORE_LEVEL = /^- ([\w.$/:-]{1,100}) - (?=[A-Z]{4,8} - )/;
const LOGGER =
  /^(?:([A-Za-z_][\w.$/-]{1,120})\s{0,60}(?: : | - )|([A-Za-z_]\w{0,60}(?:(?:\.|::|\/)[\w$-]{1,60}){1,8}(?:\[\d{1,8}\])?)(?::(?= |$)|$)|([\w:.-]{1,100})\] )/;

/** Reads a line of a plain log: time, level, process, thread and logger in the orders that loggers have, then the message. Always succeeds. */
export function parsePlainLine(text: string): ParsedLine {
  return parseTabbed(text) ?? parseRuby(text) ?? parsePython(text) ?? parseHeader(text);
}

/** True when the line begins like a new message of its own: with a time or a level. */
export function hasHeader(text: string): boolean {
  return (
    leadingTime(text) !== undefined ||
    /^\[\d{4}-\d\d-/.test(text) ||
    REDIS_ROLE.test(text) ||
    CAPITALS.test(text) ||
    LOWER_CASE.test(text) ||
    PYTHON.test(text) ||
    RUBY.test(text)
  );
}

function parseHeader(text: string): ParsedLine {
  let rest = text.trimStart();
  let at: string | undefined;
  let level: LogLevel | undefined;
  let logger: string | undefined;
  let timed = false;
  const redis = REDIS_ROLE.test(rest);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const time = timed ? undefined : headTime(rest);
    if (time) {
      timed = true;
      at = time.at;
      rest = rest.slice(time.length).trimStart();
      continue;
    }
    const role = REDIS_ROLE.exec(rest);
    const named = timed && !logger ? LOGGER_BEFORE_LEVEL.exec(rest) : null;
    const word = level ? undefined : headLevel(rest, timed && redis);
    const mark = timed || level ? MARKS.exec(rest) : null;
    const length = role?.[0].length ?? named?.[0].length ?? word?.length ?? mark?.[0].length;
    if (length === undefined) break;
    level ??= word?.level;
    logger ??= named?.[1];
    rest = rest.slice(length).trimStart();
  }
  rest = rest.replace(/^[-:|,] /, '').trimStart();
  const name = (level !== undefined || timed) && !logger && !exceptionOn(rest) ? LOGGER.exec(rest.slice(0, 260)) : null;
  if (name) {
    logger = name[1] ?? name[2] ?? name[3];
    rest = rest.slice(name[0].length).trimStart();
  }
  return { at, level, logger, message: rest };
}

function headTime(text: string): { readonly at: string | undefined; readonly length: number } | undefined {
  if (!text.startsWith('[')) return leadingTime(text);
  const time = leadingTime(text.slice(1));
  // Inside the brackets there may be a level and a name besides: `[2025-01-02T15:04:05Z ERROR app::db] message` (env_logger).
  if (!time) return undefined;
  const closed = text[1 + time.length] === ']';
  return { at: time.at, length: 1 + time.length + (closed ? 1 : 0) };
}

function headLevel(text: string, marked: boolean): { readonly level: LogLevel; readonly length: number } | undefined {
  const redis = marked ? REDIS_MARK.exec(text) : null;
  if (redis) return { level: REDIS_LEVELS[redis[1] ?? ''] ?? 'info', length: redis[0].length };
  const match = CAPITALS.exec(text) ?? BRACKETED.exec(text) ?? LOWER_CASE.exec(text);
  const level = match ? levelOfWord(match[1] ?? '') : undefined;
  return match && level ? { level, length: match[0].length } : undefined;
}

/** zap's and controller-runtime's console: time, level, optional logger and caller, message, fields, with tabs between. */
function parseTabbed(text: string): ParsedLine | undefined {
  const [time = '', word = '', ...others] = text.slice(0, 8_000).split('\t', 8);
  const level = levelOfWord(word.trim());
  const at = level === undefined ? undefined : leadingTime(time);
  if (!at || others.length === 0) return undefined;
  const names = others.length > 1 && /^[\w./-]{1,80}(?::\d{1,6})?$/.test(others[0] ?? '') ? 1 : 0;
  return { at: at.at, level, logger: names ? others[0] : undefined, message: others.slice(names).join(' ') };
}

function parseRuby(text: string): ParsedLine | undefined {
  const match = RUBY.exec(text.slice(0, 220));
  if (!match) return undefined;
  return {
    at: leadingTime(match[1] ?? '')?.at,
    level: levelOfWord(match[2] ?? ''),
    logger: match[3]?.trim() || undefined,
    message: text.slice(match[0].length),
  };
}

function parsePython(text: string): ParsedLine | undefined {
  const match = PYTHON.exec(text.slice(0, 120));
  const level = match ? levelOfWord(match[1] ?? '') : undefined;
  return match && level ? { level, logger: match[2], message: text.slice(match[0].length) } : undefined;
}
