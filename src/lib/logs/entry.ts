/** One line as a source hands it over. `at` as the container runtime stamped it, RFC 3339; null when it did not. */
export interface LogLine {
  readonly at: string | null;
  readonly text: string;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warning' | 'error' | 'fatal';

/** An exception, panic or throw as printed with its stack. */
export interface LoggedException {
  /** As the language names it: `java.net.ConnectException`, `panic`, `psycopg2.OperationalError`. */
  readonly type: string;
  readonly message: string;
  /** What it goes back to: the last `Caused by`, the first of a Python chain; the exception itself when it has no cause. */
  readonly root: { readonly type: string; readonly message: string };
}

/** One request as an access log tells it. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Envoy's response flags (`UF`, `NR`, `UH` ...); undefined when the format has none or `-`. */
  readonly flags?: string | undefined;
}

/** One thing that a program said, whatever its format; a stack trace belongs to the entry that printed it. */
export interface LogEntry {
  /** RFC 3339 UTC; undefined when neither the runtime nor the program gave a full date. */
  readonly at: string | undefined;
  /** undefined: the program did not say. */
  readonly level: LogLevel | undefined;
  readonly logger: string | undefined;
  /** One line, without time, level and logger; for JSON and logfmt with the error it carries. At most 2,000 characters. */
  readonly message: string;
  /** What the format names besides; flattened with dots, at most 40, values at most 500 characters. */
  readonly fields: Readonly<Record<string, string>>;
  readonly exception?: LoggedException | undefined;
  readonly request?: LoggedRequest | undefined;
  /** What was printed, for quoting: the first lines and every line that names a cause, at most 8,000 characters. */
  readonly text: string;
  /** Index of its first line in what was read, and how many lines it has. */
  readonly line: number;
  readonly lines: number;
}

/** What a reader of one format makes of one line. */
export interface ParsedLine {
  readonly at?: string | undefined;
  readonly level?: LogLevel | undefined;
  readonly logger?: string | undefined;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string>> | undefined;
  readonly request?: LoggedRequest | undefined;
  /** A stack trace that the format carries inside a field, as text. */
  readonly stack?: string | undefined;
}

const LEVELS: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  trce: 'trace',
  finest: 'trace',
  finer: 'trace',
  verbose: 'trace',
  debug: 'debug',
  debg: 'debug',
  dbug: 'debug',
  dbg: 'debug',
  fine: 'debug',
  config: 'debug',
  info: 'info',
  information: 'info',
  informational: 'info',
  inf: 'info',
  notice: 'info',
  note: 'info',
  log: 'info',
  statement: 'info',
  hint: 'info',
  detail: 'info',
  default: 'info',
  system: 'info',
  warn: 'warning',
  warning: 'warning',
  wrn: 'warning',
  error: 'error',
  err: 'error',
  eror: 'error',
  fail: 'error',
  severe: 'error',
  fatal: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  panic: 'fatal',
  dpanic: 'fatal',
};

/** The level that a word means in the logging libraries there are; undefined for any other word. */
export function levelOfWord(word: string): LogLevel | undefined {
  return LEVELS[word.toLowerCase()];
}

/** pino and bunyan write numbers (10 trace … 60 fatal); null-terminated text of a number is fine too. */
export function levelOfNumber(value: number): LogLevel | undefined {
  const steps: readonly (readonly [number, LogLevel])[] = [
    [60, 'fatal'],
    [50, 'error'],
    [40, 'warning'],
    [30, 'info'],
    [20, 'debug'],
    [10, 'trace'],
  ];
  return steps.find(([least]) => value >= least)?.[1];
}
