/** A clock and timers that move only when told to. */
export interface ManualTime {
  readonly clock: () => Date;
  readonly schedule: (callback: () => void, ms: number) => () => void;
  /** Moves the clock, calls what is due in order, and lets what that started settle. */
  advance(ms: number): Promise<void>;
  /** Timers that are set. */
  pending(): number;
}

export function createManualTime(start = '2026-01-05T10:00:00.000Z'): ManualTime {
  let nowMs = Date.parse(start);
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    clock: () => new Date(nowMs),
    schedule(callback, ms) {
      const timer = { at: nowMs + ms, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const until = nowMs + ms;
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= until).toSorted((left, right) => left.at - right.at)[0];
        if (next === undefined) break;
        nowMs = Math.max(nowMs, next.at);
        timers.delete(next);
        next.callback();
        await settled();
      }
      nowMs = until;
      await settled();
    },
    pending: () => timers.size,
  };
}

/** Lets promises that are already resolved run on. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 5; round++) await new Promise(setImmediate);
}
