import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { alert, DAY, delivery, POLICY, resolvedAlert } from '../testing/fixtures.ts';
import { openSqliteStore, type SqliteStore } from './open-sqlite-store.ts';
import { wordsEntered } from './testing/words-entered.ts';

let directory: string;
let file: string;
let store: SqliteStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oncallm-words-'));
  file = join(directory, 'oncallm.db');
  store = await open();
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

async function open(): Promise<SqliteStore> {
  const opened = await openSqliteStore({ file });
  await opened.migrate();
  return opened;
}
const found = async (search: string): Promise<string> => (await store.reports({ limit: 50, search })).items.map(({ episode }) => episode.fingerprint).join(' ');
const labels = { pod: 'checkout-7f9c' };

it('enters what is recorded a little later: from then on words are matched from their beginnings', async () => {
  await store.record(delivery([alert('a', { labels })]), POLICY);
  expect(await found('heckout')).toBe('a');
  await wordsEntered(file);
  expect([await found('heckout'), await found('checkout')]).toEqual(['', 'a']);
});

it('finds what is entered and what is not, newest first, each once', async () => {
  await store.record(delivery([alert('a', { labels })]), POLICY);
  await wordsEntered(file);
  await store.record(delivery([alert('b', { labels })]), POLICY);
  expect(await found('checkout')).toBe('b a');
  const first = await store.reports({ limit: 1, search: 'checkout' });
  const second = await store.reports({ limit: 1, search: 'checkout', cursor: first.next ?? '' });
  expect([...first.items, ...second.items].map(({ episode }) => episode.fingerprint)).toEqual(['b', 'a']);
});

it('a process that stopped before has it entered by the next', async () => {
  await store.record(delivery(Array.from({ length: 500 }, (_, index) => alert(`f${index}`, { labels: { pod: `checkout-${index}` } }))), POLICY);
  await store.close();
  store = await open();
  await wordsEntered(file);
  expect(await found('checkout 499')).toBe('f499');
  expect(await found('heckout')).toBe('');
});

it('what takes the numbers of what retention has removed is entered too', async () => {
  await store.record(delivery([alert('old', { labels })]), POLICY);
  await store.record(delivery([resolvedAlert('old', { labels })]), POLICY);
  await wordsEntered(file);
  await store.retain(new Date(Date.now() + DAY).toISOString());
  await store.record(delivery([alert('new', { labels: { pod: 'payments-1' } })]), POLICY);
  await wordsEntered(file);
  expect([await found('payments'), await found('checkout'), await found('ayments')]).toEqual(['new', '', '']);
});

it('a file from before there was such an index of its own holds every word already', async () => {
  await store.record(delivery([alert('a', { labels })]), POLICY);
  await wordsEntered(file);
  await store.close();
  const database = new DatabaseSync(file);
  database.exec(`DELETE FROM totals WHERE name = 'words'; ALTER TABLE episodes DROP COLUMN latest_start; PRAGMA user_version = 7`);
  database.close();
  store = await open();
  expect([await found('heckout'), await found('checkout')]).toEqual(['', 'a']);
});
