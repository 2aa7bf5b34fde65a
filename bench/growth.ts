import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Delivery } from '#domain/alert.ts';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { openSqliteStore } from '#store/sqlite/open-sqlite-store.ts';
import { writeHistory } from './history/write-history.ts';
import { delivery } from './ingest/deliveries.ts';
import { createReadingServer } from './pages/reading-server.ts';
import { exponent, median } from './statistics.ts';

/**
 * What it costs that much is stored: `npm run bench:growth [-- --most 1000000 --directory DIR]`. The same pages, calls and deliveries with 1,000 episodes stored, ten times as many
 * and so on (SQLite); milliseconds, and the exponent of growth: 0 says that it costs the same however much there is, 1 that it costs ten times as much. `--directory` keeps
 * the made-up histories for the next time. Exit code 1 when an exponent is over 0.5.
 */
const MUST_EXPONENT = 0.5;
const ROUNDS = 41;

const { values } = parseArgs({ options: { most: { type: 'string', default: '1000000' }, directory: { type: 'string' } } });
const sizes = [1_000, 10_000, 100_000, 1_000_000].filter((size) => size <= Number(values.most));
const directory = values.directory ?? mkdtempSync(path.join(tmpdir(), 'oncallm-bench-'));
mkdirSync(directory, { recursive: true });
const PAGES: Readonly<Record<string, string>> = {
  inbox: '/',
  'inbox of a cluster and severity': '/?cluster=prod-eu&severity=info',
  'inbox of a namespace': '/?namespace=shop',
  'inbox, search': '/?search=checkout',
  reports: '/reports',
  'reports of a namespace and alert': '/reports?namespace=shop&alert_name=KubePodCrashLooping',
  'reports, nothing matches': '/reports?namespace=monitoring&alert_name=KubePodCrashLooping',
  'reports, search of three words': '/reports?search=team+297+ledger',
  metrics: '/metrics',
};
const newId = createUuidV7();
/** By what is done: the milliseconds for each size. */
const figures = new Map<string, { readonly x: number; readonly y: number }[]>();
try {
  for (const size of sizes) await measure(size);
} finally {
  if (values.directory === undefined) rmSync(directory, { recursive: true, force: true });
}
console.log(`\n${'milliseconds, with so many stored'.padEnd(36)}${sizes.map((size) => String(size).padStart(10)).join('')}   exponent`);
for (const [what, points] of figures) {
  const grows = exponent(points);
  if (grows > MUST_EXPONENT) process.exitCode = 1;
  console.log(`${what.padEnd(36)}${points.map(({ y }) => y.toFixed(1).padStart(10)).join('')}   ${grows.toFixed(2).padStart(8)}`);
}
if (process.exitCode === 1) console.error(`Worse than it must be: an exponent of at most ${MUST_EXPONENT}.`);

async function measure(size: number): Promise<void> {
  const file = path.join(directory, `${size}.db`);
  if (!existsSync(file)) await writeHistory(file, { episodes: size, days: 30, until: new Date().toISOString(), seed: 1 });
  const store = await openSqliteStore({ file });
  await store.migrate();
  const app = await createReadingServer(store);
  const { items } = await store.reports({ limit: ROUNDS });
  const note = async (what: string, work: (round: number) => Promise<unknown>): Promise<void> => {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const began = performance.now();
      await work(round);
      times.push(performance.now() - began);
    }
    figures.set(what, [...(figures.get(what) ?? []), { x: size, y: median(times) }]);
  };
  for (const [what, url] of Object.entries(PAGES)) await note(what, () => app.inject({ url, headers: { accept: 'text/html' } }));
  await note('report page', (round) => app.inject({ url: `/report/${items[round]?.episode.fingerprint}`, headers: { accept: 'text/html' } }));
  let serial = Date.now();
  await note('delivery of 20 new alerts', () => store.record(deliveryOf(serial++), { correlationWindowMs: 600_000 }));
  await note('claim of an investigation', () => store.claim('bench', 30_000));
  await app.close();
  await store.close();
  console.log(`${size} stored: measured`);
}

function deliveryOf(serial: number): Delivery {
  const meta = { id: newId(), cluster: 'prod-eu', receivedAt: new Date().toISOString(), remoteAddress: '', userAgent: '' };
  const parsed = parseDelivery(delivery(serial, 20).body, meta);
  if (!parsed.ok) throw new Error(parsed.why);
  return parsed.delivery;
}
