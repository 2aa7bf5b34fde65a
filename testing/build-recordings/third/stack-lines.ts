import type { Place } from '../shape.ts';

type Text = (place: Place) => string;
type Message = string | Text;
const said = (message: Message, place: Place): string => (typeof message === 'string' ? message : message(place));

/** .NET's simple console formatter: the category on one line, the message indented under it. */
export function dotnet(level: 'info' | 'warn' | 'fail' | 'crit', category: string, message: Message): Text {
  return (place) => `${level}: ${category}[0]\n${said(message, place).replaceAll(/^/gm, '      ')}`;
}

/** Serilog's default console template. */
export function serilog(level: 'INF' | 'WRN' | 'ERR' | 'FTL', message: Message): Text {
  return (place) => `[${place.at.toISOString().slice(11, 19)} ${level}] ${said(message, place)}`;
}

/** Monolog as Laravel sets it up for stderr. */
export function laravel(level: 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL', message: Message): Text {
  return (place) => `[${place.at.toISOString().replace('T', ' ').slice(0, 19)}] production.${level}: ${said(message, place)}`;
}

/** Ruby's Logger::Formatter. */
export function ruby(level: 'INFO' | 'WARN' | 'ERROR' | 'FATAL', message: Message): Text {
  return (place) => `${level.slice(0, 1)}, [${place.at.toISOString().replace('Z', '417')} #1] ${level.padStart(5)} -- : ${said(message, place)}`;
}

/** Python's logging with the common format. */
export function python(level: 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL', logger: string, message: Message): Text {
  return (place) => `${place.at.toISOString().replace('T', ' ').replace('.', ',').replace('Z', '')} ${level} ${logger}: ${said(message, place)}`;
}

/** Go's log/slog text handler. */
export function slog(level: 'INFO' | 'WARN' | 'ERROR', message: string, rest: Message = ''): Text {
  return (place) => `time=${place.at.toISOString()} level=${level} msg=${JSON.stringify(message)} ${said(rest, place)}`.trimEnd();
}

/** nats-server's own log. */
export function natsServer(level: 'INF' | 'WRN' | 'ERR', message: Message): Text {
  return (place) => `[1] ${place.at.toISOString().replaceAll('-', '/').replace('T', ' ').replace('Z', '114')} [${level}] ${said(message, place)}`;
}

/** RabbitMQ 3.13's log. */
export function rabbit(level: 'info' | 'warning' | 'error', message: Message): Text {
  return (place) => `${place.at.toISOString().replace('T', ' ').replace('Z', '201+00:00')} [${level}] <0.1187.0> ${said(message, place)}`;
}

/** MariaDB's error log. */
export function mariadbd(level: 'Note' | 'Warning' | 'ERROR', message: Message): Text {
  return (place) => `${place.at.toISOString().replace('T', ' ').slice(0, 19)} 0 [${level}] ${said(message, place)}`;
}

/** SQL Server's error log. */
export function sqlServer(source: string, message: Message): Text {
  return (place) => `${place.at.toISOString().replace('T', ' ').slice(0, 22)} ${source.padEnd(11)} ${said(message, place)}`;
}
