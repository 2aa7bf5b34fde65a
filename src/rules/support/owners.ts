import type { KubernetesObject } from '#domain/kubernetes/meta.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ReplicaSet } from '#domain/kubernetes/workload.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { refKey } from '#domain/object-ref.ts';
import { podRef } from './pods.ts';

/** The object that makes this one: a ReplicaSet's Deployment, a pod's StatefulSet. Undefined when nothing does. */
export function controllerOf({ metadata }: KubernetesObject): ObjectRef | undefined {
  const owner = metadata.ownerReferences.find(({ controller }) => controller) ?? metadata.ownerReferences[0];
  return owner && { kind: owner.kind, namespace: metadata.namespace, name: owner.name, uid: owner.uid };
}

/** The workload that a person would change for this pod: past the ReplicaSet to its Deployment; the pod itself where nothing makes it. */
export function workloadOf(pod: Pod, replicaSets: readonly ReplicaSet[]): ObjectRef {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'ReplicaSet') return owner ?? podRef(pod);
  const set = replicaSets.find(({ metadata }) => metadata.uid === owner.uid && metadata.namespace === owner.namespace);
  if (set) return controllerOf(set) ?? owner;
  // Where ReplicaSets cannot be read, their names tell: the Deployment's, and the hash that its pods bear as a label.
  const hash = pod.metadata.labels['pod-template-hash'];
  return hash !== undefined && owner.name.endsWith(`-${hash}`)
    ? { kind: 'Deployment', namespace: owner.namespace, name: owner.name.slice(0, -hash.length - 1) }
    : owner;
}

/** The workloads of these pods, each once. */
export function workloadsOf(pods: readonly Pod[], replicaSets: readonly ReplicaSet[]): readonly ObjectRef[] {
  return [...new Map(pods.map((pod) => workloadOf(pod, replicaSets)).map((ref) => [refKey(ref), ref])).values()];
}
