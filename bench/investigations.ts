import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Report } from '#domain/report.ts';
import { startKubesim } from '#testing/kubesim/kubesim.ts';
import { multiplyRecording } from './cluster/multiply-recording.ts';
import { startProduct } from './cluster/start-product.ts';
import { quantile } from './statistics.ts';

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
const namespace = multiplyRecording(values.scenario, snapshot, 2 * count);
const kubeconfigPath = path.join(directory, 'kubeconfig');
const sim = await startKubesim({ snapshot, kubeconfigPath, latencyMs });
let missed = false;
try {
  await withProduct(async (url) => {
    // Code that has run a while is compiled: the second half is what a process does that was not started a moment ago.
    for (const [state, from] of [
      ['just started', 0],
      ['warm', count],
    ] as const) {
      const groups = Array.from({ length: count }, (_, index) => alertIn(`${namespace}-${from + index}`, 'KubePodCrashLooping', from + index));
      const { times, requests, right } = await burst(url, groups);
      row(`${count} investigations at once, ${count} namespaces, ${state}`, times, requests, `${right} right`);
      if (state === 'warm' && quantile(times, 0.95) > MUST_P95_MS) missed = true;
    }
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

/** A product of its own, with an empty database. */
async function withProduct(use: (url: string) => Promise<void>): Promise<void> {
  const product = await startProduct({
    DATABASE_URL: path.join(directory, `${performance.now()}.db`),
    KUBECONFIG: kubeconfigPath,
    WORKER_THREADS: values.threads,
    ...(values.prometheus && { PROMETHEUS_URL: values.prometheus }),
  });
  try {
    await clusterSeen(product.url);
    await use(product.url);
  } finally {
    await product.stop();
  }
}

/** Resolves when the product has seen its cluster: it takes alerts a moment before. */
async function clusterSeen(url: string): Promise<void> {
  for (;;) {
    const { checks } = (await (await fetch(`${url}/health`)).json()) as { readonly checks: readonly { readonly name: string; readonly detail: string }[] };
    if (checks.some(({ name, detail }) => name === 'Kubernetes API' && detail !== 'not asked yet')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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
  const before = asked();
  const posted = await Promise.all(
    groups.map(async (alerts) => {
      const body = {
        version: '4',
        status: 'firing',
        receiver: 'oncallm',
        groupKey: `{}:{group="${alerts[0]?.labels['alertname']}-${alerts[0]?.labels['number']}"}`,
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
      return { ms: (await firstAnswer(url, report, at)) - at, code: report.analysis?.root_causes[0]?.code };
    }),
  );
  return { times: settled.map(({ ms }) => ms), requests: asked() - before, right: settled.filter(({ code }) => code === 'OOMKilled').length };
}

/** Requests so far, but for the one at the start that only looks whether somebody answers. */
function asked(): number {
  const { total, requests } = sim.stats();
  return total - (requests['get /version'] ?? 0);
}

/** When the alert had its first complete report: an incident that others join is looked at again afterwards, which takes nothing away from that. */
async function firstAnswer(url: string, { incident }: Report, since: number): Promise<number> {
  const { investigations } = (await (await fetch(`${url}/api/v1/incidents/${incident?.id}`)).json()) as {
    readonly investigations: readonly { readonly state: string; readonly completed_at: string | null }[];
  };
  const ends = investigations.filter(({ state }) => state === 'completed').map(({ completed_at: at }) => Date.parse(at ?? ''));
  return Math.min(...ends.filter((end) => end >= since));
}

async function isBusy(url: string): Promise<boolean> {
  const pages = await Promise.all(['queued', 'investigating'].map(async (status) => (await fetch(`${url}/reports?limit=1&status=${status}`)).json()));
  return (pages as readonly { readonly reports: readonly unknown[] }[]).some(({ reports }) => reports.length > 0);
}

function row(what: string, times: readonly number[], requests: number, more: string): void {
  const figures = [0.5, 0.95, 1].map((share) => `${quantile(times, share)} ms`.padStart(8));
  console.log(`${what.padEnd(52)} p50 ${figures[0]}  p95 ${figures[1]}  most ${figures[2]}  ${String(requests).padStart(5)} Kubernetes requests  ${more}`);
}
