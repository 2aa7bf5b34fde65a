import type { Node } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { type ClusterState, CONTROL_PLANE, type Obstacle, type ObstacleKind, obstaclesOn } from './node-fit.ts';
import { isFinished } from './pods.ts';
import { type SaidObstacle, saidObstacles } from './scheduler-words.ts';

/** What the nodes and the scheduler's sentence together say about where a pod cannot go. */
export interface Blockage {
  /** The reasons to lift: mostly one; several when each node has the same two or more. */
  readonly kinds: readonly ObstacleKind[];
  /** Nodes that the pod could use if the reasons were lifted. Empty when only the sentence is known. */
  readonly nodes: readonly string[];
  /** What the obstacles are about, without repetition: labels, taints, pods. */
  readonly details: readonly string[];
  /** `both` sources agree; or only one of them tells. */
  readonly told: 'both' | 'nodes' | 'scheduler';
  /** Lifting another reason would free as many nodes. */
  readonly contested: boolean;
  /** Nodes that the pod's placement rules allow and that are out of order themselves: room that is missing. */
  readonly lost: readonly string[];
}

/** Younger than this, a pod may simply be waiting for its turn. */
const GRACE_MS = 10_000;

/** The scheduler looked at the pod and found no place. Gated, deleted and very young pods are not meant. `now` is RFC 3339. */
export function isUnschedulable(pod: Pod, now: string): boolean {
  if (pod.spec.nodeName !== undefined || isFinished(pod) || pod.metadata.deletionTimestamp !== undefined) return false;
  const age = Date.parse(now) - Date.parse(pod.metadata.creationTimestamp ?? '');
  return schedulerSentence(pod) !== undefined && !(age < GRACE_MS);
}

