/** What the model cost today (UTC), in US dollars, against what it may cost. In this process only. */
export interface Spending {
  today(): number;
  add(usd: number): void;
  /** Never below zero. */
  left(): number;
}

/** `spentToday`: what earlier processes spent today, where that is known. */
export function createSpending(clock: () => Date, perDayUsd: number, spentToday = 0): Spending {
  let day = clock().toISOString().slice(0, 10);
  let spent = spentToday;
  const turn = () => {
    const now = clock().toISOString().slice(0, 10);
    if (now === day) return;
    day = now;
    spent = 0;
  };
  return {
    today() {
      turn();
      return spent;
    },
    add(usd) {
      turn();
      spent += Math.max(0, usd);
    },
    left() {
      turn();
      return Math.max(0, perDayUsd - spent);
    },
  };
}
