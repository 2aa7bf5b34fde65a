import { messageOf, OncallmError } from '#domain/error.ts';
import type { Claim } from '#domain/investigation.ts';
import type { Outcome, Queue } from '#store/store.ts';
import { keepLease } from './lease.ts';

/**
 * Runs investigations, as many at once as there are slots.
 *
 *     pool   stopped ──start──▶ claiming ──drain──▶ draining ──every run ended, or time is up──▶ stopped
 *
 *     run    claimed ──▶ ours ──resolved──────────────────────▶ settled: completed
 *               │          ├────threw, attempts left───────────▶ settled: retry, after a back-off
 *               │          ├────threw for the last time────────▶ settled: failed, with the reason
 *               │          ├────lease lost──▶ lost, aborted────▶ nothing: another has it
 *               │          └────drain timed out──▶ released, aborted──▶ nothing: given back, at no attempt
 *               └─more attempts than allowed (its process died each time)──▶ settled: failed, without a run
 *
 * A run is settled at most once. If the settling itself fails (no disk, no database), it is tried again for as long as a lease; then the lease ends and the
 * investigation is done again.
 */
export interface WorkerPool {
  start(): void;
  /** Claims nothing more, waits for the runs, aborts and gives back what still runs after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
  /** How many runs there are now. */
  running(): number;
}

export interface WorkerPoolOptions {
  readonly store: Pick<Queue, 'claim' | 'heartbeat' | 'settle' | 'release' | 'onQueued'>;
  /** Investigates. What it throws is why the attempt failed. `signal`: the run is no longer ours, stop. */
  readonly run: (claim: Claim, signal: AbortSignal) => Promise<void>;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly maxAttempts: number;
  /** Who is owed a notice of each investigation that ends: names for the outbox. */
  readonly notifiers?: readonly string[];
  /** How long to wait after the n-th failed attempt, counted from 1. */
  readonly backoffMs: (attempt: number) => number;
  /** How often to look for work that nobody announced: retries that are due, leases that ended, other replicas' work. */
  readonly pollMs: number;
  readonly log: WorkerLog;
  readonly clock: () => Date;
  /** Names this process on its leases. */
  readonly worker?: string;
  readonly schedule?: Schedule;
}

export interface WorkerLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Calls back once, later; returns the way to prevent it. */
export type Schedule = (callback: () => void, ms: number) => () => void;

/** Between attempts to settle: 250 ms, doubled each time, at most 5 s. */
const SETTLE_AGAIN_MS = 250;
const SETTLE_AGAIN_MAX_MS = 5_000;

interface Run {
  readonly claim: Claim;
  readonly controller: AbortController;
  hold: 'ours' | 'lost' | 'released';
  ended: Promise<void>;
}