/** `message` of the condition PodScheduled=False/Unschedulable; the pod keeps it when events are long gone. */
export function schedulerSentence(pod: Pod): string | undefined {
  return pod.status.conditions.find(({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable')?.message;
}

/** Placement rules that the pod itself carries: what does not meet them was never meant for it. */
const PLACEMENT: readonly ObstacleKind[] = ['selector', 'affinity', 'volume'];
/** Normal in most clusters, or the business of other rules: not the news where anything else is said. */
const BACKGROUND: readonly ObstacleKind[] = ['control-plane', 'unready', 'cordoned'];

/**
 * Why an unschedulable pod has no place. The nodes decide where they may be read, because the sentence counts each node under the first filter it failed only:
 * among the nodes that the pod's own placement rules allow, the reason is what alone keeps it off most of them. Undefined: it waits for its volumes, or nothing tells.
 */
export function blockage(pod: Pod, cluster: ClusterState | undefined): Blockage | undefined {
  if (!cluster) return blockageOf(pod, undefined);
  const known = judged.get(cluster) ?? new Map<Pod, Blockage | undefined>();
  judged.set(cluster, known);
  if (!known.has(pod)) known.set(pod, blockageOf(pod, cluster));
  return known.get(pod);
}

/** What was judged of a cluster, so that all rules about scheduling share the work. */
const judged = new WeakMap<ClusterState, Map<Pod, Blockage | undefined>>();

function blockageOf(pod: Pod, cluster: ClusterState | undefined): Blockage | undefined {
  const said = saidObstacles(schedulerSentence(pod) ?? '');
  if (said.some(({ kind }) => kind === 'unbound-claim' || kind === 'missing-claim')) return undefined;
  const computed = cluster ? fromNodes(pod, cluster) : undefined;
  if (!computed) return fromSentence(pod, said, cluster);
  const agrees = computed.kinds.some((kind) => said.some((it) => sameKind(it.kind, kind)));
  // The scheduler names what cannot be seen here (a pod of a namespace that may not be read, a full volume count): then it is right.
  if (said.length > 0 && !agrees) return fromSentence(pod, said, cluster) ?? computed;
  return { ...computed, told: agrees ? 'both' : 'nodes' };
}

/** Selector and affinity are one filter to the scheduler. */
function sameKind(said: SaidObstacle['kind'], kind: ObstacleKind): boolean {
  return said === kind || ((said === 'selector' || said === 'affinity') && (kind === 'selector' || kind === 'affinity'));
}

function fromNodes(pod: Pod, cluster: ClusterState): Blockage | undefined {
  const every = cluster.nodes.map((node) => ({ name: node.metadata.name, node, obstacles: obstaclesOn(node, pod, cluster) }));
  if (every.length === 0 || every.some(({ obstacles }) => obstacles.length === 0)) return undefined;
  // A control plane that is closed to ordinary pods is as it should be, and no place that anybody misses.
  const open = every.filter(({ node, obstacles }) => !isClosedControlPlane(node, obstacles));
  const all = open.length > 0 ? open : every;
  const allowed = all.filter(({ obstacles }) => !obstacles.some(({ kind }) => PLACEMENT.includes(kind)));
  if (allowed.length === 0) return placement(all);
  const lost = allowed.filter(({ obstacles }) => obstacles.some(({ kind }) => kind === 'unready'));
  const usual = allowed.filter((one) => !lost.includes(one));
  const pool = usual.length > 0 ? usual : lost;

  const alone = pool.filter(({ obstacles }) => new Set(obstacles.map(({ kind }) => kind)).size === 1);
  const counts = Map.groupBy(alone.length > 0 ? alone : pool, ({ obstacles }) => [...new Set(obstacles.map(({ kind }) => kind))].sort().join(' '));
  const ranked = [...counts].toSorted(([, left], [, right]) => right.length - left.length);
  const [top, next] = ranked;
  if (!top) return undefined;
  const tied = next !== undefined && next[1].length === top[1].length;
  // A cordon and something else on as many nodes: nodes are cordoned on purpose and for long, so the other is the news.
  const chosen = tied && top[0] === 'cordoned' ? next : top;
  return {
    kinds: chosen[0].split(' ') as ObstacleKind[],
    nodes: chosen[1].map(({ name }) => name),
    details: detailsOf(chosen[1]),
    told: 'nodes',
    contested: tied,
    lost: lost.map(({ name }) => name),
  };
}

function isClosedControlPlane({ metadata }: Node, obstacles: readonly Obstacle[]): boolean {
  const role = CONTROL_PLANE.some((label) => label in metadata.labels) || metadata.labels['kubernetes.io/role'] === 'master';
  return obstacles.some(({ kind }) => kind === 'control-plane' || (role && kind === 'cordoned'));
}

/** No node meets the pod's own rules: which of them the fewest nodes meet. */
function placement(all: readonly { readonly name: string; readonly obstacles: readonly Obstacle[] }[]): Blockage {
  const against = (kind: ObstacleKind) => all.filter(({ obstacles }) => obstacles.some((it) => it.kind === kind));
  // Some nodes meet its selector, others have its volume, and none both: the volume is where the pod may not go.
  const chosen = all.filter(({ obstacles }) => !obstacles.some(({ kind }) => kind === 'selector' || kind === 'affinity'));
  const astray = against('volume');
  if (chosen.length > 0 && astray.length > 0 && astray.length < all.length)
    return { kinds: ['volume'], nodes: chosen.map(({ name }) => name), details: detailsOf(chosen), told: 'nodes', contested: false, lost: [] };
  const [first, second] = PLACEMENT.map((kind) => [kind, against(kind)] as const).toSorted(([, left], [, right]) => right.length - left.length);
  const [kind, nodes] = first ?? (['selector', all] as const);
  const details = detailsOf(nodes.map(({ name, obstacles }) => ({ name, obstacles: obstacles.filter((it) => it.kind === kind) })));
  return {
    kinds: [kind],
    nodes: nodes.map(({ name }) => name),
    details,
    told: 'nodes',
    contested: second !== undefined && second[1].length === nodes.length,
    lost: [],
  };
}

function detailsOf(nodes: readonly { readonly obstacles: readonly Obstacle[] }[]): readonly string[] {
  return [...new Set(nodes.flatMap(({ obstacles }) => obstacles.map(({ detail }) => detail)))];
}

/** By the scheduler's words alone; the nodes that are cordoned can still be named where they may be read. */
function fromSentence({ spec }: Pod, said: readonly SaidObstacle[], cluster: ClusterState | undefined): Blockage | undefined {
  const telling = said.filter(
    (it): it is SaidObstacle & { kind: ObstacleKind } => it.kind !== 'other' && it.kind !== 'unbound-claim' && it.kind !== 'missing-claim',
  );
  const usual = telling.filter(({ kind }) => !BACKGROUND.includes(kind));
  // A bound volume is on some node: when all that are open are the wrong ones, it is the cordoned one that is missed.
  const cordoned = usual.every(({ kind }) => kind === 'volume') ? telling.find(({ kind }) => kind === 'cordoned') : undefined;
  const [top, next] = cordoned ? [cordoned] : (usual.length > 0 ? usual : telling).toSorted((left, right) => right.nodes - left.nodes);
  if (!top) return undefined;
  const names = top.kind === 'cordoned' ? (cluster?.nodes ?? []).filter(({ spec }) => spec.unschedulable).map(({ metadata }) => metadata.name) : [];
  const nodes = names.length === top.nodes ? names : [];
  // Selector and affinity are one filter to the scheduler, and a later one than taints and cordons: a node that these keep out may be the one that was meant.
  const chosen = top.kind === 'selector' && Object.keys(spec.nodeSelector).length === 0 && spec.affinity?.nodeAffinity ? 'affinity' : top.kind;
  const closed = PLACEMENT.includes(chosen) && telling.some(({ kind }) => kind === 'taint' || kind === 'cordoned' || kind === 'unready');
  return { kinds: [chosen], nodes, details: [top.text], told: 'scheduler', contested: closed || next?.nodes === top.nodes, lost: [] };
}
