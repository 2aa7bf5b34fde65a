import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Report } from '#domain/report.ts';
import { startKubesim } from '#testing/kubesim/kubesim.ts';

/**
 * How quickly the built product answers a storm: `npm run bench:investigations [-- --count 50 --latency 20 --threads 10 --prometheus URL]`. Alerts of `count`
 * namespaces, each with the same broken workload, reach the webhook at once; then 100 alerts of one namespace, as one group and as 100. The
 * API server is simulated and answers after `latency` milliseconds. Exit code 1 when a figure is worse than it must be.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50' },
    latency: { type: 'string', default: '20' },
    threads: { type: 'string', default: '10' },
    scenario: { type: 'string', default: 'scenarios/memory-limit' },
    prometheus: { type: 'string', default: '' },
  },
});
const MUST_P95_MS = 1000;
const MUST_REQUESTS = 30;
const STORM = 100;

const [count, latencyMs] = [Number(values.count), Number(values.latency)];
const directory = mkdtempSync(path.join(tmpdir(), 'oncallm-bench-'));
const snapshot = path.join(directory, 'snapshot');
const { namespace } = JSON.parse(readFileSync(path.join(values.scenario, 'snapshot.json'), 'utf8')) as { readonly namespace: string };
multiply(values.scenario, snapshot, count);
const kubeconfigPath = path.join(directory, 'kubeconfig');
const sim = await startKubesim({ snapshot, kubeconfigPath, latencyMs });
let missed = false;
try {
  await withProduct(async (url) => {
    await burst(url, [alertIn(`${namespace}-0`, 'WarmUp', 0)]);
    const groups = Array.from({ length: count }, (_, index) => alertIn(`${namespace}-${index}`, 'KubePodCrashLooping', index));
    const { times, requests, right } = await burst(url, groups);
    const p95 = quantile(times, 0.95);
    row(`${count} investigations at once, ${count} namespaces`, times, requests, `${right} right`);
    if (p95 > MUST_P95_MS) missed = true;
  });
  await withProduct(async (url) => {
    const { times, requests, right } = await burst(
      url,
      Array.from({ length: count }, (_, index) => alertIn(`${namespace}-0`, 'KubePodCrashLooping', index)),
    );
    row(`${count} investigations at once, one namespace`, times, requests, `${right} right`);
    if (quantile(times, 0.95) > MUST_P95_MS) missed = true;
  });
  await withProduct(async (url) => {
    const { times, requests } = await burst(url, [Array.from({ length: STORM }, (_, index) => alertIn(`${namespace}-0`, `Alert${index}`, index)[0] as Alert)]);
    row(`${STORM} alerts of one namespace, one group`, times, requests, '');
    if (requests > MUST_REQUESTS) missed = true;
  });
  await withProduct(async (url) => {
    const { times, requests } = await burst(
      url,
      Array.from({ length: STORM }, (_, index) => alertIn(`${namespace}-0`, `Alert${index}`, index)),
    );
    row(`${STORM} alerts of one namespace, ${STORM} groups`, times, requests, '');
    if (requests > MUST_REQUESTS) missed = true;
  });
} finally {
  await sim.close();
  rmSync(directory, { recursive: true, force: true });
}
if (missed) {
  console.error(`Worse than it must be: p95 at most ${MUST_P95_MS} ms, at most ${MUST_REQUESTS} Kubernetes requests for ${STORM} alerts of one namespace.`);
  process.exitCode = 1;
}

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
}

function alertIn(where: string, alertname: string, index: number): readonly Alert[] {
  return [{ labels: { alertname, namespace: where, severity: 'warning', number: String(index) }, startsAt: new Date().toISOString() }];
}

/** Posts every group at once; how long each took from the post to its settled report, and what it cost. */
async function burst(url: string, groups: readonly (readonly Alert[])[]) {
  const before = sim.stats().total;
  const posted = await Promise.all(
    groups.map(async (alerts, index) => {
      const body = {
        version: '4',
        status: 'firing',
        receiver: 'oncallm',
        groupKey: `{}:{group="${alerts[0]?.labels['alertname']}-${index}"}`,
        groupLabels: {},
        commonLabels: {},
        commonAnnotations: {},
        externalURL: '',
        truncatedAlerts: 0,
        alerts: alerts.map((one) => ({ ...one, status: 'firing', annotations: {}, endsAt: '0001-01-01T00:00:00Z', generatorURL: '' })),
      };
      const at = Date.now();
      const answer = await fetch(`${url}/webhook`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      const { report_urls: urls } = (await answer.json()) as { readonly report_urls: readonly { readonly fingerprint: string }[] };
      return { at, fingerprint: urls[0]?.fingerprint };
    }),
  );
  // Asking for each report while they are made would measure the asking.
  while (await isBusy(url)) await new Promise((resolve) => setTimeout(resolve, 250));
  const settled = await Promise.all(
    posted.map(async ({ at, fingerprint }) => {
      const report = (await (await fetch(`${url}/reports/${fingerprint}`)).json()) as Report;
      return { ms: Date.parse(report.completed_at ?? '') - at, code: report.analysis?.root_causes[0]?.code };
    }),
  );
  return { times: settled.map(({ ms }) => ms), requests: sim.stats().total - before, right: settled.filter(({ code }) => code === 'OOMKilled').length };
}

async function isBusy(url: string): Promise<boolean> {
  const pages = await Promise.all(['queued', 'investigating'].map(async (status) => (await fetch(`${url}/reports?limit=1&status=${status}`)).json()));
  return (pages as readonly { readonly reports: readonly unknown[] }[]).some(({ reports }) => reports.length > 0);
}

/** A product of its own, with an empty database. */
async function withProduct(use: (url: string) => Promise<void>): Promise<void> {
  const port = await freePort();
  const database = path.join(directory, `${port}.db`);
  const child = spawn(process.execPath, ['dist/main.js', 'serve'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      APP_HOST: '127.0.0.1',
      APP_PORT: String(port),
      DATABASE_URL: database,
      KUBECONFIG: kubeconfigPath,
      RATE_LIMIT_PER_IP: '0',
      RATE_LIMIT_GLOBAL: '0',
      WORKER_THREADS: values.threads,
      LOG_LEVEL: 'error',
      ...(values.prometheus && { PROMETHEUS_URL: values.prometheus }),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  try {
    await ready(`http://127.0.0.1:${port}`, child);
    await use(`http://127.0.0.1:${port}`);
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
  }
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) throw new Error('The product did not start: npm run build first.');
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} did not become ready.`);
}

/** Copies a recording so that its namespace is there `times` times, as `name-0`, `name-1` ... */
function multiply(from: string, to: string, times: number): void {
  mkdirSync(path.join(to, 'resources'), { recursive: true });
  cpSync(path.join(from, 'snapshot.json'), path.join(to, 'snapshot.json'));
  for (const file of readdirSync(path.join(from, 'resources'))) {
    const list = JSON.parse(readFileSync(path.join(from, 'resources', file), 'utf8'));
    const own = (item: { metadata: { namespace?: string; name: string } }) =>
      file.startsWith('namespaces') ? item.metadata.name === namespace : item.metadata.namespace === namespace;
    const copies = Array.from({ length: times }, (_, index) => list.items.filter(own).map((item: unknown) => renamed(item, index))).flat();
    list.items = [...list.items.filter((item: { metadata: { name: string } }) => !own(item)), ...copies];
    writeFileSync(path.join(to, 'resources', file), JSON.stringify(list));
  }
  for (let index = 0; index < times; index += 1)
    cpSync(path.join(from, 'logs', namespace), path.join(to, 'logs', `${namespace}-${index}`), { recursive: true });
}

/** The object in another namespace, with uids of its own. */
function renamed(item: unknown, index: number): unknown {
  const text = JSON.stringify(item)
    .replaceAll(`"namespace":"${namespace}"`, `"namespace":"${namespace}-${index}"`)
    .replaceAll(/"uid":"([^"]+)"/g, `"uid":"$1-${index}"`);
  const copy = JSON.parse(text) as { kind?: string; metadata: { name: string } };
  if (copy.metadata.name === namespace) copy.metadata.name = `${namespace}-${index}`;
  return copy;
}

function quantile(values_: readonly number[], share: number): number {
  const sorted = values_.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function row(what: string, times: readonly number[], requests: number, more: string): void {
  const figures = [0.5, 0.95, 1].map((share) => `${quantile(times, share)} ms`.padStart(8));
  console.log(`${what.padEnd(52)} p50 ${figures[0]}  p95 ${figures[1]}  most ${figures[2]}  ${String(requests).padStart(5)} Kubernetes requests  ${more}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
