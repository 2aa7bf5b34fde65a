import { performance } from 'node:perf_hooks';

/** Tells when deliveries come in faster than this process finds time for them beside its investigations. */
export interface Pressure {
  /** A delivery came. */
  note(): void;
  /** Whether investigations should step back now. */
  isHigh(): boolean;
}

export interface PressureOptions {
  /** Milliseconds that only go up. */
  readonly stopwatch: () => number;
  /** How busy the process has been since it was last asked, 0…1. */
  readonly utilization: () => number;
}

/** A delivery is recent for so long: in a storm the next comes sooner. */
const RECENT_MS = 150;
/** How busy the process is, is looked at no more often: over a shorter time it says little. */
const LOOK_MS = 100;
/** With less to do than this, whatever comes is taken at once. */
const BUSY = 0.8;

/**
 * Who sends alerts waits for an answer, while a report may be a moment later. The senders of a quiet day do not count: there is time for both as long as the event loop
 * rests in between (https://nodejs.org/api/perf_hooks.html#performanceeventlooputilizationutilization1-utilization2).
 */
export function createPressure({ stopwatch, utilization }: PressureOptions): Pressure {
  let deliveredAt = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let busy = false;
  return {
    note() {
      deliveredAt = stopwatch();
    },
    isHigh() {
      const now = stopwatch();
      if (now - lookedAt >= LOOK_MS) {
        lookedAt = now;
        busy = utilization() >= BUSY;
      }
      return busy && now - deliveredAt < RECENT_MS;
    },
  };
}

/** How busy the event loop of this process has been since this was last called. */
export function eventLoopUtilization(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
