import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { copyShifted } from '#app/shift-times.ts';
import type { Report } from '#domain/report.ts';
import { type Kubesim, type KubesimOptions, startKubesim } from '#testing/kubesim/kubesim.ts';
import { eventually, freePort, type Running, startProduct, temporaryDirectory } from '../alertmanager/processes.ts';

export interface Setting {
  /** Folder in scenarios/, or the path of another recording. */
  readonly scenario: string;
  /** Changes the copy of the recording that is served. */
  readonly prepare?: (recording: string) => void;
  /** How the API server behaves. */
  readonly behaviour?: Omit<KubesimOptions, 'snapshot' | 'kubeconfigPath'>;
  /** Samples for a real Prometheus, as OpenMetrics without the last line, and its rules file; without samples there is none. */
  readonly metrics?: (now: Date, recording: string) => string;
  readonly rules?: string;
  /** Settings of the product. */
  readonly env?: Readonly<Record<string, string>>;
  /** The alert.json of the recording, changed. */
  readonly webhook?: (recorded: Webhook, now: Date) => Webhook;
}

interface Webhook {
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>>; readonly startsAt: string; readonly generatorURL: string }[];
}

/** A recorded incident as it would be happening now: a simulated cluster, a real Prometheus, the built product. */
export interface Stage {
  readonly cluster: Kubesim;
  readonly product: Running;
  readonly prometheus: Running | undefined;
  /** Goes when the stage is closed. */
  readonly directory: string;
  /** Posts the webhook as Alertmanager does; the report of its first alert when it is settled. */
  alert(timeoutMs?: number): Promise<Report>;
  /** The same with another webhook. */
  post(body: Webhook): Promise<Report>;
  close(): Promise<void>;
}

export async function setStage({ scenario, prepare, behaviour = {}, metrics, rules, env = {}, webhook = (recorded) => recorded }: Setting): Promise<Stage> {
  const directory = temporaryDirectory();
  const recording = path.join(directory, 'recording');
  const now = new Date();
  await copyShifted(scenario.includes('/') ? scenario : path.join('scenarios', scenario), recording, now);
  prepare?.(recording);
  const kubeconfigPath = path.join(directory, 'kubeconfig');
  const cluster = await startKubesim({ snapshot: recording, kubeconfigPath, ...behaviour });
  const prometheus = metrics ? await startPrometheus(directory, metrics(now, recording), rules) : undefined;
  const settings = { KUBECONFIG: kubeconfigPath, ...(prometheus && { PROMETHEUS_URL: prometheus.url }), ...env };
  const product = await startProduct(directory, settings);
  const body = webhook(JSON.parse(readFileSync(path.join(recording, 'alert.json'), 'utf8')) as Webhook, now);
  return {
    cluster,
    product,
    prometheus,
    directory,
    post: (other) => reportOf(product, other),
    alert: (timeoutMs) => reportOf(product, body, timeoutMs),
    async close() {
      await Promise.all([product.stop('SIGKILL'), prometheus?.stop('SIGKILL'), cluster.close()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function reportOf(product: Running, body: Webhook, timeoutMs = 60_000): Promise<Report> {
  const answer = await fetch(`${product.url}/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.28.1' },
    body: JSON.stringify(body),
  });
  const { report_urls: urls } = (await answer.json()) as { readonly report_urls: readonly { readonly fingerprint: string }[] };
  return await eventually(
    'a settled report',
    async () => (await (await fetch(`${product.url}/reports/${urls[0]?.fingerprint}`)).json()) as Report,
    ({ status }) => ['completed', 'failed', 'skipped'].includes(status),
    timeoutMs,
  );
}

/** A real Prometheus that has these samples and rules and scrapes nothing. */
async function startPrometheus(directory: string, samples: string, rules = 'groups: []\n'): Promise<Running> {
  const [source, data, config] = [path.join(directory, 'metrics.om'), path.join(directory, 'tsdb'), path.join(directory, 'prometheus.yml')];
  mkdirSync(data);
  writeFileSync(source, `${samples}\n# EOF\n`);
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', source, data], { stdio: 'pipe' });
  writeFileSync(path.join(directory, 'rules.yml'), rules);
  writeFileSync(config, `global: {evaluation_interval: 1h}\nrule_files: [${JSON.stringify(path.join(directory, 'rules.yml'))}]\n`);
  const port = await freePort();
  const child = spawn('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=10y',
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)));
  const url = `http://127.0.0.1:${port}`;
  await eventually(
    'Prometheus',
    () => fetch(`${url}/-/ready`),
    ({ ok }) => ok,
  ).catch((thrown: Error) => {
    child.kill('SIGKILL');
    throw new Error(`${thrown.message}\n${output}`);
  });
  return {
    url,
    port,
    output: () => output,
    stop: (signal = 'SIGTERM') =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill(signal);
      }),
  };
}

/** The samples of a recording, those of a series together as promtool wants them. */
export function recordedSamples(recording: string): string {
  const lines = readFileSync(path.join(recording, 'metrics.om'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const bySeries = Map.groupBy(lines, (line) => line.slice(0, line.lastIndexOf('}') + 1));
  return [...bySeries.keys()]
    .toSorted()
    .flatMap((key) => bySeries.get(key) ?? [])
    .join('\n');
}

/** One series: a value for every quarter of a minute from `minutes` ago until now. */
export function series(name: string, labels: Readonly<Record<string, string>>, now: Date, minutes: number, value: (minutesAgo: number) => number): string {
  const text = Object.entries(labels)
    .map(([label, one]) => `${label}=${JSON.stringify(one)}`)
    .join(',');
  const end = Math.floor(now.getTime() / 1000);
  return Array.from({ length: minutes * 4 + 1 }, (_, index) => minutes - index / 4)
    .map((ago) => `${name}{${text}} ${Number(value(ago).toFixed(4))} ${end - ago * 60}`)
    .join('\n');
}

/** The names of the pods of a workload in a recording. */
export function podsOf(recording: string, workload: string): readonly string[] {
  const { items } = JSON.parse(readFileSync(path.join(recording, 'resources/pods.json'), 'utf8')) as {
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  };
  return items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith(`${workload}-`));
}

/** Keeps what a scenario says must come out. */
export function expectedOf(scenario: string): {
  readonly codes: readonly string[];
  readonly objects: readonly { readonly kind: string; readonly namespace?: string; readonly name: string }[];
  readonly healthy: boolean;
} {
  return JSON.parse(readFileSync(path.join('scenarios', scenario, 'expected.json'), 'utf8'));
}
