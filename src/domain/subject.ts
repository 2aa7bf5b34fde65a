import type { Fact } from './evidence.ts';
import type { Node, PersistentVolumeClaim } from './kubernetes/cluster.ts';
import type { Ingress, Service } from './kubernetes/network.ts';
import type { PodTemplate } from './kubernetes/pod.ts';
import type { CronJob, HorizontalPodAutoscaler, PodDisruptionBudget } from './kubernetes/workload.ts';
import type { ObjectRef } from './object-ref.ts';

/**
 * What a rule judges: an object that a person could change to fix the trouble. Pods are judged through the workload that makes them;
 * a pod without a controller is a workload of its own.
 */
export interface Workload {
  readonly kind: 'Workload';
  /** The Deployment, StatefulSet, DaemonSet, Job, CronJob, bare ReplicaSet or bare Pod; or whatever else its pods name as their controller. */
  readonly ref: ObjectRef;
  readonly createdAt: string | undefined;
  /** Replicas wanted; 1 for a bare pod; for a DaemonSet, the nodes that should run it. */
  readonly desired: number;
  readonly ready: number;
  /** What new pods are made from. */
  readonly template: PodTemplate;
  /** Uids that its pods name as their controller: its own, and those of its ReplicaSets or Jobs. */
  readonly ownerUids: readonly string[];
  /** The list the workload was read from, to cite. */
  readonly seenIn: Fact;
}

export interface ServiceSubject {
  readonly kind: 'Service';
  readonly ref: ObjectRef;
  readonly object: Service;
  readonly seenIn: Fact;
}
export interface NodeSubject {
  readonly kind: 'Node';
  readonly ref: ObjectRef;
  readonly object: Node;
  readonly seenIn: Fact;
}
export interface NamespaceSubject {
  readonly kind: 'Namespace';
  readonly ref: ObjectRef;
}
export interface ClaimSubject {
  readonly kind: 'PersistentVolumeClaim';
  readonly ref: ObjectRef;
  readonly object: PersistentVolumeClaim;
  readonly seenIn: Fact;
}
export interface IngressSubject {
  readonly kind: 'Ingress';
  readonly ref: ObjectRef;
  readonly object: Ingress;
  readonly seenIn: Fact;
}
export interface AutoscalerSubject {
  readonly kind: 'HorizontalPodAutoscaler';
  readonly ref: ObjectRef;
  readonly object: HorizontalPodAutoscaler;
  readonly seenIn: Fact;
}
export interface DisruptionBudgetSubject {
  readonly kind: 'PodDisruptionBudget';
  readonly ref: ObjectRef;
  readonly object: PodDisruptionBudget;
  readonly seenIn: Fact;
}
export interface CronJobSubject {
  readonly kind: 'CronJob';
  readonly ref: ObjectRef;
  readonly object: CronJob;
  readonly seenIn: Fact;
}
/** The cluster itself: control plane, DNS, admission. `namespaces` are those under investigation. */
export interface ClusterSubject {
  readonly kind: 'Cluster';
  readonly ref: ObjectRef;
  readonly namespaces: readonly string[];
}

export type Subject =
  | Workload
  | ServiceSubject
  | NodeSubject
  | NamespaceSubject
  | ClaimSubject
  | IngressSubject
  | AutoscalerSubject
  | DisruptionBudgetSubject
  | CronJobSubject
  | ClusterSubject;
export type SubjectKind = Subject['kind'];
export type SubjectOf<K extends SubjectKind> = Extract<Subject, { readonly kind: K }>;
