import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { everyLine, freePort, type Product, post, scratch, startProduct, stopProduct, until, untilReady, webhook } from './start-product.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
let running: Product | undefined;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(async () => {
  running?.process.kill('SIGKILL');
  await folder.remove();
});

const KILLS = 20;
const SENDERS = 6;
const SEED = 20_260_301;

/** Numbers in 0…1 that are the same on every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Posts groups of three alerts, one after the other, until the product is gone; what was answered 200 goes into `acknowledged`. */
async function send(product: Product, sender: string, acknowledged: Set<string>): Promise<void> {
  for (let count = 0; ; count++) {
    const group = `${sender}-${count}`;
    const names = [1, 2, 3].map((at) => `Alert-${group}-${at}`);
    try {
      const answer = await post(product, webhook(names, group));
      if (answer.status === 200) for (const fingerprint of answer.fingerprints) acknowledged.add(fingerprint);
    } catch {
      return;
    }
  }
}

test(`kill -9 at ${KILLS} random moments: what was acknowledged is there, investigated once, and once in the inbox`, async () => {
  const random = randomFrom(SEED);
  const port = await freePort();
  const options = { database: join(folder.dir, 'kill.db'), port, env: { INVESTIGATION_LEASE: '5', INVESTIGATION_ATTEMPTS: '100', LOG_LEVEL: 'warn' } };
  const acknowledged = new Set<string>();
  for (let round = 0; round < KILLS; round++) {
    const product = startProduct(options);
    running = product;
    await untilReady(product);
    const senders = Array.from({ length: SENDERS }, (_, index) => send(product, `${round}-${index}`, acknowledged));
    await new Promise((resolve) => setTimeout(resolve, 5 + random() * 250));
    product.process.kill('SIGKILL');
    await Promise.all([product.exited, ...senders]);
  }
  expect(acknowledged.size).toBeGreaterThan(KILLS * SENDERS);

  const product = startProduct(options);
  running = product;
  await untilReady(product);
  const queue = async () => (await (await fetch(`${product.url}/health`)).json()) as { readonly queue_size: number; readonly running: number };
  await until(
    product,
    'everything is investigated',
    async () => {
      const { queue_size: queued, running: active } = await queue();
      return queued === 0 && active === 0;
    },
    90_000,
  );

  const reports = await everyLine(product, '/reports', 'reports');
  const fingerprints = reports.map(({ fingerprint }) => fingerprint);
  expect(new Set(fingerprints).size).toBe(fingerprints.length);
  expect([...acknowledged].filter((fingerprint) => !fingerprints.includes(fingerprint))).toEqual([]);
  expect(reports.filter(({ status }) => status !== 'completed')).toEqual([]);

  const incidents = await everyLine(product, '/api/v1/incidents', 'incidents');
  expect(incidents.length).toBe(reports.length / 3);
  for (const { id } of incidents.filter((_, index) => index % 25 === 0)) {
    const detail = (await (await fetch(`${product.url}/api/v1/incidents/${id}`)).json()) as { readonly investigations: readonly { readonly state: string }[] };
    expect(detail.investigations.map(({ state }) => state)).toEqual(['completed']);
  }
  expect(await stopProduct(product)).toBe(0);
}, 300_000);
