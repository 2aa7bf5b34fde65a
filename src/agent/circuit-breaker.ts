import type { LlmFailureKind } from './model.ts';

/**
 * Keeps a provider that fails from costing every investigation its waiting time.
 *
 *     closed ──three failures in a row, or one that waiting cannot mend──▶ open
 *       ▲                                                                  │ after a pause that doubles
 *       └──── success ── trial (one run) ◀──────────────────────────────────┘
 *                          └── failure ──▶ open, for twice as long
 */
export interface CircuitBreaker {
  /** undefined: go ahead. Otherwise one line why not. Going ahead when the pause is over makes the run a trial. */
  refusal(): string | undefined;
  succeeded(): void;
  failed(kind: LlmFailureKind, why: string): void;
}

const FAILURES = 3;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

/** What says nothing about the provider's health. */
const NOT_ITS_FAULT: ReadonlySet<LlmFailureKind> = new Set(['cancelled', 'refused', 'context-overflow', 'bad-answer']);
/** What the next attempt will meet as well. */
const LASTING: ReadonlySet<LlmFailureKind> = new Set(['wrong-key', 'wrong-model', 'quota']);

export function createCircuitBreaker(clock: () => Date): CircuitBreaker {
  let failures = 0;
  let openUntilMs = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let trial = false;
  let reason = '';
  return {
    refusal() {
      if (openUntilMs === 0) return undefined;
      const left = openUntilMs - clock().getTime();
      if (left > 0 || trial) return `${reason}; not asked again for ${Math.max(1, Math.ceil(left / 1000))} s`;
      trial = true;
      return undefined;
    },
    succeeded() {
      failures = 0;
      openUntilMs = 0;
      pauseMs = FIRST_PAUSE_MS;
      trial = false;
    },
    failed(kind, why) {
      if (NOT_ITS_FAULT.has(kind)) {
        trial = false;
        return;
      }
      failures += 1;
      reason = why;
      if (!trial && failures < FAILURES && !LASTING.has(kind)) return;
      openUntilMs = clock().getTime() + pauseMs;
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      trial = false;
    },
  };
}
