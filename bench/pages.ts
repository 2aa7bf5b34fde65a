import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { copyFromSqlite } from '#store/postgres/copy-from-sqlite.ts';
import { openPostgresStore } from '#store/postgres/open-postgres-store.ts';
import { openSqliteStore } from '#store/sqlite/open-sqlite-store.ts';
import type { Store } from '#store/store.ts';
import { startPostgres } from '../suites/postgres/postgres-server.ts';
import { writeHistory } from './history/write-history.ts';
import { type Planner, postgresPlanner, sqlitePlanner } from './pages/plans.ts';
import { processorTime, type Stopwatch } from './pages/processor-time.ts';
import { createReadingServer } from './pages/reading-server.ts';
import { type RequestKind, requestsFor } from './pages/requests.ts';
import { listenToDrivers, type Statement, statementsOf } from './pages/statements.ts';
import { quantile } from './statistics.ts';

/**
 * How long the server takes for every page and every call that reads, with much stored, and how the database goes about each:
 * `npm run bench:pages [-- --episodes 1000000 --postgres --file PATH]`. `--file` keeps the made-up history for the next time; `--url` measures
 * a PostgreSQL database that has one. `--processor-time` measures how long processors worked rather than how long it took, for a busy machine. Exit code 1 when the median of one address is
 * over 50 ms, or a plan reads a large table in full.
 */
const MUST_MS = 50;
const ROUNDS = 3;

const { values } = parseArgs({
  options: {
    episodes: { type: 'string', default: '1000000' },
    postgres: { type: 'boolean', default: false },
    url: { type: 'string' },
    file: { type: 'string' },
    plans: { type: 'boolean', default: true },
    'processor-time': { type: 'boolean', default: false },
  },
  allowNegative: true,
});
const episodes = Number(values.episodes);
const directory = mkdtempSync(path.join(tmpdir(), 'oncallm-bench-'));
const file = values.file ?? path.join(directory, 'oncallm.db');
const close: (() => Promise<void>)[] = [];
let failed = false;
let now: Stopwatch = () => performance.now();
try {
  if (values.url === undefined && !existsSync(file)) {
    const began = performance.now();
    await writeHistory(file, { episodes, days: 30, until: new Date().toISOString(), seed: 1 });
    console.log(`${episodes} episodes made up in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  listenToDrivers();
  const { store, planner } = values.url ? await openUrl(values.url) : values.postgres ? await openPostgres() : await openSqlite();
  const app = await createReadingServer(store);
  close.unshift(() => app.close());
  const kinds = await requestsFor(store, episodes);
  const known = new Set<string>();
  console.log(`\n${'milliseconds'.padEnd(40)}addresses   median      p99     most   slowest by its median`);
  for (const kind of kinds) await measure(app, planner, kind, known);
} finally {
  for (const end of close) await end();
  rmSync(directory, { recursive: true, force: true });
}
if (failed) {
  console.error(`\nWorse than it must be: at most ${MUST_MS} ms, and no large table read in full.`);
  process.exitCode = 1;
}

async function openSqlite(): Promise<{ readonly store: Store; readonly planner: Planner }> {
  await takeTime();
  const store = await openSqliteStore({ file });
  await store.migrate();
  const planner = sqlitePlanner(file);
  close.unshift(
    () => planner.close(),
    () => store.close(),
  );
  return { store, planner };
}

async function openPostgres(): Promise<{ readonly store: Store; readonly planner: Planner }> {
  const server = await startPostgres({ shared_buffers: '512MB', max_wal_size: '4GB' });
  close.unshift(() => server.remove());
  const url = await server.createDatabase();
  const began = performance.now();
  await copyFromSqlite({ file, url, copied: () => {} });
  await server.execute(url, 'VACUUM ANALYZE');
  console.log(`copied to PostgreSQL in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return openUrl(url);
}

/** Measures with processor time, if that is asked for. */
async function takeTime(url?: string): Promise<void> {
  if (!values['processor-time']) return;
  const worked = await processorTime(url);
  now = worked.now;
  close.unshift(worked.close);
}

async function openUrl(url: string): Promise<{ readonly store: Store; readonly planner: Planner }> {
  await takeTime(url);
  const store = await openPostgresStore({ url });
  await store.migrate();
  const planner = await postgresPlanner(url);
  close.unshift(
    () => planner.close(),
    () => store.close(),
  );
  return { store, planner };
}

type Server = Awaited<ReturnType<typeof createReadingServer>>;

async function measure(app: Server, planner: Planner, { name, urls, accept = 'application/json' }: RequestKind, known: Set<string>): Promise<void> {
  const times = new Map<string, number[]>(urls.map((url) => [url, []]));
  const ask = async (url: string): Promise<void> => {
    const began = now();
    const answer = await app.inject({ url, headers: { accept } });
    times.get(url)?.push(now() - began);
    if (answer.statusCode >= 500) throw new Error(`${url} answered ${answer.statusCode}: ${answer.body}`);
  };
  const statements = await statementsOf(async () => {
    for (const url of urls) await ask(url);
  });
  for (let round = 1; round < ROUNDS; round += 1) for (const url of urls) await ask(url);
  const all = [...times.values()].flat();
  const [slowest] = [...times].map(([url, each]) => ({ url, ms: quantile(each, 0.5) })).toSorted((left, right) => right.ms - left.ms);
  if (slowest === undefined) return;
  if (slowest.ms > MUST_MS) failed = true;
  const figures = [quantile(all, 0.5), quantile(all, 0.99), quantile(all, 1)].map((ms) => ms.toFixed(1).padStart(9)).join('');
  console.log(`${name.padEnd(40)}${String(urls.length).padStart(9)}${figures}   ${slowest.ms.toFixed(1)} ${slowest.url}`);
  await showPlans(planner, statements, known);
}

/** Each way of doing a thing once. */
async function showPlans(planner: Planner, statements: readonly Statement[], known: Set<string>): Promise<void> {
  for (const statement of statements) {
    const { lines, scans } = await planner.planOf(statement);
    const text = lines.join('; ');
    if (scans.length > 0) failed = true;
    if (known.has(text)) continue;
    known.add(text);
    if (values.plans || scans.length > 0) console.log(`    ${scans.length > 0 ? `READS ${scans.join(', ')} IN FULL: ` : ''}${text}`);
  }
}
