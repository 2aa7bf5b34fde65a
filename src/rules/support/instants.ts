/** Milliseconds since the epoch of an RFC 3339 time; undefined for what is none, and for the zero times that Go and Unix write for "never". */
export function instant(text: string | undefined | null): number | undefined {
  if (!text) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) || at <= 0 ? undefined : at;
}

/** Seconds from one time to another; undefined when either is missing. Negative when `to` is the earlier one. */
export function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  const [start, end] = [instant(from), instant(to)];
  return start === undefined || end === undefined ? undefined : (end - start) / 1000;
}

/** Whether a time lies at most `seconds` before `now`. What lies after `now` is recent too: clocks disagree. */
export function isRecent(at: string | undefined, now: string, seconds: number): boolean {
  const ago = secondsBetween(at, now);
  return ago !== undefined && ago <= seconds;
}

/** The earliest of some times; undefined when none is a time. */
export function earliest(...times: readonly (string | undefined)[]): string | undefined {
  return times.filter((at) => instant(at) !== undefined).toSorted(byInstant)[0];
}

/** The latest of some times; undefined when none is a time. */
export function latestOf(...times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((at) => instant(at) !== undefined)
    .toSorted(byInstant)
    .at(-1);
}

function byInstant(left: string | undefined, right: string | undefined): number {
  return (instant(left) ?? 0) - (instant(right) ?? 0);
}
