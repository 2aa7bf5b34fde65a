import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Files under a folder of the repository whose names end so, in the same order everywhere; none when there is no such folder. */
export function filesUnder(folder: string, ending: string): readonly string[] {
  const path = join(ROOT, folder);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(path, name))
    .sort();
}

/** Webhook bodies as real senders wrote them. */
export function payloads(): readonly Buffer[] {
  const recorded = filesUnder('testing/payloads', '.json').filter((path) => !/(index|fingerprints)\.json$/.test(path));
  return [...recorded, ...filesUnder('scenarios', 'alert.json')].map((path) => readFileSync(path)).filter(({ length }) => length < 100_000);
}

/** Recorded clusters: the objects of each list, the logs, the metrics and the alert. */
export interface RecordedCluster {
  readonly name: string;
  readonly takenAt: string;
  /** By file name without ending: `pods`, `deployments.apps`. */
  readonly lists: ReadonlyMap<string, readonly unknown[]>;
  /** By `namespace/pod/container` or `namespace/pod/container.previous`. */
  readonly logs: ReadonlyMap<string, string>;
  readonly metrics: string;
  readonly alert: unknown;
}

export function recordedClusters(): readonly RecordedCluster[] {
  return ['scenarios', 'testing/kubesim/examples', 'testing/incidents'].flatMap((folder) =>
    filesUnder(folder, 'snapshot.json').map((path) => readCluster(join(path, '..'))),
  );
}

function readCluster(dir: string): RecordedCluster {
  const under = (folder: string, ending: string): readonly (readonly [string, string])[] =>
    filesUnder(relative(ROOT, join(dir, folder)), ending).map((path) => [relative(join(dir, folder), path).slice(0, -ending.length), path]);
  const text = (file: string): string => (statSync(join(dir, file), { throwIfNoEntry: false }) ? readFileSync(join(dir, file), 'utf8') : '');
  const { takenAt } = JSON.parse(text('snapshot.json')) as { readonly takenAt: string };
  return {
    name: relative(ROOT, dir),
    takenAt,
    lists: new Map(under('resources', '.json').map(([name, path]) => [name, (JSON.parse(readFileSync(path, 'utf8')) as { items: unknown[] }).items])),
    logs: new Map(under('logs', '.log').map(([name, path]) => [name, readFileSync(path, 'utf8')])),
    metrics: text('metrics.om'),
    alert: JSON.parse(text('alert.json') || '{"alerts":[{"labels":{"alertname":"KubePodCrashLooping","namespace":"shop"}}]}'),
  };
}
