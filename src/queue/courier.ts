import { messageOf } from '#domain/error.ts';
import type { NoticeClaim, NoticeOutcome } from '#domain/notice.ts';
import type { Sent } from '#notify/notifier.ts';
import type { Outbox } from '#store/store.ts';
import type { Schedule, WorkerLog } from './worker-pool.ts';

/**
 * Sends what notifiers are owed, each notifier at its own pace: one that hangs holds up no other.
 *
 *     courier   stopped ──start──▶ claiming ──drain──▶ draining ──every attempt ended, or was aborted──▶ stopped
 *
 *     notice    claimed ──▶ delivered ───────────────────────────────▶ settled: sent
 *                 ├───────▶ failed, may pass ────────────────────────▶ settled: waiting, after a back-off
 *                 ├───────▶ failed for good, or owed for a day ──────▶ settled: given-up, with the reason
 *                 └───────▶ cut off by the drain ────────────────────▶ settled: waiting, due at once
 *
 * If the settling itself fails (no disk, a crash), the claim ends and the notice is sent again.
 */
export interface Courier {
  start(): void;
  /** Claims nothing more; aborts what is not sent after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

export interface CourierOptions {
  readonly store: Pick<Outbox, 'claimNotices' | 'settleNotice' | 'onOwed'>;
  /** Names of those that are told. */
  readonly notifiers: readonly string[];
  /** One attempt. What it throws is a failure that may pass. */
  readonly send: (notice: NoticeClaim, signal: AbortSignal) => Promise<Sent>;
  /** Hears what became of each attempt, for the metrics. */
  readonly onSettled?: ((notice: NoticeClaim, outcome: NoticeOutcome) => void) | undefined;
  /** How long a notice is claimed for an attempt, which may take half as long. */
  readonly claimMs: number;
  /** How often to look for what nobody announced: what is due again, what another replica left behind. */
  readonly pollMs: number;
  readonly log: WorkerLog;
  readonly clock: () => Date;
  readonly schedule?: Schedule;
}

/** Attempts at once for one notifier. */
const AT_ONCE = 4;
/** Waits after the first attempts; afterwards the last of them. */
const WAITS_MS: readonly number[] = [1_000, 5_000, 30_000, 2 * 60_000, 10 * 60_000];
/** What is older is no longer news. */
const GIVE_UP_MS = 24 * 3_600_000;

export function createCourier(options: CourierOptions): Courier {
  const { store, notifiers, log, schedule = timeout } = options;
  const stopping = new AbortController();
  const sending = new Map<string, Set<Promise<void>>>(notifiers.map((name) => [name, new Set()]));
  const claiming = new Map<string, Promise<void>>();
  const wanted = new Set<string>();
  let state: 'stopped' | 'claiming' | 'draining' = 'stopped';
  let stopListening = (): void => {};
  let stopPolling = (): void => {};

  /** Fills the free places of a notifier; called while at it, looks once more. */
  const fill = (notifier: string): void => {
    wanted.add(notifier);
    if (claiming.has(notifier)) return;
    const done = claim(notifier).finally(() => {
      claiming.delete(notifier);
      if (wanted.has(notifier) && state === 'claiming') fill(notifier);
    });
    claiming.set(notifier, done);
  };
  const fillAll = (): void => notifiers.forEach(fill);

  const claim = async (notifier: string): Promise<void> => {
    wanted.delete(notifier);
    const attempts = sending.get(notifier) ?? new Set();
    const free = AT_ONCE - attempts.size;
    if (free <= 0) return;
    try {
      const notices = await store.claimNotices(notifier, free, options.claimMs);
      for (const notice of notices) {
        const attempt = deliver(options, notice, stopping.signal).finally(() => {
          attempts.delete(attempt);
          if (state === 'claiming') fill(notifier);
        });
        attempts.add(attempt);
      }
    } catch (thrown) {
      log.warn({ notifier, problem: messageOf(thrown) }, 'what a notifier is owed could not be read; trying again soon');
    }
  };

  const poll = (): void => {
    stopPolling = schedule(() => {
      fillAll();
      poll();
    }, options.pollMs);
  };

  const allEnded = async (): Promise<void> => {
    await Promise.all(claiming.values());
    await Promise.all([...sending.values()].flatMap((attempts) => [...attempts]));
  };

  return {
    start() {
      if (state !== 'stopped' || notifiers.length === 0) return;
      state = 'claiming';
      stopListening = store.onOwed(fillAll);
      poll();
      fillAll();
    },

    async drain(timeoutMs) {
      state = 'draining';
      stopListening();
      stopPolling();
      const stopWaiting = schedule(() => stopping.abort(), timeoutMs);
      await allEnded();
      stopWaiting();
      state = 'stopped';
    },
  };
}

/** One attempt and its settling; never rejects. */
async function deliver(options: CourierOptions, notice: NoticeClaim, stopping: AbortSignal): Promise<void> {
  const { store, onSettled, log } = options;
  const outcome = await attempt(options, notice, stopping);
  const fields = { investigation: notice.investigationId, notifier: notice.notifier, attempt: notice.attempt };
  if (outcome.state === 'waiting') log.warn({ ...fields, why: outcome.problem, again: outcome.dueAt }, 'Could not notify; trying again');
  if (outcome.state === 'given-up') log.error({ ...fields, why: outcome.problem, owedSince: notice.owedSince }, 'Could not notify; given up');
  try {
    if (await store.settleNotice(notice, outcome)) onSettled?.(notice, outcome);
  } catch (thrown) {
    log.warn({ ...fields, problem: messageOf(thrown) }, 'what became of a notice could not be written; it is sent again');
  }
}

async function attempt({ send, clock, claimMs }: CourierOptions, notice: NoticeClaim, stopping: AbortSignal): Promise<NoticeOutcome> {
  const sent = await trySend(send, notice, AbortSignal.any([stopping, AbortSignal.timeout(claimMs / 2)]));
  if (sent.delivered) return { state: 'sent' };
  const nowMs = clock().getTime();
  const dueAt = (ms: number): string => new Date(nowMs + ms).toISOString();
  if (stopping.aborted) return { state: 'waiting', dueAt: dueAt(0), problem: 'OnCallM was shutting down' };
  if (!sent.retry) return { state: 'given-up', problem: sent.why };
  const waitMs = noticeBackoffMs(notice.attempt);
  if (nowMs + waitMs - Date.parse(notice.owedSince) > GIVE_UP_MS) return { state: 'given-up', problem: `owed for a day: ${sent.why}` };
  return { state: 'waiting', dueAt: dueAt(waitMs), problem: sent.why };
}

async function trySend(send: CourierOptions['send'], notice: NoticeClaim, signal: AbortSignal): Promise<Sent> {
  try {
    return await send(notice, signal);
  } catch (thrown) {
    return { delivered: false, retry: true, why: messageOf(thrown) };
  }
}

/** How long a notice waits after its n-th failed attempt (counted from 1): 1 s, 5 s, 30 s, 2 minutes, then 10 minutes. */
function noticeBackoffMs(attempt: number): number {
  return WAITS_MS[Math.min(attempt, WAITS_MS.length) - 1] ?? 0;
}

function timeout(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
