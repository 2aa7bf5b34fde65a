import { createHash } from 'node:crypto';

/** A Kubernetes object as JSON, as far as the builder needs to know it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMeta;
  readonly [field: string]: unknown;
}

export interface KubeMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly creationTimestamp: string;
  readonly [field: string]: unknown;
}

export interface EventSpec {
  readonly about: KubeObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Minutes before the snapshot. */
  readonly firstAgo: number;
  /** Minutes before the snapshot; the same as `firstAgo` unless it happened again. */
  readonly lastAgo?: number;
  readonly count?: number;
  readonly component: string;
  readonly host?: string;
  readonly fieldPath?: string;
}

/**
 * A small cluster at one moment, filled object by object and written as a snapshot directory. Deterministic: every uid, suffix and
 * hash follows from names, so that building twice gives the same bytes.
 */
export interface World {
  readonly takenAt: string;
  readonly namespace: string;
  readonly objects: Map<string, KubeObject[]>;
  readonly logs: Map<string, string>;
  /** UTC RFC 3339 with whole seconds, `minutes` before the snapshot. */
  ago(minutes: number): string;
  add<T extends KubeObject>(object: T): T;
  event(event: EventSpec): void;
  /** Lines with their age in minutes; written with the container runtime's timestamp in front. */
  log(pod: KubeObject, container: string, lines: readonly (readonly [minutesAgo: number, text: string])[], run?: 'current' | 'previous'): void;
}

/** Where each kind is written: `<plural>[.<group>].json`. */
export const FILES: Readonly<Record<string, string>> = {
  Pod: 'pods',
  Event: 'events',
  Node: 'nodes',
  Namespace: 'namespaces',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  ResourceQuota: 'resourcequotas',
  LimitRange: 'limitranges',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  PersistentVolume: 'persistentvolumes',
  Deployment: 'deployments.apps',
  ReplicaSet: 'replicasets.apps',
  StatefulSet: 'statefulsets.apps',
  DaemonSet: 'daemonsets.apps',
  Job: 'jobs.batch',
  CronJob: 'cronjobs.batch',
  EndpointSlice: 'endpointslices.discovery.k8s.io',
  Ingress: 'ingresses.networking.k8s.io',
  IngressClass: 'ingressclasses.networking.k8s.io',
  NetworkPolicy: 'networkpolicies.networking.k8s.io',
  StorageClass: 'storageclasses.storage.k8s.io',
  Lease: 'leases.coordination.k8s.io',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers.autoscaling',
  PodDisruptionBudget: 'poddisruptionbudgets.policy',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations.admissionregistration.k8s.io',
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  APIService: 'apiservices.apiregistration.k8s.io',
};

/** The API server forgets events after an hour. */
const EVENT_MINUTES = 60;

export function createWorld(takenAt: string, namespace: string): World {
  const now = Date.parse(takenAt);
  const objects = new Map<string, KubeObject[]>(Object.keys(FILES).map((kind) => [kind, []]));
  const logs = new Map<string, string>();
  const world: World = {
    takenAt,
    namespace,
    objects,
    logs,
    ago: (minutes) => new Date(now - Math.round(minutes * 60) * 1000).toISOString().replace('.000Z', 'Z'),
    add(object) {
      objects.get(object.kind)?.push(object);
      return object;
    },
    event({ about, type, reason, message, firstAgo, lastAgo = firstAgo, count = 1, component, host, fieldPath }) {
      if (lastAgo >= EVENT_MINUTES) return;
      const { name } = about.metadata;
      const namespace = about.metadata.namespace ?? 'default';
      const key = `${about.kind}/${namespace}/${name}/${reason}/${message}/${firstAgo}`;
      world.add({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: {
          name: `${name}.${digest(`event ${key}`).slice(0, 16)}`,
          namespace,
          uid: uidOf(`Event ${key}`),
          resourceVersion: versionOf(key),
          creationTimestamp: world.ago(firstAgo),
        },
        involvedObject: {
          kind: about.kind,
          ...(about.metadata.namespace === undefined ? {} : { namespace: about.metadata.namespace }),
          name,
          // The kubelet writes its node's name where others write the uid.
          uid: about.kind === 'Node' && component === 'kubelet' ? name : about.metadata.uid,
          apiVersion: about.apiVersion,
          ...(fieldPath === undefined ? {} : { fieldPath }),
        },
        reason,
        message,
        source: host === undefined ? { component } : { component, host },
        firstTimestamp: world.ago(firstAgo),
        lastTimestamp: world.ago(lastAgo),
        count,
        type,
        eventTime: null,
        reportingComponent: component,
        reportingInstance: host ?? '',
      });
    },
    log(pod, container, lines, run = 'current') {
      const path = `${pod.metadata.namespace}/${pod.metadata.name}/${container}${run === 'previous' ? '.previous' : ''}.log`;
      const text = lines.map(([minutesAgo, line]) => `${new Date(now - minutesAgo * 60_000).toISOString().replace('Z', '482913Z')} ${line}\n`);
      logs.set(path, text.join(''));
    },
  };
  return world;
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A version 4 UUID in form, made from the name of what it identifies. */
export function uidOf(text: string): string {
  const hex = digest(`uid ${text}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function versionOf(text: string): string {
  return String(4_000_000 + (Number.parseInt(digest(text).slice(0, 6), 16) % 900_000));
}

/** Kubernetes' alphabet for generated names: no vowels, no digits that look like letters. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

export function suffixOf(text: string, length: number): string {
  const bytes = createHash('sha256').update(`suffix ${text}`).digest().subarray(0, length);
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** The metadata that every object has. `agoMinutes` is its age at the snapshot. */
export function meta(
  world: World,
  kind: string,
  name: string,
  agoMinutes: number,
  more: Readonly<Record<string, unknown>> & { readonly namespace?: string | null } = {},
): KubeMeta {
  const { namespace = world.namespace, ...rest } = more;
  const key = `${world.takenAt} ${kind}/${namespace ?? ''}/${name}`;
  return {
    name,
    ...(namespace === null ? {} : { namespace }),
    uid: uidOf(key),
    resourceVersion: versionOf(key),
    creationTimestamp: world.ago(agoMinutes),
    ...rest,
  };
}

export function ownedBy(owner: KubeObject): readonly Readonly<Record<string, unknown>>[] {
  return [{ apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid, controller: true, blockOwnerDeletion: true }];
}
