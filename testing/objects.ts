import type {
  ConfigMap,
  PersistentVolume,
  PersistentVolumeClaim,
  ResourceQuota,
  SecretKeys,
  ServiceAccount,
  StorageClass,
} from '#domain/kubernetes/cluster.ts';
import type { Condition, ObjectMeta } from '#domain/kubernetes/meta.ts';
import type { ContainerState, Pod, PodSpec, PodTemplate } from '#domain/kubernetes/pod.ts';
import type { CronJob, Deployment, HorizontalPodAutoscaler, Job, PodDisruptionBudget, ReplicaSet, StatefulSet } from '#domain/kubernetes/workload.ts';
import type { ClaimSubject } from '#domain/subject.ts';
import { meta, NOW, pod, podSpec, seenIn } from './world.ts';

/** More builders for the worlds of rule tests: what `world.ts` does not make. Each gives a healthy object, but for what is said. */

/** A pod that the scheduler cannot place, and its sentence about why. */
export function unplaced(name: string, message: string, spec: Partial<PodSpec> = {}, metadata: Partial<ObjectMeta> = {}): Pod {
  return pod(name, {
    metadata: { creationTimestamp: '2026-03-01T11:50:00Z', ...metadata },
    spec: { nodeName: undefined, ...spec },
    status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }], containerStatuses: [] },
  });
}

/** A pod with one container in this state; `lastState` and restarts as a crash leaves them. */
export function podIn(
  name: string,
  state: ContainerState,
  more: { readonly lastState?: ContainerState; readonly spec?: Partial<PodSpec>; readonly phase?: string; readonly metadata?: Partial<ObjectMeta> } = {},
): Pod {
  const spec = podSpec({ nodeName: 'node-1', ...more.spec });
  const containerStatuses = spec.containers.map(({ name: called }) => ({
    name: called,
    ready: false,
    restartCount: more.lastState ? 3 : 0,
    state,
    lastState: more.lastState ?? {},
  }));
  return pod(name, { metadata: more.metadata ?? {}, spec, status: { phase: more.phase ?? 'Pending', conditions: [], containerStatuses } });
}

export function claim(name: string, spec: Partial<PersistentVolumeClaim['spec']> = {}, phase = 'Pending'): PersistentVolumeClaim {
  return {
    kind: 'PersistentVolumeClaim',
    metadata: meta(name),
    spec: { storageClassName: '', accessModes: ['ReadWriteOnce'], requests: { storage: '1Gi' }, ...spec },
    status: { phase, capacity: {}, conditions: [] },
  };
}

export function claimSubject(object: PersistentVolumeClaim): ClaimSubject {
  return { kind: 'PersistentVolumeClaim', ref: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: object.metadata.name }, object, seenIn };
}

export function volume(
  name: string,
  spec: Partial<PersistentVolume['spec']> = {},
  more: { readonly phase?: string; readonly labels?: Readonly<Record<string, string>> } = {},
): PersistentVolume {
  return {
    kind: 'PersistentVolume',
    metadata: meta(name, { namespace: undefined, labels: more.labels ?? {} }),
    spec: { storageClassName: '', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], nodeAffinity: [], ...spec },
    status: { phase: more.phase ?? 'Available' },
  };
}

export function storageClass(name: string, more: Partial<StorageClass> = {}): StorageClass {
  return { kind: 'StorageClass', metadata: meta(name, { namespace: undefined }), provisioner: 'csi.example.com', volumeBindingMode: 'Immediate', ...more };
}

/** A ReplicaSet of `workload(deployment)`. */
export function replicaSet(
  deployment: string,
  more: {
    readonly metadata?: Partial<ObjectMeta>;
    readonly replicas?: number;
    readonly made?: number;
    readonly conditions?: readonly Condition[];
    readonly template?: PodTemplate;
  } = {},
): ReplicaSet {
  const owner = { kind: 'Deployment', name: deployment, uid: `deploy-${deployment}`, controller: true };
  return {
    kind: 'ReplicaSet',
    metadata: meta(`${deployment}-abc`, { uid: `rs-of-${deployment}`, ownerReferences: [owner], ...more.metadata }),
    spec: { replicas: more.replicas ?? 1, selector: { matchLabels: {}, matchExpressions: [] }, template: more.template ?? template() },
    status: { replicas: more.made ?? 1, readyReplicas: more.made ?? 1, availableReplicas: more.made ?? 1, conditions: more.conditions ?? [] },
  };
}

