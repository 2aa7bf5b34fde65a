import type { AlertSpec } from '../../scripts/scenarios/alerts.ts';
import type { KubeObject, World } from '../../scripts/scenarios/world.ts';

/** Any JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: Fields;
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  ports?: { name?: string; containerPort: number; protocol?: string; hostPort?: number }[];
  env?: EnvVar[];
  envFrom?: Fields[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  volumeMounts?: Fields[];
  livenessProbe?: Fields;
  readinessProbe?: Fields;
  startupProbe?: Fields;
  securityContext?: Fields;
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes?: Fields[];
  serviceAccountName?: string;
  imagePullSecrets?: { name: string }[];
  nodeSelector?: Record<string, string>;
  affinity?: Fields;
  tolerations?: Fields[];
  topologySpreadConstraints?: Fields[];
  dnsPolicy?: string;
  dnsConfig?: Fields;
  securityContext?: Fields;
  priorityClassName?: string;
  hostNetwork?: boolean;
  restartPolicy?: string;
  activeDeadlineSeconds?: number;
}

export interface Template {
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  spec: PodSpec;
}

export interface Ended {
  readonly exit: number;
  readonly reason: string;
  /** Minutes before the snapshot. */
  readonly ago: number;
  readonly ranSeconds: number;
  readonly message?: string;
}

/** What one container does. Minutes are before the snapshot. */
export type ContainerState =
  | { readonly is: 'running'; readonly ready?: boolean; readonly since?: number; readonly restarts?: number; readonly last?: Ended }
  | { readonly is: 'waiting'; readonly reason: string; readonly message?: string; readonly restarts?: number; readonly last?: Ended }
  | { readonly is: 'ended'; readonly how: Ended; readonly restarts?: number };

/** Where and as what a log line is written. */
export interface Place {
  readonly at: Date;
  readonly pod: string;
  readonly ip: string;
  readonly node: string;
  /** Of the first pod of a workload of the application. */
  readonly ipOf: (workload: string) => string;
  readonly clusterIpOf: (service: string) => string;
}

/** One line of a log: its age in minutes, and its text. */
export type Line = readonly [ago: number, text: string | ((place: Place) => string)];

interface PodEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string | ((place: Place) => string);
  readonly first: number;
  readonly last?: number;
  readonly count?: number;
  /** `kubelet` unless said. */
  readonly by?: string;
  /** The container it is about. */
  readonly container?: string;
}

export interface PodDraft {
  /** Index of the revision it belongs to. */
  revision: number;
  ago: number;
  /** Undefined: not scheduled. */
  node?: string;
  /** What the scheduler says of a pod without a node. */
  unschedulable?: string;
  states: Record<string, ContainerState>;
  initStates?: Record<string, ContainerState>;
  logs: Record<string, Line[]>;
  previous: Record<string, Line[]>;
  logErrors: Record<string, string>;
  events: PodEvent[];
  /** Pods that Kubernetes ended itself, such as evicted ones. */
  failed?: { readonly reason: string; readonly message: string; readonly ago: number };
  deletingAgo?: number;
  /** The node controller took its readiness away. */
  lostAgo?: number;
  name?: string;
}

export interface Revision {
  template: Template;
  ago: number;
  /** Why the controller cannot make its pods. */
  refused?: string;
}

export interface Workload {
  /** Static: pods that the kubelet of a node runs from files. */
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Static';
  name: string;
  namespace: string;
  replicas: number;
  /** Oldest first; the last is what is wanted. */
  revisions: Revision[];
  pods: PodDraft[];
  strategy: 'RollingUpdate' | 'Recreate';
  claims: Fields[];
  annotations: Record<string, string>;
  /** Labels of its pods that its selector names; the first usual one unless said. */
  selects?: readonly string[];
  /** The DaemonSet's count of nodes it wants; its number of pods unless said. */
  desired?: number;
  /** Minutes since it has too few pods; undefined while it has enough. */
  shortSince?: number;
  progressDeadline?: number;
  /** What its main container writes when all is well, for one pod. */
  routine: (pod: PodDraft) => Line[];
}

export interface ServiceDraft {
  name: string;
  namespace: string;
  ports: { name?: string; port: number; targetPort: number | string; protocol?: string; appProtocol?: string }[];
  selector?: Record<string, string>;
  type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  headless?: boolean;
  externalName?: string;
  ago: number;
  managedFields?: Fields[];
}

export interface NodeDraft {
  name: string;
  ip: string;
  cpu: number;
  memoryKi: number;
  labels: Record<string, string>;
  taints: Fields[];
  unschedulable?: boolean;
  /** Conditions that differ from a healthy node's. */
  conditions: Record<string, { readonly status: string; readonly reason: string; readonly message: string; readonly since: number }>;
  /** Minutes since its kubelet was last heard of. */
  silent?: number;
  ago: number;
}

/** Names that are known once the objects are made. */
export interface Made {
  readonly world: World;
  readonly podsOf: (workload: string) => readonly KubeObject[];
  readonly find: (kind: string, name: string) => KubeObject;
}

export interface Draft {
  readonly id: string;
  readonly takenAt: string;
  readonly namespace: string;
  /** Whether log lines begin with the runtime's timestamp. */
  readonly stamped: boolean;
  /** Control plane and proxy are one process of the node (as k3s has it), not pods. */
  selfContained: boolean;
  /** An alert bears the labels of the exporter's pod, so the pod must be there. */
  exporter: boolean;
  nodes: NodeDraft[];
  workloads: Workload[];
  services: ServiceDraft[];
  configMaps: { name: string; namespace?: string; data: Record<string, string>; ago: number }[];
  secrets: { name: string; keys: string[]; type?: string; ago: number }[];
  serviceAccounts: string[];
  namespaces: { name: string; labels?: Record<string, string> }[];
  /** Objects and events that the parts above do not make, in this order, after them. */
  extras: ((made: Made) => void)[];
  /** Lines of `metrics.om`, by metric name. */
  metrics: ((made: Made) => string[])[];
  groupLabels: Record<string, string>;
  alerts: ((made: Made) => AlertSpec)[];
  expected: { root_cause: string; object: string; family: string };
}
