import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { delivery } from './ingest/deliveries.ts';
import { closedLoop, type LoadResult, openLoop } from './ingest/load.ts';
import { median } from './statistics.ts';

/**
 * Measures ingest: `npm run bench:ingest [-- --seconds N]`. OnCallM (durable, SQLite) against a bare node:http server and a FastAPI receiver, which store
 * nothing, in the same run: rounds interleaved, medians and ratios printed. Also the time until ready and the memory when idle.
 */
const seconds = Number(argument('--seconds') ?? 5);
const ROUNDS = 3;
/** One alert a request; 3 alerts a request, sent on time; against a receiver that stores nothing. */
const MUST = { alertsPerSecond: 2_000, p99Ms: 20, timesReceiver: 2 };

interface Contender {
  readonly name: string;
  readonly port: number;
  readonly process: ChildProcess;
  readonly results: { single: LoadResult[]; grouped: LoadResult[]; steady: LoadResult[] };
}

const work = mkdtempSync(path.join(tmpdir(), 'oncallm-bench-'));
const contenders: Contender[] = [];
try {
  const started = performance.now();
  const product = await start(
    'OnCallM, durable',
    (port) => [
      process.execPath,
      // As npm start and the image do.
      ['--max-semi-space-size=4', '--max-old-space-size=384', 'dist/main.js', 'serve'],
      {
        APP_HOST: '127.0.0.1',
        APP_PORT: String(port),
        DATABASE_URL: path.join(work, 'oncallm.db'),
        RATE_LIMIT_PER_IP: '0',
        RATE_LIMIT_GLOBAL: '0',
        LOG_LEVEL: 'warn',
        KUBECONFIG: '',
      },
    ],
    '/readyz',
  );
  console.log(`ready after ${(performance.now() - started).toFixed(0)} ms`);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  console.log(`idle memory ${residentMegabytes(product.process)} MB`);
  await start('bare node:http', (port) => [process.execPath, ['bench/ingest/bare-server.ts', String(port)], {}], undefined);
  if (spawnSync('/usr/bin/python3', ['-c', 'import fastapi, uvicorn']).status === 0)
    await start('FastAPI + uvicorn', (port) => ['/usr/bin/python3', ['bench/ingest/receiver.py', String(port)], {}], undefined);
  else console.log('FastAPI + uvicorn: not measured; install the Debian packages python3-fastapi and python3-uvicorn');

  let serial = 0;
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { port, results } of contenders) {
      results.single.push(await closedLoop(port, () => delivery(serial++, 1), { connections: 32, seconds }));
      results.grouped.push(await closedLoop(port, () => delivery(serial++, 20), { connections: 32, seconds }));
      results.steady.push(await openLoop(port, () => delivery(serial++, 3), { perSecond: 200, seconds }));
    }
  print();
  judge();
  console.log(`\nmemory of OnCallM after it all: ${residentMegabytes(product.process)} MB`);
} finally {
  for (const { process: child } of contenders) child.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
}

function print(): void {
  const base = contenders[0];
  console.log(`\nmedians of ${ROUNDS} rounds of ${seconds} s, rounds interleaved; in brackets: OnCallM divided by it`);
  console.log('                       1 alert a request       20 alerts a request     200 requests/s, 3 alerts each');
  console.log('                       alerts/s    p99 ms      alerts/s    p99 ms      p50 ms   p99 ms   failures');
  for (const contender of contenders) {
    const { single, grouped, steady } = contender.results;
    const rate = (results: LoadResult[]) => median(results.map(({ alerts, seconds: took }) => alerts / took));
    const ratio = (pick: (of: Contender) => LoadResult[]) => (base && contender !== base ? ` (${(rate(pick(base)) / rate(pick(contender))).toFixed(2)})` : '');
    const cell = (text: string, width: number) => text.padEnd(width);
    console.log(
      cell(contender.name, 23) +
        cell(rate(single).toFixed(0) + ratio(({ results }) => results.single), 12) +
        cell(median(single.map(({ p99 }) => p99)).toFixed(1), 12) +
        cell(rate(grouped).toFixed(0) + ratio(({ results }) => results.grouped), 12) +
        cell(median(grouped.map(({ p99 }) => p99)).toFixed(1), 12) +
        cell(median(steady.map(({ p50 }) => p50)).toFixed(1), 9) +
        cell(median(steady.map(({ p99 }) => p99)).toFixed(1), 9) +
        String(steady.reduce((sum, { failures }) => sum + failures, 0)),
    );
  }
}

/** Exit code 1 when a figure is worse than it must be. */
function judge(): void {
  const rate = (results: readonly LoadResult[]) => median(results.map(({ alerts, seconds: took }) => alerts / took));
  const [product, , receiver] = contenders;
  if (product === undefined) return;
  const { single, steady } = product.results;
  const problems = [
    ...(rate(single) < MUST.alertsPerSecond ? [`${rate(single).toFixed(0)} alerts/s, at least ${MUST.alertsPerSecond}`] : []),
    ...(median(steady.map(({ p99 }) => p99)) > MUST.p99Ms
      ? [`p99 ${median(steady.map(({ p99 }) => p99)).toFixed(0)} ms at 200 requests/s, at most ${MUST.p99Ms} ms`]
      : []),
    ...(receiver && rate(single) < MUST.timesReceiver * rate(receiver.results.single)
      ? [`${(rate(single) / rate(receiver.results.single)).toFixed(2)} times the rate of ${receiver.name}, at least ${MUST.timesReceiver}`]
      : []),
  ];
  if (problems.length === 0) return;
  console.error(`Worse than it must be: ${problems.join('; ')}.`);
  process.exitCode = 1;
}

async function start(
  name: string,
  command: (port: number) => readonly [string, readonly string[], Record<string, string>],
  readyPath: string | undefined,
): Promise<Contender> {
  const port = await freePort();
  const [program, args, env] = command(port);
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  const contender = { name, port, process: child, results: { single: [], grouped: [], steady: [] } };
  contenders.push(contender);
  for (let tries = 0; tries < 500; tries += 1) {
    if (await answers(port, readyPath)) return contender;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${name} did not start`);
}

async function answers(port: number, readyPath: string | undefined): Promise<boolean> {
  try {
    const answer = await fetch(
      `http://127.0.0.1:${port}${readyPath ?? '/webhook'}`,
      readyPath ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: delivery(0, 1).body },
    );
    return answer.ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function residentMegabytes({ pid }: ChildProcess): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024).toFixed(0);
}

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at === -1 ? undefined : process.argv[at + 1];
}