export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { store, log, clock, leaseMs, concurrency, worker = 'worker', schedule = timeout } = options;
  const runs = new Set<Run>();
  let state: 'stopped' | 'claiming' | 'draining' = 'stopped';
  let filling: Promise<void> | undefined;
  let wanted = false;
  let stopListening = (): void => {};
  let stopPolling = (): void => {};

  /** Fills the free slots; called while at it, looks once more. */
  const fill = (): void => {
    wanted = true;
    filling ??= claimAll().finally(() => {
      filling = undefined;
      if (wanted && state === 'claiming') fill();
    });
  };

  const claimAll = async (): Promise<void> => {
    try {
      while (wanted) {
        wanted = false;
        while (state === 'claiming' && runs.size < concurrency) {
          const claim = await store.claim(worker, leaseMs);
          if (claim === undefined) break;
          if (state === 'claiming') begin(claim);
          else await store.release(claim);
        }
      }
    } catch (thrown) {
      wanted = false;
      log.warn({ problem: messageOf(thrown) }, 'no investigation could be claimed; trying again soon');
    }
  };

  const begin = (claim: Claim): void => {
    const run: Run = { claim, controller: new AbortController(), hold: 'ours', ended: Promise.resolve() };
    runs.add(run);
    run.ended = work(run).finally(() => {
      runs.delete(run);
      if (state === 'claiming') fill();
    });
  };

  const work = async (run: Run): Promise<void> => {
    const lost = (why: string): void => {
      if (run.hold !== 'ours') return;
      run.hold = 'lost';
      log.warn({ investigation: run.claim.investigationId, attempt: run.claim.attempt, why }, 'the lease of an investigation is lost; its run is stopped');
      run.controller.abort(new OncallmError('lease-lost', `The lease of the investigation is lost: ${why}.`, 'Nothing: another worker has it.'));
    };
    const stopLease = keepLease({ store, claim: run.claim, leaseMs, clock, schedule, lost });
    const outcome = await attempt(options, run);
    if (run.hold === 'ours') await settle({ ...options, schedule }, run, outcome);
    stopLease();
  };

  const poll = (): void => {
    stopPolling = schedule(() => {
      fill();
      poll();
    }, options.pollMs);
  };

  const abandon = async (run: Run): Promise<void> => {
    if (run.hold !== 'ours') return;
    run.hold = 'released';
    run.controller.abort(new OncallmError('shutdown', 'OnCallM is shutting down.', 'Nothing: the investigation is begun again after the start.'));
    try {
      await store.release(run.claim);
    } catch (thrown) {
      log.error(
        { investigation: run.claim.investigationId, problem: messageOf(thrown) },
        'an investigation could not be given back; it is repeated when its lease ends',
      );
    }
  };

  const allEnded = async (): Promise<void> => {
    await filling;
    await Promise.all([...runs].map(({ ended }) => ended));
  };

  return {
    start() {
      if (state !== 'stopped') return;
      state = 'claiming';
      stopListening = store.onQueued(fill);
      poll();
      fill();
    },

    async drain(timeoutMs) {
      state = 'draining';
      stopListening();
      stopPolling();
      const timeIsUp = Promise.withResolvers<void>();
      const stopWaiting = schedule(timeIsUp.resolve, timeoutMs);
      await Promise.race([allEnded(), timeIsUp.promise]);
      stopWaiting();
      await Promise.all([...runs].map(abandon));
      state = 'stopped';
    },

    running: () => runs.size,
  };
}

/** How the run went; never throws. */
async function attempt({ run: investigate, maxAttempts, backoffMs, clock, log }: WorkerPoolOptions, run: Run): Promise<Outcome> {
  const { claim, controller } = run;
  const fields = { investigation: claim.investigationId, attempt: claim.attempt };
  if (claim.attempt > maxAttempts) {
    log.error(fields, 'an investigation was cut off too often; it is given up');
    return { state: 'failed', problem: `Given up after ${maxAttempts} attempts: OnCallM stopped or hung during the last one.` };
  }
  try {
    await investigate(claim, controller.signal);
    return { state: 'completed' };
  } catch (thrown) {
    const problem = messageOf(thrown);
    if (run.hold === 'ours') log.warn({ ...fields, problem }, 'an attempt at an investigation failed');
    if (claim.attempt >= maxAttempts) return { state: 'failed', problem };
    return { state: 'retry', retryAt: new Date(clock().getTime() + backoffMs(claim.attempt)).toISOString(), problem };
  }
}

/**
 * Says what became of a run. A database that is away for a moment is asked again while the lease is ours, for at most as long as a lease: what was found out is not
 * found out twice. After that the lease is let go and somebody begins again.
 */
async function settle(options: WorkerPoolOptions & { readonly schedule: Schedule }, run: Run, outcome: Outcome): Promise<void> {
  const { store, log, clock, leaseMs, schedule, notifiers = [] } = options;
  const fields = { investigation: run.claim.investigationId, attempt: run.claim.attempt, outcome: outcome.state };
  const until = clock().getTime() + leaseMs;
  for (let tried = 0; ; tried += 1) {
    try {
      if (await store.settle(run.claim, outcome, notifiers)) log.info(fields, 'an investigation is settled');
      else log.warn(fields, 'an investigation was settled before, or by another worker');
      return;
    } catch (thrown) {
      const problem = messageOf(thrown);
      const waitMs = Math.min(SETTLE_AGAIN_MS * 2 ** tried, SETTLE_AGAIN_MAX_MS);
      if (clock().getTime() + waitMs >= until) {
        log.error({ ...fields, problem }, 'an investigation could not be settled; it is repeated when its lease ends');
        return;
      }
      if (tried === 0) log.warn({ ...fields, problem }, 'an investigation could not be settled; trying again');
      await new Promise<void>((resolve) => void schedule(resolve, waitMs));
      // Lost to another, or given back at shutdown, meanwhile.
      if (run.hold !== 'ours') return;
    }
  }
}

function timeout(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
