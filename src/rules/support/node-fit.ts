import type { Node, PersistentVolume, PersistentVolumeClaim, Taint } from '#domain/kubernetes/cluster.ts';
import type { LabelSelectorRequirement } from '#domain/kubernetes/meta.ts';
import type { NodeSelectorTerm, Pod, PodAffinityTerm, Toleration } from '#domain/kubernetes/pod.ts';
import { matchesSelector } from '#lib/label-selector.ts';
import { parseQuantity } from '#lib/quantity.ts';
import { type Amounts, amounts, podRequests, reservedBy } from './pod-requests.ts';
import { isFinished } from './pods.ts';

/** What keeps a pod off a node. `unready`: the node's own trouble, told by the taints that Kubernetes sets for it. */
export type ObstacleKind =
  | 'selector'
  | 'affinity'
  | 'volume'
  | 'unready'
  | 'control-plane'
  | 'cordoned'
  | 'taint'
  | 'cpu'
  | 'memory'
  | 'resource'
  | 'pods'
  | 'anti-affinity'
  | 'pod-affinity'
  | 'spread'
  | 'host-port';

export interface Obstacle {
  readonly kind: ObstacleKind;
  /** What exactly, for a sentence: `disktype=ssd`, `dedicated=gpu:NoSchedule`, the other pod. */
  readonly detail: string;
}

/** What could be read of a cluster. */
export interface ClusterLists {
  readonly nodes: readonly Node[];
  /** All pods that could be listed. */
  readonly pods: readonly Pod[];
  readonly volumes: readonly PersistentVolume[];
  readonly claims: readonly PersistentVolumeClaim[];
}

/** The same with the pods sorted by where they are, so that judging many nodes reads them once. */
export interface ClusterState extends ClusterLists {
  /** Pods that hold room on a node. */
  readonly byNode: ReadonlyMap<string, readonly Pod[]>;
  readonly nodeByName: ReadonlyMap<string, Node>;
  readonly placed: readonly Pod[];
  /** What is not reserved yet on each node, by resource. */
  readonly freeOn: ReadonlyMap<string, Amounts>;
  /** Those of them that keep others away. */
  readonly repelling: readonly Pod[];
}

export function clusterState(lists: ClusterLists): ClusterState {
  const placed = lists.pods.filter((pod) => pod.spec.nodeName !== undefined && !isFinished(pod));
  const byNode = Map.groupBy(placed, ({ spec }) => spec.nodeName ?? '');
  return {
    ...lists,
    placed,
    byNode,
    nodeByName: new Map(lists.nodes.map((node) => [node.metadata.name, node])),
    freeOn: new Map(lists.nodes.map((node) => [node.metadata.name, freeOn(node, byNode.get(node.metadata.name) ?? [])])),
    repelling: placed.filter(({ spec }) => (spec.affinity?.podAntiAffinity?.required ?? []).length > 0),
  };
}

/** Labels and taints of control-plane nodes, new and old. */
export const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
/** Set by the node controller for conditions of the node. @see https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const CONDITION_TAINT =
  /^node\.kubernetes\.io\/(?:not-ready|unreachable|memory-pressure|disk-pressure|pid-pressure|network-unavailable|out-of-service)$|^node\.cloudprovider\.kubernetes\.io\//;
const CORDON_TAINT = 'node.kubernetes.io/unschedulable';

/**
 * Everything that keeps the pod off the node, recomputed as the scheduler's filters do: placement, taints, resources, neighbours, volumes. Empty: it fits, as
 * far as can be seen.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
 */
export function obstaclesOn(node: Node, pod: Pod, cluster: ClusterState): readonly Obstacle[] {
  return [
    ...unmatchedSelector(node, pod),
    ...(fitsNodeAffinity(node, pod) ? [] : [{ kind: 'affinity', detail: affinityText(pod) } as const]),
    ...outOfVolumes(node, pod, cluster),
    ...againstTaints(node, pod),
    ...shortOfResources(node, pod, cluster),
    ...againstNeighbours(node, pod, cluster),
  ];
}

