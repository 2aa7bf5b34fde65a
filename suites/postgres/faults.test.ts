import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OncallmError } from '#domain/error.ts';
import { openPostgresStore, type PostgresStoreOptions } from '#store/postgres/open-postgres-store.ts';
import type { Store } from '#store/store.ts';
import { alert, delivery, POLICY } from '#store/testing/fixtures.ts';
import { openLink } from './link.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { openReplicas, until } from './replicas.ts';

const MAX_CONNECTIONS = 30;

describe('a database in trouble', () => {
  let server: PostgresServer;
  let url: string;
  let opened: Store[];
  let guests: pg.Client[];

  beforeAll(async () => {
    server = await startPostgres({ max_connections: String(MAX_CONNECTIONS), superuser_reserved_connections: '0' });
  });
  afterAll(() => server.remove());
  beforeEach(async () => {
    url = await server.createDatabase();
    opened = [];
    guests = [];
  });
  afterEach(async () => {
    await Promise.all(guests.map((guest) => guest.end()));
    await Promise.all(opened.map((store) => store.close()));
  });

  const open = async (options: Partial<PostgresStoreOptions> = {}): Promise<Store> => {
    const store = await openPostgresStore({ url, poolSize: 4, ...options });
    opened.push(store);
    await store.migrate();
    return store;
  };
  const record = (store: Store, name: string) => store.record(delivery([alert(name)], { groupKey: name }), POLICY);

  describe('is named in one line that says what to do', () => {
    const refusal = async (change: (url: URL) => void): Promise<OncallmError> => {
      const other = new URL(url);
      change(other);
      const thrown: unknown = await openPostgresStore({ url: other.href, connectTimeoutMs: 1_000 }).catch((thrown: unknown) => thrown);
      expect(thrown).toBeInstanceOf(OncallmError);
      expect(thrown).toMatchObject({ code: 'store-unavailable' });
      const { message, fix } = thrown as OncallmError;
      for (const secret of ['sesame', 'wrong-secret']) expect(`${message} ${fix}`).not.toContain(secret);
      expect(`${message} ${fix}`).not.toContain('\n');
      return thrown as OncallmError;
    };

    it('when nobody listens', async () => {
      const { message, fix } = await refusal((other) => {
        other.port = '1';
      });
      expect(message).toMatch(/postgres:\/\/postgres@127\.0\.0\.1:1\/test_\d+ cannot be used: .*ECONNREFUSED/);
      expect(fix).toContain('host and port');
    });

    it('when the password is wrong', async () => {
      const { message, fix } = await refusal((other) => {
        other.password = 'wrong-secret';
      });
      expect(message).toContain('password authentication failed');
      expect(fix).toContain('password');
    });

    it('when there is no such database', async () => {
      const { message, fix } = await refusal((other) => {
        other.pathname = '/nowhere';
      });
      expect(message).toContain('"nowhere" does not exist');
      expect(fix).toContain('createdb');
    });

    it('when the server cannot encrypt', async () => {
      const { fix } = await refusal((other) => other.searchParams.set('sslmode', 'no-verify'));
      expect(fix).toContain('sslmode');
    });

    it('when it cannot keep every text', async () => {
      await server.execute(url, `CREATE DATABASE narrow ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`);
      const { message, fix } = await refusal((other) => {
        other.pathname = '/narrow';
      });
      expect(message).toContain('SQL_ASCII');
      expect(fix).toContain('UTF8');
    });

    it('when its user may not create tables', async () => {
      await server.execute(url, `CREATE ROLE guest LOGIN PASSWORD 'wrong-secret'`);
      const other = new URL(url);
      other.username = 'guest';
      other.password = 'wrong-secret';
      await expect(open({ url: other.href })).rejects.toMatchObject({ code: 'store-unavailable', fix: expect.stringContaining('OWNER') });
    });

    it('when a later OnCallM has written it', async () => {
      const store = await open();
      await server.execute(url, 'UPDATE oncallm_schema SET version = 99');
      await expect(store.migrate()).rejects.toMatchObject({ code: 'store-newer', message: expect.stringContaining('99') });
    });

    it('when it is asked for a backup', async () => {
      await expect((await open()).backup('/tmp/copy')).rejects.toMatchObject({ code: 'backup-elsewhere', fix: expect.stringContaining('pg_dump') });
    });
  });

  it('loses nothing that was acknowledged when it is restarted and crashes, and is used again by itself', async () => {
    const stores = await openReplicas(2, url);
    opened.push(...stores);
    const acknowledged: string[] = [];
    const refused: unknown[] = [];
    let stop = false;
    const sender = async (store: Store, lane: string): Promise<void> => {
      for (let index = 0; !stop; index++) {
        try {
          await record(store, `${lane}-${index}`);
          acknowledged.push(`${lane}-${index}`);
        } catch (thrown) {
          refused.push(thrown);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const senders = stores.flatMap((store, index) => [sender(store, `a${index}`), sender(store, `b${index}`)]);
    const more = async (): Promise<void> => {
      const before = acknowledged.length;
      await until(() => acknowledged.length > before + 50);
    };
    await more();
    await server.stop();
    await until(() => refused.length > 4);
    await server.start();
    await more();
    await server.crash();
    const before = refused.length;
    await until(() => refused.length > before + 4);
    await server.start();
    await more();
    stop = true;
    await Promise.all(senders);

    for (const reason of refused) expect(reason).toMatchObject({ code: 'store-unavailable' });
    const [first, second] = stores as [Store, Store];
    for (const name of acknowledged) expect(await second.report(name), name).toMatchObject({ investigation: { state: 'queued' } });
    let woken = false;
    second.onQueued(() => {
      woken = true;
    });
    // Whoever listens is back after some seconds at the latest.
    await until(async () => {
      await record(first, `wake-${performance.now()}`);
      return woken;
    });
  });

  it('is waited for while it starts, when that is allowed', async () => {
    await server.stop();
    let why = '';
    const opening = open({ waitMs: 20_000, onWaiting: ({ message }) => (why = message) });
    await until(() => why !== '');
    await server.start();
    await (await opening).check();
    expect(why).toContain('ECONNREFUSED');
  });

  it('turns away newcomers when all connections are taken, and serves those it has', async () => {
    const store = await open();
    await record(store, 'a');
    for (let index = 0; index < MAX_CONNECTIONS; index++) {
      const guest = new pg.Client({ connectionString: url });
      guest.on('error', () => {});
      try {
        await guest.connect();
        guests.push(guest);
      } catch {
        break;
      }
    }
    await expect(openPostgresStore({ url })).rejects.toMatchObject({ code: 'store-unavailable', fix: expect.stringContaining('max_connections') });
    await record(store, 'b');
    expect(await store.report('b')).toBeDefined();
    const crowd = await Promise.all(Array.from({ length: 40 }, () => store.reports({ limit: 5 })));
    expect(crowd.every(({ items }) => items.length === 2)).toBe(true);
    await Promise.all(guests.splice(0).map((guest) => guest.end()));
    await until(async () =>
      openPostgresStore({ url, poolSize: 2 }).then(
        (newcomer) => newcomer.close().then(() => true),
        () => false,
      ),
    );
  });

  it('refuses while it may only be read, goes on showing, and takes again when it may be written', async () => {
    const store = await open();
    await record(store, 'a');
    const admin = new URL(url);
    const name = admin.pathname.slice(1);
    admin.pathname = '/postgres';
    const leave = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`;
    await server.execute(admin.href, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await server.execute(admin.href, leave);
    await until(() =>
      store.check().then(
        () => false,
        (thrown: OncallmError) => thrown.fix.includes('primary'),
      ),
    );
    await expect(record(store, 'b')).rejects.toMatchObject({ code: 'store-unavailable', fix: expect.stringContaining('primary') });
    expect(await store.report('a')).toBeDefined();
    await server.execute(admin.href, `ALTER DATABASE ${name} RESET default_transaction_read_only`);
    // No connection is cut: those that could not write are given up.
    expect((await record(store, 'b')).queued).toHaveLength(1);
  });

  it('does not hold a delivery longer than the deadline, whoever holds what it needs', async () => {
    const store = await open({ statementTimeoutMs: 600 });
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE episodes IN ACCESS EXCLUSIVE MODE');
    const began = performance.now();
    await expect(record(store, 'a')).rejects.toMatchObject({ code: 'store-unavailable', fix: expect.stringContaining('took too long') });
    await expect(store.reports({ limit: 1 })).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(performance.now() - began).toBeLessThan(5_000);
    await holder.query('ROLLBACK');
    await holder.end();
    expect((await record(store, 'a')).alerts[0]?.verdict).toBe('new-episode');
  });

  it('does not hold a delivery longer than the deadline when the network swallows everything', async () => {
    const link = await openLink(server.port);
    const through = new URL(url);
    through.port = String(link.port);
    const store = await open({ url: through.href, statementTimeoutMs: 500, connectTimeoutMs: 500 });
    await record(store, 'a');
    link.stall();
    const began = performance.now();
    const refused = await Promise.allSettled([record(store, 'b'), store.reports({ limit: 1 }), store.check()]);
    for (const result of refused) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'store-unavailable' } });
    expect(performance.now() - began).toBeLessThan(10_000);
    link.resume();
    await until(() =>
      record(store, 'b').then(
        () => true,
        () => false,
      ),
    );
    await store.close();
    await link.close();
  });

  it('takes what PostgreSQL has no character for', async () => {
    const store = await open();
    const name = 'nul\0name';
    const recorded = await store.record(
      delivery([alert(name, { labels: { alertname: name, namespace: name, note: name } })], { groupKey: name, body: name }),
      POLICY,
    );
    expect(recorded.queued).toHaveLength(1);
    expect(await store.report(name)).toMatchObject({ episode: { id: recorded.alerts[0]?.episodeId, labels: { note: name } } });
    expect((await store.record(delivery([alert(name)], { groupKey: name }), POLICY)).alerts[0]?.verdict).toBe('repeat');
    expect((await store.reports({ limit: 5, alertName: name })).items).toHaveLength(1);
  });
});
