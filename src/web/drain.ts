import type { FastifyReply } from 'fastify';

/** How long closing waits for deliveries: recording takes milliseconds, and a body that has not come by then is sent again. Less than Fastify waits for us (10 s). */
const PATIENCE_MS = 5_000;

/**
 * Lets a closing server finish what it accepted: Alertmanager would deliver a cut request again, but needlessly.
 *
 *     open ──begin()──▶ draining: new requests hear 503, tracked ones end ──▶ settled
 */
export interface Drain {
  readonly draining: boolean;
  /** Counts a reply until it is sent or its connection is gone. */
  track(reply: FastifyReply): void;
  /** Resolves when nothing is tracked any more, at the latest after five seconds. */
  begin(): Promise<void>;
}

export function createDrain(patienceMs: number = PATIENCE_MS): Drain {
  const open = new Set<FastifyReply>();
  let draining = false;
  let settle: (() => void) | undefined;

  return {
    get draining() {
      return draining;
    },
    track(reply) {
      open.add(reply);
      const done = (): void => {
        open.delete(reply);
        if (open.size === 0) settle?.();
      };
      reply.raw.once('finish', done).once('close', done);
    },
    begin() {
      draining = true;
      if (open.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, patienceMs);
        settle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
