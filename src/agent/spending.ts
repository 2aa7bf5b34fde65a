import { messageOf } from '#domain/error.ts';

/**
 * Keeps what the model cost, by day (UTC, `2026-03-01`), in millionths of a US dollar. Whoever runs a model sets money aside first, so that any number of
 * processes that share a ledger never spend more than the limit; a process that dies leaves what it had set aside as spent.
 */
export interface SpendingLedger {
  /** Sets aside up to `wanted` of what is left of `limit`; how much it was: 0 when nothing is left. */
  reserveSpending(day: string, wanted: number, limit: number): Promise<number>;
  /** Adds what was spent beyond what was set aside; below zero: gives back. */
  correctSpending(day: string, by: number): Promise<void>;
  spendingOf(day: string): Promise<number>;
}

/** What the model cost today (UTC), in US dollars, against what it may cost. */
export interface Spending {
  /** Sets aside up to `wantedUsd` for a run; never rejects. */
  reserve(wantedUsd: number): Promise<Reservation>;
  /** With what runs have set aside. Rejects when the ledger cannot be read. */
  today(): Promise<number>;
}

export type Reservation =
  | {
      readonly ok: true;
      /** What the run may cost. */
      readonly usd: number;
      /** Says what it did cost, once; the rest is given back to the day it was taken from. Never rejects: what cannot be written stays set aside. */
      settle(spentUsd: number): Promise<void>;
    }
  /** `why` is one line. */
  | { readonly ok: false; readonly why: string };

const MICRO = 1_000_000;

export function createSpending(clock: () => Date, perDayUsd: number, ledger: SpendingLedger = createMemoryLedger()): Spending {
  const day = (): string => clock().toISOString().slice(0, 10);
  return {
    async reserve(wantedUsd) {
      const on = day();
      let reserved: number;
      try {
        reserved = await ledger.reserveSpending(on, Math.ceil(wantedUsd * MICRO), Math.floor(perDayUsd * MICRO));
      } catch (thrown) {
        return { ok: false, why: `what it cost today cannot be read (${messageOf(thrown)})` };
      }
      if (reserved <= 0) return { ok: false, why: `the ${perDayUsd.toFixed(2)} US dollars of today are used up` };
      return {
        ok: true,
        usd: reserved / MICRO,
        settle: (spentUsd) => ledger.correctSpending(on, Math.ceil(Math.max(0, spentUsd) * MICRO) - reserved).catch(() => {}),
      };
    },
    today: async () => (await ledger.spendingOf(day())) / MICRO,
  };
}

/** For a process that shares with nobody and remembers nothing. */
function createMemoryLedger(): SpendingLedger {
  let [day, spent] = ['', 0];
  const turn = (to: string): void => {
    if (to > day) [day, spent] = [to, 0];
  };
  return {
    async reserveSpending(on, wanted, limit) {
      turn(on);
      const reserved = Math.max(0, Math.min(wanted, limit - spent));
      spent += reserved;
      return reserved;
    },
    async correctSpending(on, by) {
      if (on === day) spent += by;
    },
    async spendingOf(on) {
      turn(on);
      return spent;
    },
  };
}