function unmatchedSelector({ metadata }: Node, { spec }: Pod): Obstacle[] {
  return Object.entries(spec.nodeSelector)
    .filter(([key, value]) => metadata.labels[key] !== value)
    .map(([key, value]) => ({ kind: 'selector', detail: `${key}=${value}` }));
}

export function fitsNodeAffinity(node: Node, { spec }: Pod): boolean {
  const terms = spec.affinity?.nodeAffinity?.required ?? [];
  return terms.length === 0 || terms.some((term) => fitsTerm(node, term));
}

/** Terms are alternatives; the expressions of one must all hold, and a term without any matches nothing. */
function fitsTerm(node: Node, { matchExpressions, matchFields }: NodeSelectorTerm): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return matchExpressions.every((it) => holds(it, node.metadata.labels)) && matchFields.every((it) => holds(it, { 'metadata.name': node.metadata.name }));
}

function holds(term: LabelSelectorRequirement, labels: Readonly<Record<string, string>>): boolean {
  if (term.operator !== 'Gt' && term.operator !== 'Lt') return matchesSelector({ matchLabels: {}, matchExpressions: [term] }, labels);
  const [bound, value] = [Number(term.values[0]), Number(labels[term.key] ?? Number.NaN)];
  return term.operator === 'Gt' ? value > bound : value < bound;
}

/** The required node affinity as a person writes it: `zone in (a, b) or disk exists`. */
export function affinityText({ spec }: Pod): string {
  const words = ({ key, operator, values }: LabelSelectorRequirement) => `${key} ${operator}${values.length > 0 ? ` (${values.join(', ')})` : ''}`;
  return (spec.affinity?.nodeAffinity?.required ?? []).map((term) => [...term.matchExpressions, ...term.matchFields].map(words).join(' and ')).join(' or ');
}

function outOfVolumes(node: Node, pod: Pod, { claims, volumes }: ClusterState): Obstacle[] {
  return pod.spec.volumes.flatMap(({ persistentVolumeClaim: mounted }) => {
    const claim = claims.find(({ metadata }) => metadata.name === mounted?.claimName && metadata.namespace === pod.metadata.namespace);
    const volume = volumes.find(({ metadata }) => metadata.name === claim?.spec.volumeName);
    const terms = volume?.spec.nodeAffinity ?? [];
    if (terms.length === 0 || terms.some(({ matchExpressions }) => matchExpressions.every((it) => holds(it, node.metadata.labels)))) return [];
    return [{ kind: 'volume', detail: `claim ${claim?.metadata.name} on volume ${volume?.metadata.name}` } as const];
  });
}

function againstTaints(node: Node, { spec }: Pod): Obstacle[] {
  const untolerated = node.spec.taints.filter(
    (taint) => (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !spec.tolerations.some((it) => tolerates(it, taint)),
  );
  const cordoned = node.spec.unschedulable === true && !spec.tolerations.some((it) => tolerates(it, { key: CORDON_TAINT, effect: 'NoSchedule' }));
  return [
    ...(cordoned ? [{ kind: 'cordoned', detail: node.metadata.name } as const] : []),
    ...untolerated.filter(({ key }) => key !== CORDON_TAINT).map((taint) => ({ kind: kindOf(taint), detail: taintText(taint) })),
  ];
}

function kindOf({ key }: Taint): ObstacleKind {
  if (CONTROL_PLANE.includes(key)) return 'control-plane';
  return CONDITION_TAINT.test(key) ? 'unready' : 'taint';
}

function taintText({ key, value, effect }: Taint): string {
  return `${key}${value ? `=${value}` : ''}:${effect}`;
}

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (!toleration.key) return toleration.operator === 'Exists';
  return toleration.key === taint.key && (toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? ''));
}

