const FIRST_MS = 5_000;
const FACTOR = 4;
const LIMIT_MS = 5 * 60_000;

/** How long an investigation waits after its n-th failed attempt (counted from 1): 5 s, 20 s, 80 s, then 5 minutes. */
export function backoffMs(attempt: number): number {
  return Math.min(LIMIT_MS, FIRST_MS * FACTOR ** Math.max(0, attempt - 1));
}
