import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Claim } from '#domain/investigation.ts';
import { openSqliteStore, type SqliteStore } from '#store/sqlite/open-sqlite-store.ts';
import { alert, delivery, POLICY } from '#store/testing/fixtures.ts';
import { createManualTime, type ManualTime, settled } from './testing/manual-time.ts';
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

const LEASE_MS = 30_000;
const POLL_MS = 5_000;

interface Running {
  readonly claim: Claim;
  readonly signal: AbortSignal;
  readonly finish: () => void;
  readonly fail: (why: string) => void;
}

describe('createWorkerPool', () => {
  let directory: string;
  let time: ManualTime;
  let store: SqliteStore;
  let pool: WorkerPool;
  let begun: Running[];
  let logged: string[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oncallm-queue-'));
    time = createManualTime();
    store = await openSqliteStore({ file: join(directory, 'o.db'), clock: time.clock });
    await store.migrate();
    begun = [];
    logged = [];
  });
  afterEach(async () => {
    const drained = pool.drain(0);
    await time.advance(0);
    await drained;
    await store.close();
    await rm(directory, { recursive: true });
  });

  const createPool = (changes: Partial<WorkerPoolOptions> = {}): void => {
    const log = (_fields: unknown, message: string): void => void logged.push(message);
    pool = createWorkerPool({
      store,
      run: (claim, signal) => new Promise((finish, reject) => begun.push({ claim, signal, finish, fail: (why) => reject(new Error(why)) })),
      concurrency: 2,
      leaseMs: LEASE_MS,
      maxAttempts: 2,
      backoffMs: (attempt) => attempt * 60_000,
      pollMs: POLL_MS,
      log: { info: log, warn: log, error: log },
      clock: time.clock,
      schedule: time.schedule,
      ...changes,
    });
    pool.start();
  };
  const queue = async (name: string): Promise<string> => {
    const recorded = await store.record(delivery([alert(name)], { groupKey: name }), POLICY);
    await settled();
    return String(recorded.queued[0]);
  };
  const stateOf = async (id: string) => {
    const found = await store.investigation(id);
    return found && { state: found.state, attempts: found.attempts, problem: found.problem };
  };

  it('begins what is queued, at once and without a poll, up to its concurrency', async () => {
    await queue('before');
    createPool();
    await settled();
    await queue('a');
    await queue('b');
    expect(begun).toHaveLength(2);
    expect(pool.running()).toBe(2);
    begun[0]?.finish();
    await settled();
    expect(begun).toHaveLength(3);
  });

  it('settles what ran as completed', async () => {
    createPool();
    const id = await queue('a');
    begun[0]?.finish();
    await settled();
    expect(await stateOf(id)).toEqual({ state: 'completed', attempts: 1, problem: null });
    expect(pool.running()).toBe(0);
  });

  it('tries again after the back-off what failed, then gives up with the reason', async () => {
    createPool();
    const id = await queue('a');
    begun[0]?.fail('API server: connection refused');
    await settled();
    expect(await stateOf(id)).toEqual({ state: 'queued', attempts: 1, problem: 'API server: connection refused' });
    await time.advance(60_000 - POLL_MS);
    expect(begun).toHaveLength(1);
    await time.advance(2 * POLL_MS);
    expect(begun).toHaveLength(2);
    begun[1]?.fail('still refused');
    await settled();
    expect(await stateOf(id)).toEqual({ state: 'failed', attempts: 2, problem: 'still refused' });
  });

  it('settles what throws at once, or something that is no error', async () => {
    createPool({
      maxAttempts: 1,
      run: () => {
        throw 'odd';
      },
    });
    expect(await stateOf(await queue('a'))).toEqual({ state: 'failed', attempts: 1, problem: 'odd' });
    expect(pool.running()).toBe(0);
  });

  it('keeps the lease of a long run', async () => {
    createPool();
    await queue('a');
    await time.advance(10 * LEASE_MS);
    expect(await store.claim('thief', LEASE_MS)).toBeUndefined();
    expect(begun[0]?.signal.aborted).toBe(false);
  });

  it('aborts a run whose lease was taken, and writes nothing for it', async () => {
    createPool();
    const id = await queue('a');
    const claim = begun[0]?.claim;
    await store.settle(claim as Claim, { state: 'failed', problem: 'somebody else' });
    await time.advance(LEASE_MS / 3);
    expect(begun[0]?.signal.aborted).toBe(true);
    begun[0]?.finish();
    await settled();
    expect(await stateOf(id)).toMatchObject({ state: 'failed', problem: 'somebody else' });
    expect(logged.filter((message) => message.includes('settled'))).toEqual([]);
  });

  it('aborts a run whose lease ended while the store did not answer', async () => {
    const heartbeat = () => Promise.reject(new Error('disk on fire'));
    createPool({ store: { ...store, heartbeat } });
    await queue('a');
    await time.advance(LEASE_MS - 1);
    expect(begun[0]?.signal.aborted).toBe(false);
    await time.advance(LEASE_MS / 3);
    expect(begun[0]?.signal.aborted).toBe(true);
    expect(begun[0]?.signal.reason).toMatchObject({ code: 'lease-lost', message: expect.stringContaining('disk on fire') });
    begun[0]?.finish();
  });

  it('aborts a run whose heartbeat is never answered', async () => {
    createPool({ store: { ...store, heartbeat: () => new Promise(() => {}) } });
    await queue('a');
    await time.advance(2 * LEASE_MS);
    expect(begun[0]?.signal.aborted).toBe(true);
    begun[0]?.finish();
  });

  it('goes on when the store cannot be asked for work, and tries at the next poll', async () => {
    let failures = 2;
    const claim: SqliteStore['claim'] = (...args) => (failures-- > 0 ? Promise.reject(new Error('locked')) : store.claim(...args));
    createPool({ store: { ...store, claim } });
    await settled();
    await queue('a');
    expect(begun).toHaveLength(0);
    await time.advance(POLL_MS);
    expect(begun).toHaveLength(1);
  });

  it('settles a run once the store is back, without another run', async () => {
    let away = 3;
    const settle: typeof store.settle = (...known) => (away-- > 0 ? Promise.reject(new Error('connection refused')) : store.settle(...known));
    createPool({ store: { ...store, settle } });
    const id = await queue('a');
    begun[0]?.finish();
    await settled();
    expect((await stateOf(id))?.state).toBe('running');
    for (const waitMs of [250, 500, 1_000]) await time.advance(waitMs);
    expect(await stateOf(id)).toEqual({ state: 'completed', attempts: 1, problem: null });
    expect(pool.running()).toBe(0);
    expect(logged.filter((line) => line.includes('could not be settled'))).toEqual(['an investigation could not be settled; trying again']);
    await time.advance(2 * LEASE_MS);
    expect(begun).toHaveLength(1);
  });

  it('goes on when a run cannot be settled', async () => {
    createPool({ store: { ...store, settle: () => Promise.reject(new Error('disk full')) } });
    const id = await queue('a');
    begun[0]?.finish();
    for (let passed = 0; passed < LEASE_MS; passed += 250) await time.advance(250);
    expect(pool.running()).toBe(0);
    expect(logged).toContain('an investigation could not be settled; it is repeated when its lease ends');
    expect((await stateOf(id))?.state).toBe('running');
    await time.advance(LEASE_MS + POLL_MS);
    expect(begun[1]?.claim).toMatchObject({ investigationId: id, attempt: 2 });
  });

  it('gives up, without another run, what its process did not survive too often', async () => {
    const id = await queue('a');
    for (const _ of [1, 2]) {
      await store.claim('crashed', LEASE_MS);
      await time.advance(LEASE_MS);
    }
    createPool();
    await settled();
    expect(begun).toHaveLength(0);
    expect(await stateOf(id)).toMatchObject({ state: 'failed', problem: expect.stringContaining('Given up after 2 attempts') });
  });

  describe('drain', () => {
    it('claims nothing more and waits for what runs', async () => {
      createPool();
      const id = await queue('a');
      const drained = pool.drain(60_000);
      const later = await queue('b');
      expect(begun).toHaveLength(1);
      begun[0]?.finish();
      await drained;
      expect(await stateOf(id)).toMatchObject({ state: 'completed' });
      expect(await stateOf(later)).toMatchObject({ state: 'queued', attempts: 0 });
      expect(time.pending()).toBe(0);
    });

    it('aborts and gives back what runs for too long, at no attempt, and ignores what it does later', async () => {
      createPool();
      const id = await queue('a');
      const drained = pool.drain(60_000);
      await time.advance(60_000);
      await drained;
      expect(begun[0]?.signal.aborted).toBe(true);
      expect(await stateOf(id)).toMatchObject({ state: 'queued', attempts: 0 });
      begun[0]?.fail('aborted');
      await settled();
      expect(await stateOf(id)).toMatchObject({ state: 'queued', attempts: 0, problem: null });
      expect(time.pending()).toBe(0);
    });

    it('gives back what it was just claiming', async () => {
      const asked = Promise.withResolvers<void>();
      const claim: SqliteStore['claim'] = async (...args) => {
        await asked.promise;
        return store.claim(...args);
      };
      const id = await queue('a');
      createPool({ store: { ...store, claim } });
      const drained = pool.drain(0);
      asked.resolve();
      await time.advance(0);
      await drained;
      expect(begun).toHaveLength(0);
      expect(await stateOf(id)).toMatchObject({ state: 'queued', attempts: 0 });
    });
  });
});
