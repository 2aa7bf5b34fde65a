import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alert, delivery, POLICY, resolvedAlert } from '../testing/fixtures.ts';
import { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from './open-sqlite-store.ts';

describe('the SQLite store', () => {
  let directory: string;
  let file: string;
  let opened: SqliteStore[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oncallm-sqlite-'));
    file = join(directory, 'oncallm.db');
    opened = [];
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    await rm(directory, { recursive: true });
  });

  const open = async (options: Partial<SqliteStoreOptions> = {}): Promise<SqliteStore> => {
    const store = await openSqliteStore({ file, ...options });
    opened.push(store);
    await store.migrate();
    return store;
  };
  const record = (store: SqliteStore, name: string, bodyBytes = 0) =>
    store.record(delivery([alert(name)], { groupKey: name, body: randomText(bodyBytes) }), POLICY);

  it('1, 35: loses nothing that was acknowledged when its process is killed', async () => {
    const child = spawn(process.execPath, ['--conditions=oncallm', fileURLToPath(new URL('../testing/acknowledge.ts', import.meta.url)), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === 300) child.kill('SIGKILL');
    }
    if (child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');

    const store = await open();
    for (const fingerprint of acknowledged) {
      expect(await store.report(fingerprint), fingerprint).toMatchObject({ episode: { state: 'open' }, investigation: { state: 'queued' } });
    }
    const { episodes } = await store.counts();
    expect(episodes).toBeGreaterThanOrEqual(acknowledged.length);
    expect(await store.queueSize()).toMatchObject({ queued: episodes });
    expect(integrityOf(file)).toBe('ok');
  }, 30_000);

  it('commits what comes together together, and answers each after its commit', async () => {
    const store = await open();
    const before = store.transactions();
    await Promise.all(Array.from({ length: 200 }, (_, index) => record(store, `a${index}`)));
    // A commit takes in what has come within a few milliseconds: how many that are is up to the machine.
    expect(store.transactions() - before).toBeLessThan(20);
    expect(await store.counts()).toMatchObject({ episodes: 200 });
  });

  it('copies itself whole while it is written to', async () => {
    const store = await open();
    await Promise.all(Array.from({ length: 50 }, (_, index) => record(store, `before${index}`)));
    const copy = join(directory, 'copy.db');
    const backup = store.backup(copy);
    const meanwhile = Promise.all(Array.from({ length: 50 }, (_, index) => record(store, `while${index}`)));
    await backup;
    await meanwhile;
    expect(integrityOf(copy)).toBe('ok');
    const restored = await open({ file: copy });
    expect(await restored.report('before49')).toBeDefined();
    expect((await restored.reports({ limit: 10, search: 'crash' })).items).toHaveLength(10);
    expect((await readdir(directory)).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('says where a backup cannot go', async () => {
    const store = await open();
    await expect(store.backup(join(directory, 'missing', 'copy.db'))).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(record(store, 'a')).resolves.toBeDefined();
  });

  it('refuses, and keeps nothing of, what another process keeps it from writing', async () => {
    const store = await open({ busyTimeoutMs: 5 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const refused = await Promise.allSettled([record(store, 'a'), record(store, 'b'), store.check()]);
    for (const result of refused) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'store-unavailable' } });
    expect(await store.report('a'), 'reading goes on').toBeUndefined();
    other.exec('ROLLBACK');
    other.close();
    expect((await record(store, 'a')).alerts[0]?.verdict).toBe('new-episode');
  });

  it('3: refuses what does not fit on the disk, and goes on when there is room again', async () => {
    const store = await open({ limitBytes: 1_000_000 });
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, index) => record(store, `a${index}`, 60_000)));
    const kept = results.filter(({ status }) => status === 'fulfilled').length;
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'store-full', fix: expect.stringContaining('space') });
    expect(await store.counts()).toMatchObject({ episodes: kept, openIncidents: kept });
    expect(await store.queueSize()).toMatchObject({ queued: kept });

    await store.close();
    const larger = await open({ limitBytes: 10_000_000 });
    await expect(record(larger, 'more', 60_000)).resolves.toBeDefined();
    expect(integrityOf(file)).toBe('ok');
  });

  it('finds everything again when it is opened anew', async () => {
    const first = await open();
    const { queued } = await record(first, 'a');
    await first.close();
    const second = await open();
    expect(await second.claim('w', 1_000)).toMatchObject({ investigationId: queued[0] });
    expect((await second.record(delivery([resolvedAlert('a')]), POLICY)).alerts[0]?.verdict).toBe('resolves');
  });

  it('will not touch a file that a later OnCallM has written', async () => {
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(open()).rejects.toMatchObject({ code: 'store-newer', message: expect.stringContaining('99') });
  });

  it('says what is wrong with a place it cannot use', async () => {
    await writeFile(file, 'This is not a database, but it is longer than the header of one would be: a hundred bytes and some more.'.repeat(3));
    await expect(open()).rejects.toMatchObject({ code: 'store-unavailable', fix: expect.stringContaining('not a SQLite database') });
    await expect(open({ file: join(file, 'below', 'a.db') })).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('directory'),
    });
    await mkdir(join(directory, 'folder'));
    await expect(open({ file: join(directory, 'folder') })).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('keeps the body of a delivery for replay, large ones compressed', async () => {
    const store = await open();
    const large = JSON.stringify({ alerts: [], note: 'again '.repeat(20_000) });
    await store.record(delivery([], { id: 'large', body: large }), POLICY);
    await store.record(delivery([], { id: 'small', body: '{"alerts":[]}' }), POLICY);
    const database = new DatabaseSync(file, { readOnly: true });
    const sizes = database.prepare('SELECT id, length(body) AS bytes, typeof(body) AS type FROM deliveries ORDER BY id').all();
    database.close();
    expect(sizes[1]).toEqual({ id: 'small', bytes: 13, type: 'text' });
    expect(sizes[0]).toMatchObject({ id: 'large', type: 'blob' });
    expect(sizes[0]?.['bytes']).toBeLessThan(2_000);
  });
});

/** Text that does not compress well. */
function randomText(bytes: number): string {
  return Array.from({ length: Math.ceil(bytes / 8) }, (_, index) =>
    Math.abs(Math.sin(index + 1))
      .toString(36)
      .slice(2, 10),
  ).join('');
}

function integrityOf(file: string): unknown {
  const database = new DatabaseSync(file);
  const row = database.prepare('PRAGMA integrity_check').get();
  database.close();
  return row?.['integrity_check'];
}