export function template(spec: Partial<PodSpec> = {}, labels: Readonly<Record<string, string>> = {}): PodTemplate {
  return { metadata: meta('', { labels }), spec: podSpec(spec) };
}

/** The Deployment of `workload(name)`. */
export function deployment(
  name: string,
  more: { readonly spec?: Partial<Deployment['spec']>; readonly status?: Partial<Deployment['status']>; readonly metadata?: Partial<ObjectMeta> } = {},
): Deployment {
  return {
    kind: 'Deployment',
    metadata: meta(name, { uid: `deploy-${name}`, ...more.metadata }),
    spec: { replicas: 1, selector: { matchLabels: {}, matchExpressions: [] }, template: template({}, { app: name }), strategy: {}, ...more.spec },
    status: { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, unavailableReplicas: 0, conditions: [], ...more.status },
  };
}

export function statefulSet(
  name: string,
  more: { readonly spec?: Partial<StatefulSet['spec']>; readonly status?: Partial<StatefulSet['status']> } = {},
): StatefulSet {
  return {
    kind: 'StatefulSet',
    metadata: meta(name, { uid: `sts-${name}` }),
    spec: {
      replicas: 3,
      selector: { matchLabels: {}, matchExpressions: [] },
      template: template(),
      volumeClaimTemplates: [],
      updateStrategy: {},
      ...more.spec,
    },
    status: { replicas: 3, readyReplicas: 3, availableReplicas: 3, updatedReplicas: 3, conditions: [], ...more.status },
  };
}

export function job(
  name: string,
  more: { readonly metadata?: Partial<ObjectMeta>; readonly spec?: Partial<Job['spec']>; readonly status?: Partial<Job['status']> } = {},
): Job {
  return {
    kind: 'Job',
    metadata: meta(name, { uid: `job-${name}`, ...more.metadata }),
    spec: { template: template(), selector: { matchLabels: {}, matchExpressions: [] }, ...more.spec },
    status: { active: 0, succeeded: 1, failed: 0, conditions: [], ...more.status },
  };
}

export function cronJob(
  name: string,
  more: { readonly metadata?: Partial<ObjectMeta>; readonly spec?: Partial<CronJob['spec']>; readonly status?: Partial<CronJob['status']> } = {},
): CronJob {
  return {
    kind: 'CronJob',
    metadata: meta(name, more.metadata),
    spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: template() } }, ...more.spec },
    status: { active: [], lastScheduleTime: '2026-03-01T11:55:00Z', ...more.status },
  };
}

export function autoscaler(
  name: string,
  more: { readonly spec?: Partial<HorizontalPodAutoscaler['spec']>; readonly status?: Partial<HorizontalPodAutoscaler['status']> } = {},
): HorizontalPodAutoscaler {
  return {
    kind: 'HorizontalPodAutoscaler',
    metadata: meta(name),
    spec: { scaleTargetRef: { kind: 'Deployment', name }, minReplicas: 2, maxReplicas: 5, metrics: [], ...more.spec },
    status: {
      currentReplicas: 2,
      desiredReplicas: 2,
      conditions: [{ type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' }],
      currentMetrics: [],
      ...more.status,
    },
  };
}

export function disruptionBudget(name: string, status: Partial<PodDisruptionBudget['status']> = {}): PodDisruptionBudget {
  return {
    kind: 'PodDisruptionBudget',
    metadata: meta(name),
    spec: { minAvailable: 2, selector: { matchLabels: { app: name }, matchExpressions: [] } },
    status: { currentHealthy: 3, desiredHealthy: 2, expectedPods: 3, disruptionsAllowed: 1, conditions: [], ...status },
  };
}

export function quota(
  name: string,
  hard: Readonly<Record<string, string>>,
  used: Readonly<Record<string, string>>,
  metadata: Partial<ObjectMeta> = {},
): ResourceQuota {
  return { kind: 'ResourceQuota', metadata: meta(name, metadata), spec: { hard, scopes: [] }, status: { hard, used } };
}

export function serviceAccount(name: string): ServiceAccount {
  return { kind: 'ServiceAccount', metadata: meta(name), imagePullSecrets: [] };
}

export function configMap(name: string, data: Readonly<Record<string, string>> = {}, metadata: Partial<ObjectMeta> = {}): ConfigMap {
  return { kind: 'ConfigMap', metadata: meta(name, metadata), data, binaryKeys: [] };
}

export function secret(name: string, keys: readonly string[] = []): SecretKeys {
  return { kind: 'Secret', metadata: meta(name), keys };
}

/** Looking at NOW at trouble that began then at the latest. */
export const circumstances = { now: NOW, onset: NOW };
