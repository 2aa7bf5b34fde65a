import type { Place } from '../shape.ts';

type Text = (place: Place) => string;
type Message = string | Text;
const said = (message: Message, place: Place): string => (typeof message === 'string' ? message : message(place));

/** structlog's JSON renderer. */
export function structlog(level: 'info' | 'warning' | 'error' | 'critical', event: Message, more: Readonly<Record<string, unknown>> = {}): Text {
  return (place) => JSON.stringify({ event: said(event, place), ...more, level, timestamp: place.at.toISOString() });
}

/** Rust's tracing-subscriber, compact. */
export function tracing(level: 'INFO' | 'WARN' | 'ERROR', target: string, message: Message): Text {
  return (place) => `${place.at.toISOString().replace('Z', '108Z')} ${level.padStart(5)} ${target}: ${said(message, place)}`;
}

/** Elixir's console backend. */
export function elixir(level: 'info' | 'warning' | 'error', message: Message): Text {
  return (place) => `${place.at.toISOString().slice(11, 23)} [${level}] ${said(message, place)}`;
}

/** HAProxy 2.9 and later on stderr. */
export function haproxy(level: 'NOTICE' | 'WARNING' | 'ALERT', message: Message): Text {
  return (place) => `${`[${level}]`.padEnd(11)} (8) : ${said(message, place)}`;
}

/** Envoy's default access log. */
export function envoy(path: string, status: number, flags: string, details: string, upstream: Message = '-'): Text {
  return (place) =>
    `[${place.at.toISOString()}] "GET ${path} HTTP/1.1" ${status} ${flags} ${details} - "-" 0 91 3 - "10.42.2.1" "okhttp/4.12.0" "4b1c" "play.lumenvod.example" "${said(upstream, place)}"`;
}

/** Mosquitto's log: seconds since the epoch. */
export function mosquitto(message: Message): Text {
  return (place) => `${Math.floor(place.at.getTime() / 1000)}: ${said(message, place)}`;
}

/** InfluxDB 2's logfmt. */
export function influx(level: 'info' | 'warn' | 'error', message: string, rest = ''): Text {
  return ({ at }) => `ts=${at.toISOString()} lvl=${level} msg=${JSON.stringify(message)} log_id=0sPpL7~W000 ${rest}`.trimEnd();
}

/** Sidekiq's pretty formatter. */
export function sidekiq(level: 'INFO' | 'WARN' | 'ERROR', job: string, message: Message): Text {
  return (place) => `${place.at.toISOString()} pid=1 tid=8kf class=${job} jid=71b0c9 ${level}: ${said(message, place)}`;
}

/** Zipped Rails tags in front of lograge's key=value line. */
export function rails(level: 'INFO' | 'WARN' | 'ERROR' | 'FATAL', message: Message): Text {
  return (place) => `${level.slice(0, 1)}, [${place.at.toISOString().replace('Z', '077')} #1] ${level.padStart(5)} -- : [a7c2] ${said(message, place)}`;
}

/** zerolog's JSON. */
export function zerolog(
  level: 'info' | 'warn' | 'error',
  message: string,
  more: Readonly<Record<string, unknown>> | ((place: Place) => Readonly<Record<string, unknown>>) = {},
): Text {
  return (place) => JSON.stringify({ level, ...(typeof more === 'function' ? more(place) : more), time: place.at.toISOString(), message });
}
