import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  everyLine,
  freePort,
  type Product,
  post,
  runProduct,
  scratch,
  startProduct,
  stopProduct,
  until,
  untilReady,
  webhook,
} from '../product/start-product.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

let server: PostgresServer;
let folder: Awaited<ReturnType<typeof scratch>>;
const started: Product[] = [];
beforeAll(async () => {
  server = await startPostgres();
  folder = await scratch();
});
afterAll(async () => {
  for (const product of started) product.process.kill('SIGKILL');
  await server.remove();
  await folder.remove();
});

async function launch(database: string, env: Record<string, string> = {}): Promise<Product> {
  const product = startProduct({ database, port: await freePort(), env });
  started.push(product);
  return product;
}

async function replicas(count: number, database: string, env: Record<string, string> = {}): Promise<readonly Product[]> {
  const products = await Promise.all(Array.from({ length: count }, () => launch(database, env)));
  await Promise.all(products.map(untilReady));
  return products;
}

const statusOf = async (product: Product, path: string): Promise<number> => (await fetch(`${product.url}${path}`)).status;
const reportOf = async (product: Product, fingerprint: string) =>
  (await (await fetch(`${product.url}/reports/${fingerprint}`)).json()) as { readonly status: string; readonly incident: { readonly id: string } };

test('what one receives, another shows, with its progress as it happens', async () => {
  // More to do than one can at a time, so that the last one is done while it is watched.
  const [a, b] = (await replicas(2, await server.createDatabase(), { WORKER_THREADS: '1' })) as [Product, Product];
  const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => post(a, webhook([`Alert${index}`], `g${index}`))));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  const last = answers.at(-1)?.fingerprints[0] ?? '';
  expect(await statusOf(b, `/report/${last}`)).toBe(200);

  const watched = await Promise.all(
    [a, b].map(async (product) => {
      const stream = await fetch(`${product.url}/api/v1/reports/${last}/events`, { signal: AbortSignal.timeout(30_000) });
      const text = await stream.text();
      return { at: performance.now(), text };
    }),
  );
  for (const { text } of watched) {
    expect(text).toContain('event: appeared');
    expect(text).toContain('"kind":"report"');
    expect(text).toContain('"kind":"end"');
  }
  // Without being told, a follower would look once in 15 seconds.
  expect(Math.abs((watched[0]?.at ?? 0) - (watched[1]?.at ?? Number.POSITIVE_INFINITY))).toBeLessThan(5_000);
  expect((await reportOf(b, last)).status).toBe('completed');
  expect(await Promise.all([stopProduct(a), stopProduct(b)])).toEqual([0, 0]);
});

