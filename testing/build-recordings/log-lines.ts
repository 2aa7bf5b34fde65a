import type { Line, Place } from './shape.ts';

type Text = (place: Place) => string;
const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** Spring Boot 3's default console pattern. A stack trace is the rest of the message. */
export function spring(app: string, level: string, thread: string, logger: string, message: string | Text): Text {
  return (place) => {
    const text = typeof message === 'string' ? message : message(place);
    return `${place.at.toISOString()} ${level.padStart(5)} 1 --- [${app}] [${thread.slice(-15).padStart(15)}] ${shorten(logger).padEnd(40)} : ${text}`;
  };
}

/** Logback shortens the packages until the name fits. */
function shorten(logger: string): string {
  const parts = logger.split('.');
  for (let at = 0; at < parts.length - 1 && parts.join('.').length > 40; at += 1) parts[at] = parts[at]?.slice(0, 1) ?? '';
  return parts.join('.');
}

/** MySQL 8's error log. */
export function mysqld(level: 'Note' | 'Warning' | 'ERROR' | 'System', code: string, message: string | Text, thread = 0): Text {
  return (place) =>
    `${place.at.toISOString().replace('Z', '482Z')} ${thread} [${level}] [MY-${code}] [Server] ${typeof message === 'string' ? message : message(place)}`;
}

/** PostgreSQL with log_line_prefix '%m [%p] %q%u@%d '. */
export function postgres(level: string, message: string | Text, session = ''): Text {
  return (place) =>
    `${place.at.toISOString().replace('T', ' ').replace('Z', ' UTC')} [${pad(Math.floor(place.at.getTime() / 1000) % 900, 3)}] ${session}${level}:  ${typeof message === 'string' ? message : message(place)}`;
}

/** Django's verbose formatter. */
export function django(level: string, logger: string, message: string | Text): Text {
  return (place) =>
    `[${place.at.toISOString().replace('T', ' ').replace('.', ',').replace('Z', '')}] ${level} ${logger}: ${typeof message === 'string' ? message : message(place)}`;
}

/** Celery's worker log. */
export function celery(level: string, process: string, message: string | Text): Text {
  return (place) =>
    `[${place.at.toISOString().replace('T', ' ').replace('.', ',').replace('Z', '')}: ${level}/${process}] ${typeof message === 'string' ? message : message(place)}`;
}

export function gunicorn(level: string, pid: number, message: string): Text {
  return ({ at }) => `[${at.toISOString().replace('T', ' ').slice(0, 19)} +0000] [${pid}] [${level}] ${message}`;
}

/** An access log line in the combined format. */
export function access(path: string, status: number, bytes: number, agent = 'kube-probe/1.32', ip = '10.42.1.1'): Text {
  return ({ at }) =>
    `${ip} - - [${pad(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000] "GET ${path} HTTP/1.1" ${status} ${bytes} "-" "${agent}"`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function nginxError(level: string, message: string | Text): Text {
  return (place) =>
    `${place.at.toISOString().replaceAll('-', '/').replace('T', ' ').slice(0, 19)} [${level}] 29#29: ${typeof message === 'string' ? message : message(place)}`;
}

/** pino: 30 info, 40 warn, 50 error, 60 fatal. */
export function pino(
  level: number,
  message: string,
  more: Readonly<Record<string, unknown>> | ((place: Place) => Readonly<Record<string, unknown>>) = {},
): Text {
  return (place) =>
    JSON.stringify({ level, time: place.at.getTime(), pid: 1, hostname: place.pod, ...(typeof more === 'function' ? more(place) : more), msg: message });
}

/** zap's production encoder. */
export function zap(
  level: string,
  message: string,
  more: Readonly<Record<string, unknown>> | ((place: Place) => Readonly<Record<string, unknown>>) = {},
): Text {
  return (place) =>
    JSON.stringify({
      level,
      ts: place.at.getTime() / 1000,
      caller: 'server/server.go:118',
      msg: message,
      ...(typeof more === 'function' ? more(place) : more),
    });
}

/** klog's header. */
export function klog(level: 'I' | 'W' | 'E' | 'F', file: string, message: string | Text): Text {
  return (place) =>
    `${level}${pad(place.at.getUTCMonth() + 1)}${pad(place.at.getUTCDate())} ${place.at.toISOString().slice(11, 23)}000       1 ${file}] ${typeof message === 'string' ? message : message(place)}`;
}

/** mongod's structured log. */
export function mongod(
  severity: string,
  component: string,
  id: number,
  context: string,
  message: string,
  attr: Readonly<Record<string, unknown>> | ((place: Place) => Readonly<Record<string, unknown>>) = {},
): Text {
  return (place) =>
    JSON.stringify({
      t: { $date: place.at.toISOString().replace('Z', '+00:00') },
      s: severity,
      c: component,
      id,
      ctx: context,
      msg: message,
      attr: typeof attr === 'function' ? attr(place) : attr,
    });
}

/** Log4j as Kafka's images have it. */
export function kafka(level: string, message: string): Text {
  return ({ at }) => `[${at.toISOString().replace('T', ' ').replace('.', ',').replace('Z', '')}] ${level} ${message}`;
}

export function redis(mark: '*' | '#' | '-', message: string): Text {
  return ({ at }) => `1:M ${pad(at.getUTCDate())} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()} ${at.toISOString().slice(11, 23)} ${mark} ${message}`;
}

/** Plain lines as they are. */
export function plain(message: string): Text {
  return () => message;
}

/** Lines one after the other, a fraction of a second apart, beginning `ago` minutes before. */
export function burst(ago: number, texts: readonly Line[1][]): Line[] {
  return texts.map((text, at) => [ago - at * 0.003, text]);
}
