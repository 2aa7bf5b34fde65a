import { afterAll, beforeAll } from 'vitest';
import { openPostgresStore } from '#store/postgres/open-postgres-store.ts';
import { describeStoreContract } from '#store/testing/contract.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

describeStoreContract('PostgreSQL', async () => {
  let nowMs = Date.parse('2026-01-05T10:01:00.000Z');
  const store = await openPostgresStore({ url: await server.createDatabase(), poolSize: 4, clock: () => new Date(nowMs) });
  await store.migrate();
  return {
    store,
    now: () => new Date(nowMs),
    advance(ms) {
      nowMs += ms;
    },
    close: () => store.close(),
  };
});
