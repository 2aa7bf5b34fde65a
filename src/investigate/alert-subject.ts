import type { LabelSet } from '#domain/alert.ts';
import type { ObjectRef } from '#domain/object-ref.ts';

/** What the labels of one alert say about where to look, before anybody has looked. */
export interface AlertSubject {
  /** Objects that the labels name, the most specific first. */
  readonly objects: readonly ObjectRef[];
  /** undefined: the labels name no namespace of the subject (the one they have may be the exporter's). */
  readonly namespace: string | undefined;
  /** `instance` of a node-level alert: an address or a node's name, to be matched with the nodes. */
  readonly nodeAddress: string | undefined;
  /** The pod that exported a node's metrics runs on the node the alert is about. */
  readonly nodeOfPod: ObjectRef | undefined;
}

/** Label -> kind of the object it names. `job` is the scrape job, never a Kubernetes Job. */
const NAMING: readonly (readonly [label: string, kind: string])[] = [
  ['pod', 'Pod'],
  ['pod_name', 'Pod'],
  ['persistentvolumeclaim', 'PersistentVolumeClaim'],
  ['job_name', 'Job'],
  ['cronjob', 'CronJob'],
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['replicaset', 'ReplicaSet'],
  ['horizontalpodautoscaler', 'HorizontalPodAutoscaler'],
  ['hpa', 'HorizontalPodAutoscaler'],
  ['poddisruptionbudget', 'PodDisruptionBudget'],
  ['resourcequota', 'ResourceQuota'],
  ['ingress', 'Ingress'],
  ['service', 'Service'],
  ['service_name', 'Service'],
];
const CLUSTER_SCOPED: readonly (readonly [string, string])[] = [
  ['node', 'Node'],
  ['kubernetes_node', 'Node'],
  ['nodename', 'Node'],
  ['persistentvolume', 'PersistentVolume'],
];
/** Who reports about other things than itself, and what of its target's labels then says nothing about the subject. */
const REPORTERS: readonly { readonly name: RegExp; readonly scope: 'objects' | 'node' }[] = [
  { name: /kube-state-metrics/, scope: 'objects' },
  { name: /^kubelet$|-kubelet$|^cadvisor$/, scope: 'objects' },
  { name: /node-exporter/, scope: 'node' },
];

/**
 * Reads labels as they were measured on kube-prometheus-stack and kube-prometheus: labels of the exporter are not the subject;
 * `exported_x` is what the series said itself; a node-level alert knows its node by address or by the exporter's pod.
 */
export function readSubject(labels: LabelSet): AlertSubject {
  const reporter = REPORTERS.find(({ name }) => ['job', 'container', 'pod', 'service'].some((label) => name.test(labels[label] ?? '')));
  const own = ownLabels(labels, reporter?.name);
  const scoped = refs(CLUSTER_SCOPED, own, undefined);
  const aboutNode = reporter?.scope === 'node';
  const namespace = own['namespace'] ?? own['kubernetes_namespace'];
  const named = aboutNode ? [] : refs(NAMING, own, namespace);
  // An object of the whole cluster and nothing of a namespace: the namespace is that of whoever exported it.
  const namespaceIsReporters = aboutNode || (reporter !== undefined && named.length === 0 && scoped.length > 0);
  return {
    objects: [...named, ...scoped],
    namespace: namespaceIsReporters ? undefined : namespace,
    nodeAddress: aboutNode || (labels['job'] === 'kubelet' && named.length === 0) ? hostOf(labels['instance']) : undefined,
    nodeOfPod: aboutNode && labels['pod'] ? { kind: 'Pod', namespace: labels['namespace'], name: labels['pod'] } : undefined,
  };
}

/** Labels of the subject under their plain names: without the reporter's own, `exported_x` as `x`. */
function ownLabels(labels: LabelSet, reporter: RegExp | undefined): LabelSet {
  const isReporters = (name: string, value: string): boolean => reporter !== undefined && (name === 'service' || reporter.test(value));
  const plain = Object.entries(labels).filter(([name, value]) => value !== '' && !name.startsWith('exported_') && !isReporters(name, value));
  const exported = Object.entries(labels).filter(([name, value]) => value !== '' && name.startsWith('exported_'));
  return Object.fromEntries([...plain, ...exported.map(([name, value]) => [name.slice('exported_'.length), value] as const)]);
}

function refs(naming: typeof NAMING, labels: LabelSet, namespace: string | undefined): readonly ObjectRef[] {
  return naming.flatMap(([label, kind]) => (labels[label] ? [{ kind, namespace, name: labels[label] }] : []));
}

/** `10.0.0.1:9100` -> `10.0.0.1`, `[fd00::1]:9100` -> `fd00::1`, `worker-1` -> `worker-1`. */
function hostOf(instance: string | undefined): string | undefined {
  if (!instance) return undefined;
  const bracketed = /^\[(?<host>[^\]]+)\]/.exec(instance)?.groups?.['host'];
  if (bracketed) return bracketed;
  return instance.split(':').length === 2 ? instance.split(':')[0] : instance;
}