test('an HA pair that sends to two replicas gets one investigation and one notification for each group', async () => {
  const told: string[] = [];
  const hook = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      told.push(body);
      response.end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const address = hook.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const database = await server.createDatabase();
  const [a, b] = (await replicas(2, database, { NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${port}/hook` })) as [Product, Product];
  const groups = Array.from({ length: 20 }, (_, index) => `pair-${index}`);
  const answers = await Promise.all(groups.flatMap((group) => [a, b].map((product) => post(product, webhook([`${group}-x`, `${group}-y`], group)))));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  await until(b, 'everything is investigated', async () => (await everyLine(b, '/reports', 'reports')).every(({ status }) => status === 'completed'));
  await until(b, 'everybody is told', async () => told.length >= groups.length);
  expect(await everyLine(a, '/api/v1/incidents', 'incidents')).toHaveLength(groups.length);
  const [counted] = await server.execute<{ investigations: number; twice: number }>(
    database,
    'SELECT count(*)::int AS investigations, (count(*) - count(DISTINCT incident_id))::int AS twice FROM investigations',
  );
  expect(counted).toEqual({ investigations: groups.length, twice: 0 });
  expect(await Promise.all([stopProduct(a), stopProduct(b)])).toEqual([0, 0]);
  expect(told).toHaveLength(groups.length);
  await new Promise((resolve) => hook.close(resolve));
});

test('a replica that is killed loses nothing: another finishes what it had begun', async () => {
  const database = await server.createDatabase();
  const [a, b] = (await replicas(2, database, { INVESTIGATION_LEASE: '5' })) as [Product, Product];
  const groups = Array.from({ length: 60 }, (_, index) => `kill-${index}`);
  const answers = await Promise.all(
    groups.map(async (group, index) => {
      const answer = await post(a, webhook([`Alert-${group}`], group)).catch(() => undefined);
      if (index === 40) a.process.kill('SIGKILL');
      return answer;
    }),
  );
  expect(await a.exited).toBe(null);
  const acknowledged = answers.flatMap((answer) => (answer?.status === 200 ? answer.fingerprints : []));
  expect(acknowledged.length).toBeGreaterThan(0);
  await until(b, 'everything is investigated', async () => (await everyLine(b, '/reports', 'reports')).every(({ status }) => status === 'completed'), 30_000);
  const known = new Set((await everyLine(b, '/reports', 'reports')).map(({ fingerprint }) => fingerprint));
  for (const fingerprint of acknowledged) expect(known.has(fingerprint), fingerprint).toBe(true);
  const ends = await server.execute<{ investigation_id: string }>(
    database,
    `SELECT investigation_id FROM progress WHERE kind = 'end' GROUP BY investigation_id HAVING count(*) > 1`,
  );
  expect(ends).toEqual([]);
  await stopProduct(b);
});

test('waits for a server that starts with it, and outlives one that goes away', async () => {
  const database = await server.createDatabase();
  await server.stop();
  // What runs while the server goes away is begun again when its lease ends.
  const product = await launch(database, { INVESTIGATION_LEASE: '5' });
  await until(product, 'it says what it waits for', async () => product.output().includes('Waiting for the database'));
  expect(product.output()).not.toContain('sesame');
  expect(await statusOf(product, '/livez')).toBe(200);
  expect(await statusOf(product, '/readyz')).toBe(503);
  expect((await post(product, webhook(['Early'], 'early'))).status).toBe(503);
  await server.start();
  await untilReady(product);
  expect((await post(product, webhook(['One'], 'one'))).status).toBe(200);
  await server.crash();
  expect((await post(product, webhook(['Two'], 'two'))).status).toBe(503);
  expect(await statusOf(product, '/livez')).toBe(200);
  await server.start();
  await until(product, 'it takes alerts again', async () => (await post(product, webhook(['Two'], 'two'))).status === 200);
  await until(product, 'both are investigated', async () => {
    const lines = await everyLine(product, '/reports', 'reports');
    return lines.length === 2 && lines.every(({ status }) => status === 'completed');
  });
  expect(await stopProduct(product)).toBe(0);
});

test('commands: migrate, copy, backup, and a wrong DATABASE_URL', async () => {
  const file = join(folder.dir, 'old.db');
  const old = startProduct({ database: file, port: await freePort() });
  started.push(old);
  await untilReady(old);
  const [fingerprint = ''] = (await post(old, webhook(['Kept'], 'kept'))).fingerprints;
  await until(old, 'it is investigated', async () => (await reportOf(old, fingerprint)).status === 'completed');
  expect(await stopProduct(old)).toBe(0);

  const database = await server.createDatabase();
  expect(await runProduct(['migrate'], { DATABASE_URL: database })).toMatchObject({ code: 0, out: expect.stringContaining('Upgraded the schema') });
  expect(await runProduct(['migrate'], { DATABASE_URL: database })).toMatchObject({ code: 0, out: expect.stringContaining('already') });
  const copy = await runProduct(['copy', '--from', file], { DATABASE_URL: database });
  expect(copy).toMatchObject({ code: 0, err: '', out: expect.stringContaining('episodes 1') });
  expect(await runProduct(['copy', '--from', file, '--to', database])).toMatchObject({ code: 1, err: expect.stringContaining('has alerts already') });
  expect(await runProduct(['copy', '--from', database, '--to', database])).toMatchObject({ code: 2 });
  const [product] = (await replicas(1, database)) as [Product];
  expect((await reportOf(product, fingerprint)).status).toBe('completed');
  expect(await stopProduct(product)).toBe(0);

  expect(await runProduct(['backup', join(folder.dir, 'copy')], { DATABASE_URL: database })).toMatchObject({
    code: 1,
    err: expect.stringContaining('pg_dump'),
  });
  const wrong = await runProduct(['serve'], { DATABASE_URL: database.replace(/test_\d+$/, 'nowhere'), APP_PORT: String(await freePort()) });
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('"nowhere" does not exist');
  expect(wrong.err).toContain('createdb');
  expect(wrong.err.trim().split('\n')).toHaveLength(1);
  for (const { out, err } of [copy, wrong]) expect(out + err).not.toContain('sesame');
});
