/**
 * Times as people say them. Used by the pages (pages/) and, in the browser, to keep them current: hence in this folder, and without any import.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `12 min`, `3 h 5 min`, `2 d 4 h`: two units at most. A negative length counts as none. */
export function lengthOfTime(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown time';
  if (ms < SECOND) return ms > 0 ? `${Math.round(ms)} ms` : '0 s';
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return two(Math.floor(ms / HOUR), 'h', Math.floor((ms % HOUR) / MINUTE), 'min');
  return two(Math.floor(ms / DAY), 'd', Math.floor((ms % DAY) / HOUR), 'h');
}

/** How long ago: `just now`, `12 min ago`, `in 5 min`. Both in ms since 1970. */
export function ago(at: number, now: number): string {
  const ms = now - at;
  if (Math.abs(ms) < 5 * SECOND) return 'just now';
  const length = lengthOfTime(Math.floor(Math.abs(ms) / SECOND) * SECOND).replace(/\.\d s$/, ' s');
  return ms < 0 ? `in ${length}` : `${length} ago`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
