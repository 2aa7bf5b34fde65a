import type { Ask, Evidence, Fact } from '#domain/evidence.ts';
import type { KubernetesObject, ObjectMeta } from '#domain/kubernetes/meta.ts';
import type { PodTemplate } from '#domain/kubernetes/pod.ts';
import type { ReplicaSet } from '#domain/kubernetes/workload.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import type { Subject, Workload } from '#domain/subject.ts';
import type { KubernetesTopic, KubernetesTopics } from '#domain/topic.ts';
import { pastRuns } from './past-runs.ts';
import { claimAllPods } from './unclaimed-pods.ts';

/** Everything there is to judge: the objects of the namespaces under investigation, the nodes, and the cluster itself. `onset`: when the trouble began at the latest. */
export async function gatherSubjects(namespaces: readonly string[], ask: Ask, onset: string): Promise<readonly Subject[]> {
  const [nodes, ...inNamespaces] = await Promise.all([
    subjectsOf('nodes', 'Node', undefined, ask),
    ...namespaces.map((namespace) => ofNamespace(namespace, ask, onset)),
  ]);
  const cluster: Subject = { kind: 'Cluster', ref: { kind: 'Cluster', name: 'cluster' }, namespaces };
  return [...(inNamespaces as readonly (readonly Subject[])[]).flat(), ...(nodes as readonly Subject[]), cluster];
}

async function ofNamespace(namespace: string, ask: Ask, onset: string): Promise<readonly Subject[]> {
  const parts = await Promise.all([
    workloadsOf(namespace, ask, onset),
    subjectsOf('services', 'Service', namespace, ask),
    subjectsOf('persistentvolumeclaims', 'PersistentVolumeClaim', namespace, ask),
    subjectsOf('ingresses', 'Ingress', namespace, ask),
    subjectsOf('horizontalpodautoscalers', 'HorizontalPodAutoscaler', namespace, ask),
    subjectsOf('poddisruptionbudgets', 'PodDisruptionBudget', namespace, ask),
    subjectsOf('cronjobs', 'CronJob', namespace, ask),
  ]);
  return [...(parts as readonly (readonly Subject[])[]).flat(), { kind: 'Namespace', ref: { kind: 'Namespace', name: namespace } }];
}

async function subjectsOf<T extends KubernetesTopic>(topic: T, kind: string, namespace: string | undefined, ask: Ask): Promise<readonly unknown[]> {
  const found = (await ask(list(topic, namespace))) as Evidence<readonly KubernetesTopics[T][]>;
  if (found.outcome !== 'present') return [];
  return found.data.map((object) => ({ kind, ref: refOf(object), object, seenIn: found }));
}

async function workloadsOf(namespace: string, ask: Ask, onset: string): Promise<readonly Workload[]> {
  const [deployments, replicaSets, statefulSets, daemonSets, jobs, pods] = await Promise.all([
    ask(list('deployments', namespace)),
    ask(list('replicasets', namespace)),
    ask(list('statefulsets', namespace)),
    ask(list('daemonsets', namespace)),
    ask(list('jobs', namespace)),
    ask(list('pods', namespace)),
  ]);
  const sets = itemsOf(replicaSets);
  const past = pastRuns(itemsOf(jobs), onset);
  const known = [
    ...itemsOf(deployments).map((one) =>
      workload(one, one.spec.template, one.spec.replicas ?? 1, one.status.readyReplicas, fact(deployments), ownedSets(one.metadata, sets)),
    ),
    ...sets
      .filter(({ metadata }) => controllerOf(metadata) === undefined)
      .map((one) => workload(one, one.spec.template, one.spec.replicas ?? 1, one.status.readyReplicas, fact(replicaSets))),
    ...itemsOf(statefulSets).map((one) => workload(one, one.spec.template, one.spec.replicas ?? 1, one.status.readyReplicas, fact(statefulSets))),
    ...itemsOf(daemonSets).map((one) => workload(one, one.spec.template, one.status.desiredNumberScheduled, one.status.numberReady, fact(daemonSets))),
    ...itemsOf(jobs).map((one) => {
      const wanted = one.status.completionTime || one.spec.suspend ? 0 : (one.spec.parallelism ?? 1);
      const made = workload(one, one.spec.template, wanted, one.status.active, fact(jobs));
      return past.has(one.metadata.uid ?? '') ? { ...made, ownerUids: [] } : made;
    }),
    ...itemsOf(pods)
      .filter(({ metadata }) => controllerOf(metadata) === undefined)
      .map((one) => {
        const ready = one.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
        return workload(one, { metadata: one.metadata, spec: one.spec }, one.status.phase === 'Succeeded' ? 0 : 1, ready ? 1 : 0, fact(pods));
      }),
  ];
  if (pods.outcome !== 'present') return known;
  // What the pods of a past run said is history too: they are left out, and nobody's.
  return claimAllPods(known, sets, { ...pods, data: pods.data.filter(({ metadata }) => !past.has(controllerOf(metadata) ?? '')) });
}

function workload(object: KubernetesObject, template: PodTemplate, desired: number, ready: number, seenIn: Fact, more: readonly string[] = []): Workload {
  const { uid, creationTimestamp } = object.metadata;
  return { kind: 'Workload', ref: refOf(object), createdAt: creationTimestamp, desired, ready, template, ownerUids: [...(uid ? [uid] : []), ...more], seenIn };
}

function ownedSets({ uid }: ObjectMeta, sets: readonly ReplicaSet[]): readonly string[] {
  return sets.filter(({ metadata }) => uid !== undefined && controllerOf(metadata) === uid).flatMap(({ metadata }) => (metadata.uid ? [metadata.uid] : []));
}

function controllerOf({ ownerReferences }: ObjectMeta): string | undefined {
  return (ownerReferences.find(({ controller }) => controller) ?? ownerReferences[0])?.uid;
}

function refOf({ kind, metadata }: KubernetesObject): ObjectRef {
  return { kind, namespace: metadata.namespace, name: metadata.name, uid: metadata.uid };
}

function itemsOf<T>(evidence: Evidence<readonly T[]>): readonly T[] {
  return evidence.outcome === 'present' ? evidence.data : [];
}

/** Only called for lists that had items, so the evidence is a fact. */
function fact(evidence: Evidence<unknown>): Fact {
  if (evidence.outcome === 'unavailable') throw new Error('a gap was taken for a fact');
  return evidence;
}
