import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, delivery, POLICY } from '../testing/fixtures.ts';
import { openSqliteStore, type SqliteStore } from './open-sqlite-store.ts';

const LEASE_MS = 30_000;
const HOUR_MS = 3_600_000;

describe('a clock that is set', () => {
  let directory: string;
  let store: SqliteStore;
  let nowMs: number;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oncallm-clock-'));
    nowMs = Date.parse('2026-03-01T10:00:00.000Z');
    store = await openSqliteStore({ file: join(directory, 'oncallm.db'), clock: () => new Date(nowMs) });
    await store.migrate();
    await store.record(delivery([alert('a')]), POLICY);
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  it('back does not keep an investigation whose process died for as long', async () => {
    const died = await store.claim('died', LEASE_MS);
    nowMs -= HOUR_MS;
    expect(await store.claim('next', LEASE_MS)).toMatchObject({ investigationId: died?.investigationId, attempt: 2 });
  });

  it('back does not make a lease that is renewed lost', async () => {
    const held = await store.claim('alive', LEASE_MS);
    nowMs -= HOUR_MS;
    if (held) expect(await store.heartbeat(held, LEASE_MS)).toBe(true);
    expect(await store.claim('thief', LEASE_MS)).toBeUndefined();
  });

  it('back does not put off a retry for as long', async () => {
    const failed = await store.claim('w', LEASE_MS);
    if (failed) await store.settle(failed, { state: 'retry', retryAt: new Date(nowMs + 300_000).toISOString(), problem: 'x' });
    nowMs -= HOUR_MS;
    expect(await store.claim('w', LEASE_MS)).toMatchObject({ attempt: 2 });
  });

  it('forward lets another have it, and fences off whoever had it', async () => {
    const before = await store.claim('before', LEASE_MS);
    nowMs += HOUR_MS;
    const after = await store.claim('after', LEASE_MS);
    expect(after).toMatchObject({ attempt: 2 });
    if (before) expect(await store.settle(before, { state: 'completed' })).toBe(false);
    if (after) expect(await store.settle(after, { state: 'completed' })).toBe(true);
  });
});
