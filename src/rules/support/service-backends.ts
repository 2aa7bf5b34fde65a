import type { Evidence } from '#domain/evidence.ts';
import type { ObjectMeta } from '#domain/kubernetes/meta.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import type { Pod, PodSpec } from '#domain/kubernetes/pod.ts';
import type { DaemonSet, Deployment, StatefulSet } from '#domain/kubernetes/workload.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { matchesLabels } from '#lib/label-selector.ts';
import { listIndex } from '#lib/list-index.ts';
import type { AskFor } from '../rule.ts';
import { isFinished } from './pods.ts';
import { asProtocol, resolveTargetPort } from './served-ports.ts';

/** What makes pods, as far as a Service or a caller cares. */
export interface Maker {
  readonly ref: ObjectRef;
  readonly createdAt: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  /** Replicas wanted; undefined for a DaemonSet. */
  readonly wanted: number | undefined;
}

/** The Deployments, StatefulSets and DaemonSets of a namespace. What cannot be listed is left out, so an empty answer proves nothing. */
export async function makersOf(namespace: string | undefined, ask: AskFor<'deployments' | 'statefulsets' | 'daemonsets'>): Promise<readonly Maker[]> {
  const deployments = itemsOf<Deployment>(await ask(list('deployments', namespace)));
  const statefulSets = itemsOf<StatefulSet>(await ask(list('statefulsets', namespace)));
  const daemonSets = itemsOf<DaemonSet>(await ask(list('daemonsets', namespace)));
  return [
    ...deployments.map((one) => maker('Deployment', one.metadata, one.spec.template, one.spec.replicas ?? 1)),
    ...statefulSets.map((one) => maker('StatefulSet', one.metadata, one.spec.template, one.spec.replicas ?? 1)),
    ...daemonSets.map((one) => maker('DaemonSet', one.metadata, one.spec.template, undefined)),
  ];
}

function maker(
  kind: string,
  { namespace, name, uid, creationTimestamp }: ObjectMeta,
  template: Deployment['spec']['template'],
  wanted: number | undefined,
): Maker {
  return { ref: { kind, namespace, name, uid }, createdAt: creationTimestamp, labels: template.metadata.labels, spec: template.spec, wanted };
}

function itemsOf<T>(evidence: Evidence<readonly T[]>): readonly T[] {
  return evidence.outcome === 'present' ? evidence.data : [];
}

/** Whether a Service is one that finds its pods by labels: not ExternalName, and not one whose endpoints somebody else writes. */
export function selectsPods({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && Object.keys(spec.selector).length > 0;
}

/** The pods of a Service that may serve now or later: neither finished nor going away. */
export function podsBehind(service: Service, pods: readonly Pod[]): readonly Pod[] {
  if (!selectsPods(service)) return [];
  return candidates(service, pods).filter(
    (pod) =>
      pod.metadata.namespace === service.metadata.namespace &&
      pod.metadata.deletionTimestamp === undefined &&
      !isFinished(pod) &&
      matchesLabels(service.spec.selector, pod.metadata.labels),
  );
}

/** From so many pods on an index is quicker than looking at each. */
const MANY_PODS = 50;
const byLabel = listIndex<Pod>(({ metadata }) => Object.entries(metadata.labels).map(([key, value]) => `${key}=${value}`));

/** The pods that bear the rarest label of a Service's selector: all that it selects are among them. */
function candidates({ spec }: Service, pods: readonly Pod[]): readonly Pod[] {
  if (pods.length < MANY_PODS) return pods;
  const index = byLabel(pods);
  return Object.entries(spec.selector)
    .map(([key, value]) => index.get(`${key}=${value}`) ?? [])
    .reduce((rarest, group) => (group.length < rarest.length ? group : rarest));
}

/** Whether every port of a Service finds its target among the ports that these containers declare. */
export function portsFit(service: Service, spec: PodSpec): boolean {
  return (
    service.spec.ports.length > 0 &&
    service.spec.ports.every(({ port, targetPort, protocol }) => {
      const target = resolveTargetPort(targetPort ?? port, asProtocol(protocol), spec);
      return target !== undefined && spec.containers.some(({ ports }) => ports.some(({ containerPort }) => containerPort === target));
    })
  );
}

/** Names a Service of its own. */
export function serviceRef({ metadata }: Service): ObjectRef {
  return { kind: 'Service', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid };
}

/** When a Service was last changed by anybody, as its managed fields tell; else when it was made. */
export function changedAt({ metadata }: Pick<Service, 'metadata'>): string | undefined {
  const times = metadata.managedFields.filter(({ subresource, time }) => !subresource && time !== undefined).map(({ time }) => time ?? '');
  return times.toSorted().at(-1) ?? metadata.creationTimestamp;
}
