import type {
  AdmissionWebhookConfiguration,
  APIService,
  ConfigMap,
  KubernetesEvent,
  Lease,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  ResourceQuota,
  SecretKeys,
  ServiceAccount,
  StorageClass,
} from './kubernetes/cluster.ts';
import type { Application, HelmRelease, Kustomization } from './kubernetes/delivery.ts';
import type { KubernetesObject } from './kubernetes/meta.ts';
import type { Endpoints, Ingress, NetworkPolicy, Service } from './kubernetes/network.ts';
import type { Pod } from './kubernetes/pod.ts';
import type { CronJob, DaemonSet, Deployment, HorizontalPodAutoscaler, Job, PodDisruptionBudget, ReplicaSet, StatefulSet } from './kubernetes/workload.ts';

/** What can be listed in a cluster, by the plural that the API uses, and the shape of one item. */
export interface KubernetesTopics {
  readonly pods: Pod;
  readonly events: KubernetesEvent;
  readonly deployments: Deployment;
  readonly replicasets: ReplicaSet;
  readonly statefulsets: StatefulSet;
  readonly daemonsets: DaemonSet;
  readonly jobs: Job;
  readonly cronjobs: CronJob;
  readonly services: Service;
  readonly endpoints: Endpoints;
  readonly ingresses: Ingress;
  readonly ingressclasses: KubernetesObject;
  readonly networkpolicies: NetworkPolicy;
  readonly persistentvolumeclaims: PersistentVolumeClaim;
  readonly persistentvolumes: PersistentVolume;
  readonly storageclasses: StorageClass;
  readonly nodes: Node;
  readonly leases: Lease;
  readonly namespaces: Namespace;
  readonly resourcequotas: ResourceQuota;
  readonly limitranges: LimitRange;
  readonly serviceaccounts: ServiceAccount;
  readonly configmaps: ConfigMap;
  readonly secrets: SecretKeys;
  readonly horizontalpodautoscalers: HorizontalPodAutoscaler;
  readonly poddisruptionbudgets: PodDisruptionBudget;
  readonly validatingwebhookconfigurations: AdmissionWebhookConfiguration;
  readonly mutatingwebhookconfigurations: AdmissionWebhookConfiguration;
  readonly apiservices: APIService;
  readonly applications: Application;
  readonly kustomizations: Kustomization;
  readonly helmreleases: HelmRelease;
}
export type KubernetesTopic = keyof KubernetesTopics;

interface TopicFacts {
  readonly kind: string;
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
  /** Of an add-on: a cluster that does not serve it has none of them, which is a fact and no gap. */
  readonly addOn?: true;
}

/** Where each topic lives in the API. Permissions (deploy/), the recorder and kubectl hints are derived from this. */
export const TOPIC_FACTS: Readonly<Record<KubernetesTopic, TopicFacts>> = {
  pods: { kind: 'Pod', group: '', version: 'v1', namespaced: true },
  events: { kind: 'Event', group: '', version: 'v1', namespaced: true },
  deployments: { kind: 'Deployment', group: 'apps', version: 'v1', namespaced: true },
  replicasets: { kind: 'ReplicaSet', group: 'apps', version: 'v1', namespaced: true },
  statefulsets: { kind: 'StatefulSet', group: 'apps', version: 'v1', namespaced: true },
  daemonsets: { kind: 'DaemonSet', group: 'apps', version: 'v1', namespaced: true },
  jobs: { kind: 'Job', group: 'batch', version: 'v1', namespaced: true },
  cronjobs: { kind: 'CronJob', group: 'batch', version: 'v1', namespaced: true },
  services: { kind: 'Service', group: '', version: 'v1', namespaced: true },
  endpoints: { kind: 'EndpointSlice', group: 'discovery.k8s.io', version: 'v1', namespaced: true },
  ingresses: { kind: 'Ingress', group: 'networking.k8s.io', version: 'v1', namespaced: true },
  ingressclasses: { kind: 'IngressClass', group: 'networking.k8s.io', version: 'v1', namespaced: false },
  networkpolicies: { kind: 'NetworkPolicy', group: 'networking.k8s.io', version: 'v1', namespaced: true },
  persistentvolumeclaims: { kind: 'PersistentVolumeClaim', group: '', version: 'v1', namespaced: true },
  persistentvolumes: { kind: 'PersistentVolume', group: '', version: 'v1', namespaced: false },
  storageclasses: { kind: 'StorageClass', group: 'storage.k8s.io', version: 'v1', namespaced: false },
  nodes: { kind: 'Node', group: '', version: 'v1', namespaced: false },
  leases: { kind: 'Lease', group: 'coordination.k8s.io', version: 'v1', namespaced: true },
  namespaces: { kind: 'Namespace', group: '', version: 'v1', namespaced: false },
  resourcequotas: { kind: 'ResourceQuota', group: '', version: 'v1', namespaced: true },
  limitranges: { kind: 'LimitRange', group: '', version: 'v1', namespaced: true },
  serviceaccounts: { kind: 'ServiceAccount', group: '', version: 'v1', namespaced: true },
  configmaps: { kind: 'ConfigMap', group: '', version: 'v1', namespaced: true },
  secrets: { kind: 'Secret', group: '', version: 'v1', namespaced: true },
  horizontalpodautoscalers: { kind: 'HorizontalPodAutoscaler', group: 'autoscaling', version: 'v2', namespaced: true },
  poddisruptionbudgets: { kind: 'PodDisruptionBudget', group: 'policy', version: 'v1', namespaced: true },
  validatingwebhookconfigurations: { kind: 'ValidatingWebhookConfiguration', group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false },
  mutatingwebhookconfigurations: { kind: 'MutatingWebhookConfiguration', group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false },
  apiservices: { kind: 'APIService', group: 'apiregistration.k8s.io', version: 'v1', namespaced: false },
  applications: { kind: 'Application', group: 'argoproj.io', version: 'v1alpha1', namespaced: true, addOn: true },
  kustomizations: { kind: 'Kustomization', group: 'kustomize.toolkit.fluxcd.io', version: 'v1', namespaced: true, addOn: true },
  helmreleases: { kind: 'HelmRelease', group: 'helm.toolkit.fluxcd.io', version: 'v2', namespaced: true, addOn: true },
};
