import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NoticeClaim, NoticeOutcome } from '#domain/notice.ts';
import type { Sent } from '#notify/notifier.ts';
import { openSqliteStore, type SqliteStore } from '#store/sqlite/open-sqlite-store.ts';
import { alert, claimNext, delivery, POLICY } from '#store/testing/fixtures.ts';
import { type Courier, type CourierOptions, createCourier } from './courier.ts';
import { createManualTime, type ManualTime, settled } from './testing/manual-time.ts';

const DOWN: Sent = { delivered: false, retry: true, why: 'status 503' };
const REFUSED: Sent = { delivered: false, retry: false, why: 'status 404' };
const MINUTE = 60_000;

interface Attempt {
  readonly notice: NoticeClaim;
  readonly signal: AbortSignal;
  readonly answer: (sent: Sent) => Promise<void>;
}

describe('createCourier', () => {
  let directory: string;
  let time: ManualTime;
  let store: SqliteStore;
  let courier: Courier;
  let attempts: Attempt[];
  let outcomes: NoticeOutcome['state'][];
  let logged: string[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oncallm-courier-'));
    time = createManualTime();
    store = await openSqliteStore({ file: join(directory, 'o.db'), clock: time.clock });
    await store.migrate();
    [attempts, outcomes, logged] = [[], [], []];
  });
  afterEach(async () => {
    const drained = courier.drain(0);
    await time.advance(0);
    await drained;
    await store.close();
    await rm(directory, { recursive: true });
  });

  const start = (changes: Partial<CourierOptions> = {}): Courier => {
    const log = (_fields: unknown, message: string): void => void logged.push(message);
    courier = createCourier({
      store,
      notifiers: ['webhook'],
      send: (notice, signal) =>
        new Promise((resolve) => {
          const answer = async (sent: Sent): Promise<void> => {
            resolve(sent);
            await settled();
          };
          signal.addEventListener('abort', () => resolve(DOWN));
          attempts.push({ notice, signal, answer });
        }),
      onSettled: (_notice, { state }) => void outcomes.push(state),
      claimMs: 30_000,
      pollMs: 1_000,
      log: { info: log, warn: log, error: log },
      clock: time.clock,
      schedule: time.schedule,
      ...changes,
    });
    courier.start();
    return courier;
  };
  /** Settles an investigation that owes these notifiers a notice. */
  const owe = async (name: string, notifiers: readonly string[] = ['webhook']): Promise<void> => {
    await store.record(delivery([alert(name)], { groupKey: name }), POLICY);
    await store.settle(await claimNext(store), { state: 'completed' }, notifiers);
    await settled();
  };

  it('sends what is owed at once, what was owed before it started too, and each once', async () => {
    await owe('before');
    start({ pollMs: MINUTE });
    await settled();
    await owe('after');
    expect(attempts.map(({ notice }) => notice.attempt)).toEqual([1, 1]);
    for (const { answer } of attempts) await answer({ delivered: true });
    await time.advance(60 * MINUTE);
    expect(attempts).toHaveLength(2);
    expect(outcomes).toEqual(['sent', 'sent']);
    expect(await store.noticesWaiting()).toEqual([]);
  });

  it('tries again what may pass, with growing waits, until it is sent', async () => {
    start();
    await owe('a');
    for (const waitMs of [1_000, 5_000, 30_000, 2 * MINUTE, 10 * MINUTE, 10 * MINUTE]) {
      const before = attempts.length;
      await attempts.at(-1)?.answer(DOWN);
      await time.advance(waitMs - 1);
      expect(attempts).toHaveLength(before);
      await time.advance(1_000);
      expect(attempts).toHaveLength(before + 1);
    }
    await attempts.at(-1)?.answer({ delivered: true });
    expect(outcomes.at(-1)).toBe('sent');
  });

  it('gives up what is refused, and what has been owed for a day', async () => {
    start({ pollMs: MINUTE });
    await owe('refused');
    await attempts[0]?.answer(REFUSED);
    await owe('old');
    await time.advance(23 * 60 * MINUTE);
    await attempts.at(-1)?.answer(DOWN);
    expect(outcomes).toEqual(['given-up', 'waiting']);
    await time.advance(MINUTE);
    await time.advance(59 * MINUTE);
    await attempts.at(-1)?.answer(DOWN);
    expect(outcomes.at(-1)).toBe('given-up');
    expect(await store.noticesWaiting()).toEqual([]);
    expect(logged.filter((line) => line.includes('given up'))).toHaveLength(2);
  });

  it('a notifier that hangs holds up no other, and has few attempts under way', async () => {
    start({ notifiers: ['hangs', 'webhook'] });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await owe(name, ['hangs', 'webhook']);
      await attempts.findLast(({ notice }) => notice.notifier === 'webhook')?.answer({ delivered: true });
    }
    expect(outcomes).toEqual(Array.from({ length: 6 }, () => 'sent'));
    expect(attempts.filter(({ notice }) => notice.notifier === 'hangs')).toHaveLength(4);
  });

  it('what it throws is a failure that may pass', async () => {
    start({ send: () => Promise.reject(new Error('database closed')) });
    await owe('a');
    expect(outcomes).toEqual(['waiting']);
  });

  it('sends again what it sent and could not write down', async () => {
    let broken = true;
    const fragile = {
      ...store,
      settleNotice: (...args: Parameters<SqliteStore['settleNotice']>) => (broken ? Promise.reject(new Error('disk full')) : store.settleNotice(...args)),
    };
    start({ store: fragile });
    await owe('a');
    await attempts[0]?.answer({ delivered: true });
    broken = false;
    await time.advance(31_000);
    await attempts[1]?.answer({ delivered: true });
    expect(outcomes).toEqual(['sent']);
  });

  it('gives back at a stop what is not sent in time, for the next start', async () => {
    start();
    await owe('a');
    const drained = courier.drain(500);
    await time.advance(499);
    expect(attempts[0]?.signal.aborted).toBe(false);
    await time.advance(1);
    await drained;
    expect(attempts[0]?.signal.aborted).toBe(true);
    start();
    await settled();
    expect(attempts[1]?.notice).toMatchObject({ investigationId: attempts[0]?.notice.investigationId, attempt: 2 });
  });
});
