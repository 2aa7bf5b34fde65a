import type { ParsedLine } from '../entry.ts';
import { leadingTime } from '../timestamp.ts';

/** `10.0.0.1 - - [02/Jan/2025:15:04:05 +0000] "GET / HTTP/1.1" 502 150 "-" "curl"`: nginx and Apache, common and combined. */
const COMMON = /^[\w.:-]{1,64} \S{1,64} \S{1,64} \[([^\]]{1,40})\] "([A-Z]{3,10}) ([^" ]{1,1000})[^"]{0,20}" (\d{3})(?: |$)/;
/** `[2025-01-02T15:04:05.123Z] "GET / HTTP/1.1" 503 UF,URX upstream_reset_before_response_started{connection_timeout} - ...`: Envoy, Istio. */
const ENVOY = /^\[([^\]]{1,40})\] "([A-Z]{3,10}|-) ([^" ]{1,1000})[^"]{0,20}" (\d{1,3}) (-|[A-Z,]{2,30})(?: ([^"]{1,300}))?/;

/** Reads a line of an access log. Not an error by itself whatever the status: level is left open, except that a 5xx counts as a warning. */
export function parseAccessLine(text: string): ParsedLine | undefined {
  const head = text.slice(0, 2_000);
  const common = COMMON.exec(head);
  const match = common ?? ENVOY.exec(head);
  if (!match) return undefined;
  const [, time = '', method = '', path = '', code = '', flags, detail] = match;
  const status = Number(code);
  const told = [`${method} ${path} ${code}`, flags === '-' ? undefined : flags, detail?.replaceAll(/(?: -)+$/g, '').trim()].filter(Boolean).join(' ');
  return {
    at: leadingTime(time)?.at,
    level: status >= 500 || status === 0 ? 'warning' : 'info',
    message: common ? `${method} ${path} ${code}` : told,
    request: { method, path, status, flags: common || flags === '-' ? undefined : flags },
  };
}
