/** An alert that began so often within so long comes and goes; fewer times is a fault that came back. */
const TIMES = 4;
const WITHIN_MS = 60 * 60_000;

/** That an alert comes and goes: `times` that it began within the hour before it last began, first at `since`. */
export interface Flapping {
  readonly times: number;
  readonly since: string;
  readonly last: string;
}

/** Judges the episodes of one fingerprint, the newest first. Times are RFC 3339; null where the alert does not flap. */
export function flappingOf(episodes: readonly { readonly startsAt: string }[]): Flapping | null {
  const [newest] = episodes;
  if (newest === undefined) return null;
  const from = Date.parse(newest.startsAt) - WITHIN_MS;
  const recent = episodes.filter(({ startsAt }) => Date.parse(startsAt) >= from);
  const since = recent.at(-1);
  return recent.length < TIMES || since === undefined ? null : { times: recent.length, since: since.startsAt, last: newest.startsAt };
}

/**
 * Whether an alert that began again is nothing new for a person: it was flapping the last time already, and that had the same cause. Episodes of one fingerprint, the
 * newest first.
 */
export function flapsOn(episodes: readonly { readonly startsAt: string; readonly cause: string | null }[]): boolean {
  const [newest, before] = episodes;
  if (newest === undefined || newest.cause === null || newest.cause !== before?.cause) return false;
  return flappingOf(episodes) !== null && flappingOf(episodes.slice(1)) !== null;
}
