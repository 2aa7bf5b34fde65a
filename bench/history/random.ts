/** Chances that are the same in every run with the same seed. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number from 0 up to `below`. */
  whole(below: number): number;
  /** True in this share of the cases. */
  chance(share: number): boolean;
  /** One of them, the first ones more often: the nth about 1/n times as often as the first (Zipf). */
  oftenFirst<T>(of: readonly T[]): T;
}

/** The generator is mulberry32: small, and even enough for made-up data. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (below: number): number => Math.floor(next() * below);
  return {
    next,
    whole,
    chance: (share) => next() < share,
    oftenFirst<T>(of: readonly T[]): T {
      const at = Math.floor((of.length + 1) ** next()) - 1;
      return of[Math.min(at, of.length - 1)] as T;
    },
  };
}
