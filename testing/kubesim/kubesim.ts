import { writeFileSync } from 'node:fs';
import type { Behaviour, Stats } from './exchange.ts';
import { SnapshotServer } from './server.ts';
import { readSnapshot } from './snapshot.ts';

export interface KubesimOptions extends Behaviour {
  /** A directory: snapshot.json, resources/, logs/. */
  readonly snapshot: string;
  /** Where to write a kubeconfig that leads here. */
  readonly kubeconfigPath?: string;
}

export interface Kubesim {
  readonly url: string;
  /** The text of a kubeconfig that leads here. */
  readonly kubeconfig: string;
  /** Goes on with another snapshot or behaviour; the counts begin anew. What is not given returns to its default. */
  load(options: Partial<KubesimOptions>): void;
  stats(): Stats;
  close(): Promise<void>;
}

/**
 * Starts a simulated API server that serves a recorded cluster, read-only, on the loopback address: for tests of anything that talks to
 * Kubernetes. Ages in tables stand still at the time the snapshot was taken.
 */
export async function startKubesim({ snapshot, kubeconfigPath, ...behaviour }: KubesimOptions): Promise<Kubesim> {
  const server = new SnapshotServer(readSnapshot(snapshot), behaviour);
  const url = await server.listen();
  const kubeconfig = kubeconfigFor(url, behaviour.token ?? 'unchecked');
  if (kubeconfigPath !== undefined) writeFileSync(kubeconfigPath, kubeconfig, { mode: 0o600 });
  return {
    url,
    kubeconfig,
    load: ({ snapshot: next, kubeconfigPath: _, ...changed }) => server.load(next === undefined ? server.snapshot : readSnapshot(next), changed),
    stats: () => server.stats(),
    close: () => server.close(),
  };
}

/** A kubeconfig with one context. A server on http is refused by clients unless the certificate check is off. */
export function kubeconfigFor(url: string, token: string): string {
  return `apiVersion: v1
kind: Config
current-context: cluster
clusters:
  - name: cluster
    cluster:
      server: ${url}
      insecure-skip-tls-verify: true
users:
  - name: viewer
    user:
      token: ${JSON.stringify(token)}
contexts:
  - name: cluster
    context:
      cluster: cluster
      user: viewer
`;
}
