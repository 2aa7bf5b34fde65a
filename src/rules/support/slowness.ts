import type { AskFor, Circumstances } from '../rule.ts';
import { type Latency, latenciesOf } from './latencies.ts';
import { callsBefore } from './metric-questions.ts';
import { type GraphNode, type GraphTopics, serviceGraph } from './service-graph.ts';

/** A workload whose answers became slow. */
export interface Slow {
  readonly node: GraphNode;
  readonly latencies: readonly (Latency & { readonly rise: NonNullable<Latency['rise']> })[];
  /** By how much at most, in milliseconds. */
  readonly by: number;
}

/** How the answers of a namespace's workloads changed. */
export interface Slowness {
  readonly graph: ReadonlyMap<string, GraphNode>;
  readonly slow: ReadonlyMap<string, Slow>;
  /** Workloads that something measures. */
  readonly measured: ReadonlySet<string>;
}

/** A dependency explains a caller's slowness when it became slower by at least this share of it. */
const EXPLAINS = 0.25;
/** With this share of it, nothing of the caller's own is left to explain. */
const EXPLAINS_ALL = 0.8;
/** A caller that became this much slower than what it calls is not slow because of it; the reverse may be. */
const DRAGS = 3;
/** Of a machine's workloads so many, and this share, must be slow for the machine to be suspected. */
const MANY_ON_NODE = 3;
const SHARE_ON_NODE = 0.5;

export type SlownessTopics = GraphTopics | 'metrics';

/** undefined when nothing became slow, or nothing is measured. */
export async function slownessOf(namespace: string, ask: AskFor<SlownessTopics>, circumstances: Circumstances): Promise<Slowness | undefined> {
  const latencies = (await latenciesOf(ask, circumstances)).filter((one) => one.namespace === undefined || one.namespace === namespace);
  if (!latencies.some(({ rise }) => rise)) return undefined;
  const calls = await ask(callsBefore(circumstances));
  const graph = await serviceGraph(namespace, ask, calls.outcome === 'present' ? calls.data : []);
  const slow = new Map<string, Slow>();
  const measured = new Set<string>();
  for (const [name, node] of graph) {
    const own = latencies.filter(({ service }) => node.names.has(service));
    if (own.length > 0) measured.add(name);
    const risen = own.flatMap((one) => (one.rise ? [{ ...one, rise: one.rise }] : []));
    if (risen.length > 0) slow.set(name, { node, latencies: risen, by: Math.max(...risen.map(({ rise }) => rise.after - rise.before)) });
  }
  return { graph, slow, measured };
}

/** Whether a slow workload is slow by itself: nothing that it calls became slow enough to explain it, and no caller drags it along. */
export function isOrigin(name: string, { graph, slow }: Slowness): boolean {
  const own = slow.get(name);
  if (!own) return false;
  const calls = [...own.node.calls].flatMap((called) => slow.get(called) ?? []);
  if (calls.some((called) => sharedBy(called, own) >= EXPLAINS)) return false;
  const callers = [...graph.values()].filter(({ calls: called }) => called.has(name)).flatMap(({ maker }) => slow.get(maker.ref.name) ?? []);
  return !callers.some((caller) => caller.by >= DRAGS * own.by && !risesInMedian(own));
}

/** How much of a caller's slowness a dependency has, by the measure in which that is most. */
function sharedBy(called: Slow | undefined, caller: Slow): number {
  if (!called) return 0;
  const shares = caller.latencies.map(({ measure, rise }) => {
    const same = called.latencies.find((one) => one.measure === measure);
    return same ? (same.rise.after - same.rise.before) / (rise.after - rise.before) : 0;
  });
  return Math.max(0, ...shares);
}

function risesInMedian({ latencies }: Slow): boolean {
  return latencies.some(({ measure }) => measure === 'p50' || measure === 'mean');
}

/** The slow workloads with all their pods on this node, when they are so many of those measured there that the node itself must be suspected. */
export function slowOnNode(node: string, { graph, slow, measured }: Slowness): readonly Slow[] {
  const here = [...graph.values()].filter(({ nodes, maker }) => nodes.size === 1 && nodes.has(node) && measured.has(maker.ref.name));
  const slowHere = here.flatMap(({ maker }) => slow.get(maker.ref.name) ?? []);
  if (slowHere.length < MANY_ON_NODE || slowHere.length / here.length < SHARE_ON_NODE) return [];
  // Callers of one slow workload are as slow as it is: that is one delay, not the machine's.
  const ownDelay = slowHere.filter((one) => ![...one.node.calls].some((name) => sharedBy(slow.get(name), one) >= EXPLAINS_ALL));
  if (ownDelay.length < 2) return [];
  // What is slow elsewhere must be so because it calls, or is called by, what is slow here.
  const names = new Set(slowHere.map(({ node: one }) => one.maker.ref.name));
  const elsewhere = [...slow.values()].filter(({ node: one }) => !names.has(one.maker.ref.name));
  const linked = elsewhere.filter(
    ({ node: one }) => [...one.calls].some((name) => names.has(name)) || slowHere.some(({ node: here }) => here.calls.has(one.maker.ref.name)),
  );
  return linked.length === elsewhere.length ? slowHere : [];
}
