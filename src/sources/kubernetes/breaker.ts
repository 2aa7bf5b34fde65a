/**
 * Spares a server that does not answer, and ourselves its deadline, again and again.
 *
 *   closed ──silence──▶ open (refuses) ──coolOffMs──▶ half-open: one request is let through ──answer──▶ closed
 *                         ▲                                                        └──silence──▶ open
 */
export interface Breaker {
  /** Why no request may be sent now; undefined: one may. */
  refusal(): string | undefined;
  answered(): void;
  /** A request was given up before it told anything. */
  abandoned(): void;
  /** A request that was sent at `sentAt` got no answer at all. */
  silent(sentAt: number, why: string): void;
}

export function createBreaker(now: () => number, coolOffMs: number): Breaker {
  let openedAt: number | undefined;
  let lastAnswerAt = Number.NEGATIVE_INFINITY;
  let probing = false;
  let reason = '';
  return {
    refusal() {
      if (openedAt === undefined) return undefined;
      if (now() - openedAt >= coolOffMs && !probing) {
        probing = true;
        return undefined;
      }
      return `${reason} Not asked again within ${coolOffMs / 1000} seconds.`;
    },
    answered() {
      lastAnswerAt = now();
      openedAt = undefined;
      probing = false;
    },
    abandoned() {
      probing = false;
    },
    silent(sentAt, why) {
      // One slow list beside others that were answered meanwhile is no dead server.
      if (openedAt === undefined && lastAnswerAt >= sentAt) return;
      openedAt = now();
      probing = false;
      reason = why;
    },
  };
}
