import { type KubernetesTopic, type KubernetesTopics, TOPIC_FACTS } from '#domain/topic.ts';
import { readAutoscaler, readDisruptionBudget } from './autoscaling.ts';
import {
  readApiService,
  readConfigMap,
  readLease,
  readLimitRange,
  readNamespace,
  readNode,
  readQuota,
  readSecret,
  readServiceAccount,
  readWebhooks,
} from './cluster.ts';
import { readApplication, readHelmRelease, readKustomization } from './delivery.ts';
import { readEndpoints } from './endpoints.ts';
import { readEvent } from './event.ts';
import { readCronJob, readJob } from './job.ts';
import { readMeta } from './meta.ts';
import { readIngress, readNetworkPolicy, readService } from './network.ts';
import { readPod } from './pod.ts';
import { isObject, type Raw } from './read.ts';
import { readClaim, readStorageClass, readVolumeObject } from './storage.ts';
import { readDaemonSet, readDeployment, readReplicaSet, readStatefulSet } from './workload.ts';

/** The objects of a list that can be used, and how many could not: those without a name. */
export interface ParsedList<T extends KubernetesTopic> {
  readonly items: readonly KubernetesTopics[T][];
  readonly skipped: number;
}

type Reader<T extends KubernetesTopic> = (raw: Raw) => Omit<KubernetesTopics[T], 'kind' | 'metadata'>;

const READERS: { readonly [T in Exclude<KubernetesTopic, 'endpoints'>]: Reader<T> } = {
  pods: readPod,
  events: readEvent,
  deployments: readDeployment,
  replicasets: readReplicaSet,
  statefulsets: readStatefulSet,
  daemonsets: readDaemonSet,
  jobs: readJob,
  cronjobs: readCronJob,
  services: readService,
  ingresses: readIngress,
  ingressclasses: () => ({}),
  networkpolicies: readNetworkPolicy,
  persistentvolumeclaims: readClaim,
  persistentvolumes: readVolumeObject,
  storageclasses: readStorageClass,
  nodes: readNode,
  leases: readLease,
  namespaces: readNamespace,
  resourcequotas: readQuota,
  limitranges: readLimitRange,
  serviceaccounts: readServiceAccount,
  configmaps: readConfigMap,
  secrets: readSecret,
  horizontalpodautoscalers: readAutoscaler,
  poddisruptionbudgets: readDisruptionBudget,
  validatingwebhookconfigurations: readWebhooks,
  mutatingwebhookconfigurations: readWebhooks,
  apiservices: readApiService,
  applications: readApplication,
  kustomizations: readKustomization,
  helmreleases: readHelmRelease,
};

/**
 * Turns the items of a list, as the API gave them, into the objects we judge. Never throws: a field that is missing or malformed falls
 * back, an item without a name is skipped and counted. `endpoints` takes EndpointSlices and Endpoints alike.
 */
export function parseItems<T extends KubernetesTopic>(topic: T, items: readonly unknown[]): ParsedList<T> {
  if (topic === 'endpoints') return readEndpoints(items) as ParsedList<KubernetesTopic> as ParsedList<T>;
  const { kind } = TOPIC_FACTS[topic];
  const read = READERS[topic as keyof typeof READERS] as unknown as Reader<T>;
  const parsed: KubernetesTopics[T][] = [];
  for (const item of items) {
    const whole = isObject(item) ? readMeta(item['metadata']) : undefined;
    // Annotations of a Secret may repeat what it holds, those of a release what it is given.
    const metadata = (topic === 'secrets' || TOPIC_FACTS[topic].addOn) && whole ? { ...whole, annotations: {} } : whole;
    // The cast says what READERS says: the reader of a topic reads all of it but kind and metadata.
    if (metadata) parsed.push({ kind, metadata, ...read(item as Raw) } as unknown as KubernetesTopics[T]);
  }
  return { items: parsed, skipped: items.length - parsed.length };
}

/** A whole list object; undefined when it is none, which is not the same as an empty one. */
export function parseList<T extends KubernetesTopic>(topic: T, rawList: unknown): ParsedList<T> | undefined {
  const items = itemsOf(rawList);
  return items && parseItems(topic, items);
}

/** The items of a List; `items: null` is how some servers write an empty one. */
export function itemsOf(rawList: unknown): readonly unknown[] | undefined {
  if (Array.isArray(rawList)) return rawList;
  if (!isObject(rawList)) return undefined;
  if (Array.isArray(rawList['items'])) return rawList['items'];
  const isList = typeof rawList['kind'] === 'string' && rawList['kind'].endsWith('List');
  return isList && (rawList['items'] === null || rawList['items'] === undefined) ? [] : undefined;
}
