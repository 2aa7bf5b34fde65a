import type { LlmTokens } from './model.ts';
import { costOf, type Price } from './prices.ts';

/** Bounds of one run. */
export interface Limits {
  /** Requests to the model, the answer included; a repair of the answer comes on top, once. */
  readonly steps: number;
  readonly seconds: number;
  /** Sent and received. */
  readonly tokens: number;
  /** For one answer of the model. */
  readonly outputTokens: number;
  /** One request. */
  readonly contextTokens: number;
  /** US dollars; counts only where the price is known. */
  readonly costUsd: number;
  readonly price?: Price | undefined;
}

/** What a run has used so far. */
export interface Usage {
  readonly steps: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number | null;
}

/** Running totals of one run against its limits. */
export interface Budget {
  usage(): Usage;
  elapsedMs(): number;
  /** One request. `told`: as the provider counts; `estimated` counts where it did not say, or said no number. */
  spend(told: LlmTokens | null, estimated: LlmTokens): void;
  /** True when the next request must be the last: a request of about `nextTokens` and an answer are all that is left. */
  mustConclude(nextTokens: number): boolean;
  /** Which bound forbids even one more request of about `nextTokens`, in words; undefined: none. */
  exhausted(nextTokens: number): string | undefined;
}

/** Share of the time after which the model must conclude, so that there is time for the answer. */
const CONCLUDE_AT = 0.65;

/** `alsoSpentUsd`: what others spend of the same money. */
export function createBudget(limits: Limits, elapsedMs: () => number, alsoSpentUsd: () => number = () => 0): Budget {
  let steps = 0;
  let input = 0;
  let output = 0;
  const cost = () => costOf({ input, output }, limits.price);
  const fits = (requests: number, nextTokens: number) => {
    const more = { input: requests * nextTokens, output: requests * limits.outputTokens };
    return input + output + more.input + more.output <= limits.tokens && alsoSpentUsd() + (cost() ?? 0) + (costOf(more, limits.price) ?? 0) <= limits.costUsd;
  };
  return {
    usage: () => ({ steps, inputTokens: input, outputTokens: output, costUsd: cost() }),
    elapsedMs,
    spend(told, estimated) {
      steps += 1;
      // A number that is none would make every bound meaningless.
      const tokens = told !== null && Number.isFinite(told.input) && Number.isFinite(told.output) ? told : estimated;
      input += Math.max(0, tokens.input);
      output += Math.max(0, tokens.output);
    },
    mustConclude: (nextTokens) => steps >= limits.steps - 1 || elapsedMs() >= limits.seconds * 1000 * CONCLUDE_AT || !fits(2, nextTokens),
    exhausted(nextTokens) {
      if (elapsedMs() >= limits.seconds * 1000) return `its ${limits.seconds} s`;
      if (fits(1, nextTokens)) return undefined;
      return input + output + nextTokens + limits.outputTokens > limits.tokens ? `its ${limits.tokens} tokens` : `its ${limits.costUsd.toFixed(2)} US dollars`;
    },
  };
}
