import { createHash } from 'node:crypto';

/**
 * Tells the other replicas what was counted here, and learns what they counted, behind the requests and not in their way:
 *
 *     quiet ──note──▶ waiting (half a second) ──▶ telling ──told──▶ quiet, or waiting with what came meanwhile
 *                        ▲                           │
 *                        └────────── pause ◀─────────┴─failed: what was not told is kept
 *
 * While the database does not answer each replica counts by itself.
 */
export interface CountSync {
  /** One more for this key. */
  note(key: string): void;
}

/** Adds to the counts of all replicas; how each of the keys stands then. */
export type ShareCounts = (counts: readonly SharedCount[], windowMs: number) => Promise<readonly SharedTotal[]>;

export interface SharedCount {
  readonly key: string;
  readonly points: number;
}

export interface SharedTotal extends SharedCount {
  readonly endsAt: string;
}

export interface CountSyncOptions {
  readonly share: ShareCounts;
  readonly windowMs: number;
  /** Takes the count of all replicas for a key, with what was noted here since, and what is left of its window. */
  readonly apply: (key: string, points: number, leftMs: number) => void;
  readonly clock: () => Date;
  readonly schedule?: (callback: () => void, ms: number) => void;
}

/** What all replicas let through beyond a limit came within this time. */
const WAIT_MS = 500;
const PAUSE_MS = 5_000;
/** Keys told at once. */
const KEYS = 1_000;

export function createCountSync({ share, windowMs, apply, clock, schedule = later }: CountSyncOptions): CountSync {
  const untold = new Map<string, number>();
  let untoldSinceMs = 0;
  let busy = false;

  const add = (key: string, points: number): void => {
    if (untold.size === 0) untoldSinceMs = clock().getTime();
    untold.set(key, (untold.get(key) ?? 0) + points);
  };
  const wait = (ms: number): void => {
    busy = true;
    schedule(async () => {
      const next = await tell();
      busy = untold.size > 0;
      if (busy) wait(next);
    }, ms);
  };

  /** How long to wait before it tells more. */
  const tell = async (): Promise<number> => {
    const told = new Map([...untold].slice(0, KEYS).map(([key, points]) => [digestOf(key), { key, points }]));
    for (const { key } of told.values()) untold.delete(key);
    try {
      const totals = await share(
        [...told].map(([key, { points }]) => ({ key, points })),
        windowMs,
      );
      for (const { key: digest, points, endsAt } of totals) {
        const key = told.get(digest)?.key;
        const leftMs = Date.parse(endsAt) - clock().getTime();
        if (key !== undefined && leftMs > 0) apply(key, points + (untold.get(key) ?? 0), leftMs);
      }
      return WAIT_MS;
    } catch {
      // Shown by /health. What is older than a window counts no longer.
      if (clock().getTime() - untoldSinceMs < windowMs) for (const { key, points } of told.values()) add(key, points);
      return PAUSE_MS;
    }
  };

  return {
    note(key) {
      add(key, 1);
      if (!busy) wait(WAIT_MS);
    },
  };
}

/** Addresses of clients are nobody's business in a database, and may be long where they are forged. */
function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 22);
}

function later(callback: () => void, ms: number): void {
  setTimeout(callback, ms).unref();
}
