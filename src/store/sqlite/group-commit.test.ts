import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Connection, openConnection } from './connection.ts';
import { createGroupCommit } from './group-commit.ts';

let directory: string;
let connection: Connection;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oncallm-commit-'));
  connection = openConnection({ file: join(directory, 'o.db'), readOnly: false, busyTimeoutMs: 1_000 });
  connection.database.exec('CREATE TABLE done (name TEXT NOT NULL)');
});
afterEach(async () => {
  connection.close();
  await rm(directory, { recursive: true });
});

const insert =
  (name: string, ms = 0) =>
  (into: Connection): void => {
    for (const until = performance.now() + ms; performance.now() < until; );
    into.run('INSERT INTO done (name) VALUES (?)', name);
  };

it('what is urgent comes before what was asked for earlier, and what takes long is spread over transactions', async () => {
  const writer = createGroupCommit(connection, { maxMs: 4 });
  const order: string[] = [];
  const others = Array.from({ length: 6 }, (_, index) => writer.write(insert(`other-${index}`, 3)).then(() => order.push(`other-${index}`)));
  await others[0];
  const urgent = ['urgent-0', 'urgent-1'].map((name) => writer.urgent(insert(name)).then(() => order.push(name)));
  await Promise.all([...others, ...urgent]);
  expect(order.indexOf('urgent-0')).toBeLessThan(order.indexOf('other-4'));
  expect(order.filter((name) => name.startsWith('other'))).toEqual([0, 1, 2, 3, 4, 5].map((index) => `other-${index}`));
  expect(writer.transactions()).toBeGreaterThan(2);
});

it('the others get on however much is urgent', async () => {
  const writer = createGroupCommit(connection, { maxMs: 1, maxUrgentMs: 1 });
  let going = true;
  const flood = async (): Promise<void> => {
    while (going) await writer.urgent(insert('urgent', 2));
  };
  const floods = [flood()];
  await Promise.all([writer.write(insert('other')), writer.write(insert('another'))]);
  going = false;
  await Promise.all(floods);
});

it('an urgent write that throws is taken back alone; one that waits when it closes is done', async () => {
  const writer = createGroupCommit(connection);
  const bad = writer.urgent(() => {
    throw new Error('bad');
  });
  const good = writer.urgent(insert('good'));
  const closed = writer.close();
  await expect(bad).rejects.toThrow('bad');
  await good;
  await closed;
  expect(connection.all<{ name: string }>('SELECT name FROM done')).toEqual([{ name: 'good' }]);
  await expect(writer.urgent(insert('late'))).rejects.toThrow();
});
