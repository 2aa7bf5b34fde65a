import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPostgresStore } from '#store/postgres/open-postgres-store.ts';
import type { Store } from '#store/store.ts';
import { freePort, type Product, post, startProduct, stopProduct, untilReady, webhook } from '../product/start-product.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { openReplicas, until } from './replicas.ts';

const WINDOW_MS = 60_000;

describe('what replicas share besides the queue', () => {
  let server: PostgresServer;
  let url: string;
  let nowMs: number;
  let replicas: readonly Store[];
  let products: readonly Product[];

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());
  beforeEach(async () => {
    url = await server.createDatabase();
    nowMs = Date.parse('2026-01-05T10:01:00.000Z');
    products = [];
    replicas = await openReplicas(3, url, { clock: () => new Date(nowMs) });
  });
  afterEach(async () => {
    for (const product of products) product.process.kill('SIGKILL');
    await Promise.all(replicas.map((store) => store.close()));
  });

  const add = async (store: Store | undefined, counts: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>> => {
    const totals = await store?.addPoints?.(
      Object.entries(counts).map(([key, points]) => ({ key, points })),
      WINDOW_MS,
    );
    return Object.fromEntries((totals ?? []).map(({ key, points }) => [key, points]));
  };

  it('counts: of all, until the window of a key ends', async () => {
    const [a, b, c] = replicas;
    expect(await add(a, { x: 3, y: 1 })).toEqual({ x: 3, y: 1 });
    nowMs += WINDOW_MS / 2;
    expect(await add(b, { x: 4, z: 1 })).toEqual({ x: 7, z: 1 });
    nowMs += WINDOW_MS / 2;
    expect(await add(c, { x: 5, z: 1 })).toEqual({ x: 5, z: 2 });
    await a?.retain(new Date(nowMs).toISOString());
    expect(await server.execute(url, 'SELECT count(*)::int FROM rate_counts')).toEqual([{ count: 2 }]);
  });

  it('counts: everybody at once, without a deadlock and without losing any', async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
    const shuffled = (turn: number): readonly string[] =>
      keys.toSorted((left, right) => ((left.length * 31 + turn * 7) % 5) - ((right.length * 17 + turn) % 5));
    await Promise.all(
      Array.from({ length: 60 }, (_, turn) =>
        add(replicas[turn % 3], Object.fromEntries((turn % 2 ? shuffled(turn) : keys.toReversed()).map((key) => [key, 1]))),
      ),
    );
    expect(new Set(Object.values(await add(replicas[0], Object.fromEntries(keys.map((key) => [key, 0])))))).toEqual(new Set([60]));
    expect(await server.execute(url, 'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()')).toEqual([{ deadlocks: 0 }]);
  });

  it('money: replicas that set it aside at once never take more than the day has; what a dead one took stays taken', async () => {
    const taken = await Promise.all(Array.from({ length: 60 }, (_, turn) => replicas[turn % 3]?.reserveSpending('2026-01-05', 70, 1_000)));
    expect(taken.reduce<number>((sum, each) => sum + (each ?? 0), 0)).toBe(1_000);
    await replicas[1]?.close();
    const restarted = await openPostgresStore({ url, poolSize: 2 });
    expect(await restarted.reserveSpending('2026-01-05', 70, 1_000)).toBe(0);
    await restarted.correctSpending('2026-01-05', -30);
    expect(await replicas[0]?.reserveSpending('2026-01-05', 70, 1_000)).toBe(30);
    await restarted.close();
  });

  it('limits: a client that is over its limit at one replica soon is at the others; without the database each counts by itself', async () => {
    const env = { RATE_LIMIT_PER_IP: '20', RATE_LIMIT_GLOBAL: '1000' };
    products = await Promise.all([1, 2].map(async () => startProduct({ database: url, port: await freePort(), env })));
    await Promise.all(products.map(untilReady));
    const [a, b] = products as [Product, Product];
    const send = async (product: Product, name: string): Promise<number> => (await post(product, webhook([name], name))).status;
    const left = async (product: Product): Promise<number> => {
      const answer = await fetch(`${product.url}/webhook`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
      await answer.body?.cancel();
      return Number(answer.headers.get('x-ratelimit-remaining'));
    };
    for (let count = 0; count < 20; count++) expect(await send(a, `a-${count}`)).toBe(200);
    expect(await send(a, 'over')).toBe(503);
    // Its first request lets the other one ask; half a second later it knows.
    expect(await send(b, 'b')).toBe(200);
    await until(async () => (await left(b)) === 0);
    expect(await send(b, 'b-over')).toBe(503);
    const codes = await Promise.all(products.map(stopProduct));
    expect(codes).toEqual([0, 0]);
  });
});
