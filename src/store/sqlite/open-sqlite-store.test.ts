import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStoreContract } from '../testing/contract.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { wordsEntered } from './testing/words-entered.ts';

describeStoreContract('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'oncallm-store-'));
  let nowMs = Date.parse('2026-01-05T10:01:00.000Z');
  const file = join(directory, 'data', 'oncallm.db');
  const store = await openSqliteStore({ file, clock: () => new Date(nowMs) });
  await store.migrate();
  return {
    store,
    now: () => new Date(nowMs),
    advance(ms) {
      nowMs += ms;
    },
    settled: () => wordsEntered(file),
    async close() {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
});
