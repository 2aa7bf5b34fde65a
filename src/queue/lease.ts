import { messageOf } from '#domain/error.ts';
import type { Claim } from '#domain/investigation.ts';
import type { Queue } from '#store/store.ts';

/** A lease is renewed so many times before it would end. */
const BEATS_PER_LEASE = 3;

export interface LeaseOptions {
  readonly store: Pick<Queue, 'heartbeat'>;
  readonly claim: Claim;
  readonly leaseMs: number;
  readonly clock: () => Date;
  readonly schedule: (callback: () => void, ms: number) => () => void;
  /** Called once: the lease was refused, or could not be renewed before it ended. */
  readonly lost: (why: string) => void;
}

/** Renews a lease until told to stop; returns the way to stop. A heartbeat that fails is tried again while the lease lasts. */
export function keepLease({ store, claim, leaseMs, clock, schedule, lost }: LeaseOptions): () => void {
  let renewedAt = clock().getTime();
  let problem = 'the store does not answer';
  let beating = false;
  let stopped = false;
  let cancel = (): void => {};

  const stop = (): void => {
    stopped = true;
    cancel();
  };
  const giveUp = (why: string): void => {
    if (stopped) return;
    stop();
    lost(why);
  };
  const expired = (): boolean => clock().getTime() - renewedAt >= leaseMs;

  const beat = async (): Promise<void> => {
    if (beating) {
      if (expired()) giveUp(problem);
      return;
    }
    beating = true;
    const askedAt = clock().getTime();
    try {
      if (await store.heartbeat(claim, leaseMs)) renewedAt = askedAt;
      else giveUp('another worker has it, or it is settled');
    } catch (thrown) {
      problem = messageOf(thrown);
      if (expired()) giveUp(problem);
    } finally {
      beating = false;
    }
  };
  const next = (): void => {
    cancel = schedule(() => {
      next();
      void beat();
    }, leaseMs / BEATS_PER_LEASE);
  };
  next();
  return stop;
}
