import type { Evidence } from '#domain/evidence.ts';
import type { Container, ContainerStatus, Pod } from '#domain/kubernetes/pod.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import type { Workload } from '#domain/subject.ts';
import { listIndex } from '#lib/list-index.ts';

/** By the uid of each owner, and a pod without a controller by its own name. */
const byOwner = listIndex<Pod>(({ metadata }) => [...metadata.ownerReferences.map(({ uid }) => uid), `pod:${metadata.namespace}/${metadata.name}`]);

/** The pods that a workload made, out of a list of its namespace: by controller uid, never by name. */
export function podsOf(workload: Workload, pods: Evidence<readonly Pod[]>): Evidence<readonly Pod[]> {
  if (pods.outcome !== 'present') return pods;
  const index = byOwner(pods.data);
  const keys = workload.ref.kind === 'Pod' ? [`pod:${workload.ref.namespace}/${workload.ref.name}`] : workload.ownerUids;
  const own = [...new Set(keys.flatMap((key) => index.get(key) ?? []))];
  return { ...pods, data: own.filter(({ metadata }) => metadata.namespace === workload.ref.namespace) };
}

export function belongsTo(pod: Pod, workload: Workload): boolean {
  if (pod.metadata.namespace !== workload.ref.namespace) return false;
  if (workload.ref.kind === 'Pod') return pod.metadata.name === workload.ref.name;
  return pod.metadata.ownerReferences.some(({ uid }) => workload.ownerUids.includes(uid));
}

export function podRef(pod: Pod): ObjectRef {
  return { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid };
}

/** A container with its part of the status; init containers first, as they run. */
export interface ContainerView {
  readonly pod: Pod;
  readonly init: boolean;
  readonly spec: Container;
  /** Absent until the kubelet has reported. */
  readonly status: ContainerStatus | undefined;
}

export function containersOf(pod: Pod): readonly ContainerView[] {
  const view =
    (init: boolean, statuses: readonly ContainerStatus[]) =>
    (spec: Container): ContainerView => ({ pod, init, spec, status: statuses.find(({ name }) => name === spec.name) });
  return [...pod.spec.initContainers.map(view(true, pod.status.initContainerStatuses)), ...pod.spec.containers.map(view(false, pod.status.containerStatuses))];
}

export function isReady(pod: Pod): boolean {
  return pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Over for good: a finished Job's pod, an evicted one. Such pods want no readiness. */
export function isFinished(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}