function shortOfResources(node: Node, pod: Pod, { byNode, freeOn }: ClusterState): Obstacle[] {
  const there = byNode.get(node.metadata.name) ?? [];
  const free = freeOn.get(node.metadata.name) ?? {};
  const limit = parseQuantity(node.status.allocatable['pods']);
  const short = Object.entries(podRequests(pod.spec)).filter(
    ([name, wanted]) =>
      wanted > 0 && wanted > (free[name] ?? (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' ? Number.POSITIVE_INFINITY : 0)),
  );
  return [
    ...short.map(([name]): Obstacle => ({ kind: name === 'cpu' || name === 'memory' ? name : 'resource', detail: name })),
    ...(limit !== undefined && there.length >= limit ? [{ kind: 'pods', detail: `${there.length} of ${limit}` } as const] : []),
    ...takenPorts(pod, there),
  ];
}

function freeOn(node: Node, pods: readonly Pod[]): Amounts {
  const reserved = reservedBy(pods);
  return Object.fromEntries(Object.entries(amounts(node.status.allocatable)).map(([name, all]) => [name, all - (reserved[name] ?? 0)]));
}

function takenPorts(pod: Pod, there: readonly Pod[]): Obstacle[] {
  const portsOf = (one: Pod) =>
    one.spec.containers.flatMap(({ ports }) => ports.flatMap(({ hostPort, protocol }) => (hostPort ? [`${hostPort}/${protocol ?? 'TCP'}`] : [])));
  const taken = new Set(there.flatMap(portsOf));
  return portsOf(pod)
    .filter((port) => taken.has(port))
    .map((port) => ({ kind: 'host-port' as const, detail: port }));
}

function againstNeighbours(node: Node, pod: Pod, cluster: ClusterState): Obstacle[] {
  const own = pod.spec.affinity;
  const near = (term: PodAffinityTerm) => cluster.placed.find((one) => selects(term, pod, one) && sameDomain(term.topologyKey, node, one, cluster));
  const repelledBy = (own?.podAntiAffinity?.required ?? []).flatMap((term) => near(term) ?? []);
  const repels = cluster.repelling.filter((one) =>
    (one.spec.affinity?.podAntiAffinity?.required ?? []).some((term) => selects(term, one, pod) && sameDomain(term.topologyKey, node, one, cluster)),
  );
  const lonely = (own?.podAffinity?.required ?? []).filter((term) => near(term) === undefined && !isFirstOfItsKind(term, pod, cluster.placed));
  return [
    ...[...repelledBy, ...repels].slice(0, 1).map((one): Obstacle => ({ kind: 'anti-affinity', detail: `Pod ${one.metadata.name}` })),
    ...lonely
      .slice(0, 1)
      .map((term): Obstacle => ({ kind: 'pod-affinity', detail: `pods with ${selectorText(term.labelSelector)} in the same ${term.topologyKey}` })),
  ];
}

function sameDomain(topologyKey: string, node: Node, other: Pod, { nodeByName }: ClusterState): boolean {
  if (topologyKey === 'kubernetes.io/hostname') return other.spec.nodeName === node.metadata.name;
  const domain = node.metadata.labels[topologyKey];
  return domain !== undefined && domain === nodeByName.get(other.spec.nodeName ?? '')?.metadata.labels[topologyKey];
}

function selects({ labelSelector, namespaces }: PodAffinityTerm, owner: Pod, other: Pod): boolean {
  const inside = namespaces.length > 0 ? namespaces.includes(other.metadata.namespace ?? '') : other.metadata.namespace === owner.metadata.namespace;
  return inside && labelSelector !== undefined && matchesSelector(labelSelector, other.metadata.labels);
}

/** A pod that wants to be near its own kind may be the first of them. */
function isFirstOfItsKind(term: PodAffinityTerm, pod: Pod, placed: readonly Pod[]): boolean {
  return selects(term, pod, pod) && !placed.some((one) => selects(term, pod, one));
}

function selectorText(selector: PodAffinityTerm['labelSelector']): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return [...labels, ...(selector?.matchExpressions ?? []).map(({ key, operator, values }) => `${key} ${operator} (${values.join(', ')})`)].join(', ');
}
