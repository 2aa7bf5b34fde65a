import pino, { type DestinationStream, type Logger } from 'pino';
import { displayLine } from '#lib/display-text.ts';

export interface LogSettings {
  readonly logLevel: string;
  readonly logFormat: 'json' | 'text';
}

/** Fields that may hold a secret, wherever a caller put them. */
const SECRET_FIELDS = [
  'authorization',
  'token',
  'password',
  'apiKey',
  'headers.authorization',
  'req.headers.authorization',
  '*.authorization',
  '*.token',
  '*.password',
];

/** The log of the process: a static message and fields, one record a line, to `destination`. */
export function createLog({ logLevel, logFormat }: LogSettings, destination: DestinationStream): Logger {
  return pino(
    {
      level: logLevel,
      base: null,
      messageKey: 'message',
      errorKey: 'error',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS, censor: '[redacted]' },
    },
    logFormat === 'text' ? { write: (line) => destination.write(`${textLine(line)}\n`) } : destination,
  );
}

/** `09:14:02 WARN No webhook token is set host=0.0.0.0` */
export function textLine(json: string): string {
  const { level, time, message, error, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const failure = typeof error === 'object' && error !== null && 'message' in error ? { error: error.message } : error === undefined ? {} : { error };
  const rest = Object.entries({ ...fields, ...failure }).map(([name, value]) => `${name}=${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`);
  return displayLine([String(time).slice(11, 19), String(level).toUpperCase(), String(message ?? ''), ...rest].join(' '), 4_000);
}

function quoted(value: string): string {
  return /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
}
