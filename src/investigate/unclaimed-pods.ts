import type { Present } from '#domain/evidence.ts';
import type { ObjectMeta, OwnerReference } from '#domain/kubernetes/meta.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ReplicaSet } from '#domain/kubernetes/workload.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import type { Workload } from '#domain/subject.ts';

/** Set by the Deployment controller on pods, and last in the names of its ReplicaSets. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label */
const HASH = 'pod-template-hash';

/**
 * The workloads read, and those of pods that none of them claims: what makes these is of a kind that is not known here (an Argo Rollout, a CloneSet, an operator's
 * own), or it or what is between may not be read. A Deployment gets its pods without its ReplicaSets; what was not read is named after what makes the pods, and seen
 * by them alone. Mirror pods of a node's files are left out.
 */
export function claimAllPods(known: readonly Workload[], sets: readonly ReplicaSet[], pods: Present<readonly Pod[]>): readonly Workload[] {
  const claimed = new Set(known.flatMap(({ ownerUids }) => ownerUids));
  const left = pods.data.filter(({ metadata }) => {
    const owner = controllerOf(metadata);
    return owner !== undefined && owner.kind !== 'Node' && metadata.deletionTimestamp === undefined && !claimed.has(owner.uid ?? '');
  });
  const groups = Map.groupBy(left, (pod) => keyOf(makerOf(pod, sets)));
  const extended = known.map((one) => {
    const group = groups.get(keyOf(one.ref));
    groups.delete(keyOf(one.ref));
    return group ? { ...one, ownerUids: [...one.ownerUids, ...uidsOf(group)] } : one;
  });
  return [...extended, ...[...groups.values()].map((group) => workloadOf(group, sets, pods))];
}

function uidsOf(pods: readonly Pod[]): readonly string[] {
  return [...new Set(pods.flatMap(({ metadata }) => controllerOf(metadata)?.uid ?? []))];
}

function workloadOf(group: readonly Pod[], sets: readonly ReplicaSet[], seenIn: Present<readonly Pod[]>): Workload {
  const newest = group.toSorted((left, right) => (right.metadata.creationTimestamp ?? '').localeCompare(left.metadata.creationTimestamp ?? ''))[0];
  if (!newest) throw new Error('a group of pods without a pod');
  const living = group.filter(({ status }) => status.phase !== 'Succeeded' && status.phase !== 'Failed');
  const { [HASH]: _, ...labels } = newest.metadata.labels;
  return {
    kind: 'Workload',
    ref: makerOf(newest, sets),
    createdAt: group.map(({ metadata }) => metadata.creationTimestamp ?? '').toSorted()[0],
    desired: living.length,
    ready: living.filter(({ status }) => status.conditions.some((one) => one.type === 'Ready' && one.status === 'True')).length,
    template: { metadata: { ...newest.metadata, labels }, spec: newest.spec },
    ownerUids: uidsOf(group),
    seenIn,
  };
}

/** Past the ReplicaSet to what makes it; where that cannot be read, to the Deployment that its name and the pod's hash tell. */
function makerOf({ metadata }: Pod, sets: readonly ReplicaSet[]): ObjectRef {
  const owner = controllerOf(metadata);
  if (!owner) throw new Error('a pod without an owner was taken for one with');
  const { namespace } = metadata;
  const set = owner.kind === 'ReplicaSet' ? sets.find((one) => one.metadata.uid === owner.uid) : undefined;
  const above = set && controllerOf(set.metadata);
  if (above) return { kind: above.kind, namespace, name: above.name, uid: above.uid };
  const hash = metadata.labels[HASH];
  if (owner.kind === 'ReplicaSet' && !set && hash !== undefined && owner.name.endsWith(`-${hash}`))
    return { kind: 'Deployment', namespace, name: owner.name.slice(0, -hash.length - 1) };
  return { kind: owner.kind, namespace, name: owner.name, uid: owner.uid };
}

function keyOf({ kind, name }: ObjectRef): string {
  return `${kind}/${name}`;
}

function controllerOf({ ownerReferences }: ObjectMeta): OwnerReference | undefined {
  return ownerReferences.find(({ controller }) => controller) ?? ownerReferences[0];
}
