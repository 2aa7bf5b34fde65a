/** A time at the beginning of a text: the time (RFC 3339 UTC, undefined when the date is incomplete) and how many characters it takes. */
export interface LeadingTime {
  readonly at: string | undefined;
  readonly length: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = String.raw`(?<h>\d{1,2}):(?<m>\d\d):(?<s>\d\d)(?:[.,:](?<f>\d{1,9}))?`;
const ZONE = String.raw`(?: ?(?<zone>Z|[A-Z]{3,4}(?![A-Za-z])|[+-]\d\d:?\d\d))?`;

/** The ways in which dates are written before a message; all anchored and linear. */
const FORMS: readonly RegExp[] = [
  // 2025-01-02T15:04:05.123456Z, 2025-01-02 15:04:05,123, 2025/01/02 15:04:05 (Go, nginx), 2025.01.02
  new RegExp(String.raw`^(?<Y>\d{4})[-/.](?<M>\d\d)[-/.](?<D>\d\d)[T ]{1,2}${CLOCK}${ZONE}`),
  // 02 Jan 2025 15:04:05.123 (Redis), 02/Jan/2025:15:04:05 +0000 (access logs), 02-Jan-2025 15:04:05 (PHP, Tomcat)
  new RegExp(String.raw`^(?<D>\d{1,2})[ /-](?<N>[A-Z][a-z]{2})[ /-](?<Y>\d{4})[ :]${CLOCK}${ZONE}`),
  // Jan 02, 2025 3:04:05 PM (java.util.logging)
  new RegExp(String.raw`^(?<N>[A-Z][a-z]{2}) (?<D>\d{1,2}), (?<Y>\d{4}),? ${CLOCK} (?<half>[AP]M)`),
  // Thu Jan 02 15:04:05.123456 2025 (Apache)
  new RegExp(String.raw`^[A-Z][a-z]{2} (?<N>[A-Z][a-z]{2}) {1,2}(?<D>\d{1,2}) ${CLOCK} (?<Y>\d{4})`),
  // Jan  2 15:04:05 (syslog, no year), 15:04:05.123 (logback's default, no date)
  new RegExp(String.raw`^(?<N>[A-Z][a-z]{2}) {1,2}(?<D>\d{1,2}) ${CLOCK}`),
  new RegExp(`^${CLOCK}${ZONE}`),
];

/** The time that a text begins with, if it does. A time without a zone is taken for UTC, as containers run. */
export function leadingTime(text: string): LeadingTime | undefined {
  const head = text.slice(0, 64);
  for (const form of FORMS) {
    const match = form.exec(head);
    if (match?.groups) return { at: assemble(match.groups), length: match[0].length };
  }
  return undefined;
}

/** RFC 3339 UTC out of a whole timestamp in text or a number of seconds, milliseconds, micro- or nanoseconds since the epoch. */
export function timeOf(value: string | number): string | undefined {
  if (typeof value === 'string') {
    const trimmed = value.trim();
    if (/^\d{9,19}(?:\.\d{1,9})?$/.test(trimmed)) return timeOf(Number(trimmed));
    return leadingTime(trimmed)?.at;
  }
  if (!(value > 1e8)) return undefined;
  const milliseconds = value < 1e11 ? value * 1000 : value < 1e14 ? value : value < 1e17 ? value / 1000 : value / 1e6;
  return iso(milliseconds);
}

function assemble(parts: Readonly<Record<string, string | undefined>>): string | undefined {
  const month = parts['M'] ? Number(parts['M']) : MONTHS.indexOf((parts['N'] ?? '').toLowerCase()) + 1;
  if (!parts['Y'] || month < 1 || month > 12) return undefined;
  const half = parts['half'];
  const hour = half ? (Number(parts['h']) % 12) + (half === 'PM' ? 12 : 0) : Number(parts['h']);
  const milliseconds = Number((parts['f'] ?? '').padEnd(3, '0').slice(0, 3));
  const local = Date.UTC(Number(parts['Y']), month - 1, Number(parts['D']), hour, Number(parts['m']), Number(parts['s']), milliseconds);
  return iso(local - offsetMs(parts['zone']));
}

/** Named zones other than UTC are not known here: they count as UTC. */
function offsetMs(zone: string | undefined): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '');
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}

function iso(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) || Math.abs(milliseconds) > 1e14 ? undefined : date.toISOString();
}
