import { type LogLevel, levelOfNumber, levelOfWord, type ParsedLine } from '../entry.ts';
import { timeOf } from '../timestamp.ts';

const LIMIT_CHARS = 262_144;
const MAX_FIELDS = 40;
const MAX_DEPTH = 4;
const MAX_VALUE_CHARS = 500;
const MAX_MESSAGE_CHARS = 2_000;
const MAX_STACK_CHARS = 16_000;

/** The names under which logging libraries write these things (lower case): zap, logrus, zerolog, slog, pino, bunyan, winston, logback, log4j2, Serilog, ECS, Stackdriver, MongoDB. */
const TIMES = ['timestamp', 'time', 'ts', '@timestamp', 't', 't.$date', 'datetime', 'date', '@t', 'eventtime', 'asctime', 'start_time'];
const LEVELS = ['level', 'severity', 'lvl', 'levelname', 'log.level', 'loglevel', '@l', 's', 'severitytext', 'level_name'];
const LOGGERS = ['logger', 'loggername', 'logger_name', 'log.logger', 'name', 'component', 'module', 'caller', 'c', 'category', 'sourcecontext'];
const MESSAGES = ['message', 'msg', '@message', 'log', 'text', 'event', 'body', '@m', '@mt', 'short_message', 'detail'];
const ERRORS = [
  'error.message',
  'err.message',
  'exception.message',
  'error',
  'err',
  'reason',
  'cause',
  'exception',
  'error.msg',
  'attr.error.errmsg',
  'attr.error',
  'errmsg',
];
const STACKS = ['stack_trace', 'stacktrace', 'error.stack_trace', 'err.stack', 'error.stack', 'stack', 'exc_info', '@x', 'exception.stacktrace', 'exception'];

/** MongoDB writes one letter; D1 … D5 are debug. */
const LETTERS: Readonly<Record<string, LogLevel>> = { f: 'fatal', e: 'error', w: 'warning', i: 'info', d: 'debug' };

/**
 * Reads a line that is one JSON object. undefined when it is not, or when it names neither a message nor an error.
 * Docker's wrapper (`{"log":"...","stream":"stderr","time":"..."}`) gives its inner line as the message.
 */
export function parseJsonLine(text: string): ParsedLine | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}') || trimmed.length > LIMIT_CHARS) return undefined;
  const fields = flatten(trimmed);
  if (!fields) return undefined;
  const lower = new Map([...fields].map(([name, value]) => [name.toLowerCase(), value]));
  const pick = (names: readonly string[]) => names.map((name) => lower.get(name)).find((value) => value !== undefined && value !== '');

  const message = pick(MESSAGES);
  const error = pick(ERRORS);
  if (message === undefined && error === undefined) return undefined;
  const time = pick(TIMES);
  const stack = pick(STACKS);
  return {
    at: time === undefined ? undefined : timeOf(time),
    level: levelIn(pick(LEVELS)),
    logger: pick(LOGGERS),
    message: joinMessage(message, error),
    fields: Object.fromEntries([...fields].slice(0, MAX_FIELDS).map(([name, value]) => [name, value.slice(0, MAX_VALUE_CHARS)])),
    stack: stack?.includes('\n') ? stack : undefined,
  };
}

/** `message: error`, unless one contains the other. Line ends become spaces. */
export function joinMessage(message: string | undefined, error: string | undefined): string {
  const first = oneLine(message ?? '');
  const second = oneLine(error ?? '');
  if (!second || first.includes(second)) return first;
  return !first || second.startsWith(first) ? second : `${first}: ${second}`.slice(0, MAX_MESSAGE_CHARS);
}

function oneLine(text: string): string {
  return text.slice(0, MAX_MESSAGE_CHARS).replaceAll(/\s+/g, ' ').trim();
}

function levelIn(value: string | undefined): LogLevel | undefined {
  if (value === undefined) return undefined;
  return /^\d+$/.test(value)
    ? levelOfNumber(Number(value))
    : (levelOfWord(value) ?? (/^[FEWID]\d?$/.test(value) ? LETTERS[value.charAt(0).toLowerCase()] : undefined));
}

/** Name (dotted) and text of every value; undefined for what is not a JSON object. */
function flatten(text: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  const add = (value: unknown, path: string, depth: number): void => {
    if (fields.size >= 2 * MAX_FIELDS || value === null || value === undefined) return;
    if (typeof value === 'object') {
      if (depth >= MAX_DEPTH) return;
      for (const [name, inner] of Object.entries(value).slice(0, MAX_FIELDS)) add(inner, path ? `${path}.${name}` : name, depth + 1);
    } else {
      fields.set(path, String(value).slice(0, MAX_STACK_CHARS));
    }
  };
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    add(parsed, '', 0);
    return fields;
  } catch {
    // Not JSON after all: another format reads the line.
    return undefined;
  }
}
