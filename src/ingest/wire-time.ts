const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:[Zz]|([+-])(\d{2}):?(\d{2}))?$/;

/**
 * A time as Alertmanager and its relatives write it (any number of fraction digits, any offset, none meaning UTC) in UTC with milliseconds:
 * `2026-11-23T08:00:00.123Z`. Every result has the same width, so text order is time order. null for Go's zero time (year 1), which
 * means "not set", and for whatever is no time.
 */
export function wireTime(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return null;
  const parts = RFC_3339.exec(value.trim());
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  if (year <= ZERO_TIME_YEAR || hour > 23 || minute > 59 || second > 60) return null;
  const milliseconds = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return null; // 30 February
  local.setUTCHours(hour, minute, second, milliseconds);
  const offsetMinutes = (parts[8] === '-' ? -1 : 1) * (Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0));
  const utc = new Date(local.getTime() - offsetMinutes * 60_000);
  return utc.getUTCFullYear() > ZERO_TIME_YEAR && utc.getUTCFullYear() <= 9999 ? utc.toISOString() : null;
}

const ZERO_TIME_YEAR = 1;
/** Longer than any real one with nanoseconds; what is longer is no time. */
const MAX_LENGTH = 64;
