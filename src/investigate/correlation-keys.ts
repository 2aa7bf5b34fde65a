import { type Alert, isAlwaysFiring } from '#domain/alert.ts';
import { readSubject } from './alert-subject.ts';

/** Kinds that run pods for somebody: what people call a workload. */
const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']);

/**
 * What alerts of one trouble share beside their Alertmanager group, by their labels alone: the node, the workload and the namespace they are about (never those
 * of whoever exported them). The node first: it takes pods of many namespaces down with it. None for alerts that always fire, or name nothing of the cluster.
 */
export function correlationKeysOf({ labels }: Pick<Alert, 'labels'>): readonly string[] {
  if (isAlwaysFiring(labels)) return [];
  const { objects, namespace } = readSubject(labels);
  const nodes = objects.filter(({ kind }) => kind === 'Node').map(({ name }) => `node/${name}`);
  const workloads = objects.flatMap((ref) => (WORKLOADS.has(ref.kind) && ref.namespace ? [`workload/${ref.namespace}/${ref.kind}/${ref.name}`] : []));
  return [...new Set([...nodes, ...workloads, ...(namespace ? [`namespace/${namespace}`] : [])])];
}
