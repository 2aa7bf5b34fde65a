import type { Present } from '#domain/evidence.ts';
import type { Node } from '#domain/kubernetes/cluster.ts';
import { list, type Series } from '#domain/question.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { quantile, rate } from '#lib/series.ts';
import type { AskFor, Circumstances } from '../rule.ts';
import { latenciesOf } from './latencies.ts';
import { inCluster } from './metric-questions.ts';
import { isOfNode } from './node-facts.ts';
import { type NodeProbe, nodeProbe } from './node-probes.ts';
import { type Rise, riseOf } from './rises.ts';
import { type Slow, type SlownessTopics, slownessOf, slowOnNode } from './slowness.ts';

/** What the network of a node looks like. */
export interface NodeNetwork {
  /** Segments per second that the node had to send again. */
  readonly resent: { readonly high: number; readonly rise: Rise | undefined; readonly fact: Present<readonly Series[]> } | undefined;
  /** The same on the other nodes, at most. */
  readonly resentElsewhere: number;
  /** Share of all segments that it sent again; undefined when what it sent is not measured. */
  readonly resentShare: number | undefined;
  /** Workloads that became slow, when most of those on the node did. */
  readonly slow: readonly Slow[];
  /** All that became slow and has a pod there. */
  readonly slowThere: readonly Slow[];
  readonly measured: boolean;
  /** How the node answers probes from outside; undefined when nothing probes it, or nothing became slow. */
  readonly probe: NodeProbe | undefined;
}

const MORE_RESENT = { ratio: 5, by: 0.3 };

/** Reads what tells the network of a node: segments sent again, and how the workloads of the namespaces with pods on it answer. */
export async function nodeNetwork(node: NodeSubject, ask: AskFor<SlownessTopics | 'nodes'>, circumstances: Circumstances): Promise<NodeNetwork> {
  const resent = await ask(inCluster('node_netstat_Tcp_RetransSegs', circumstances));
  const own = resent.outcome === 'present' ? of(resent.data, node.object) : undefined;
  const sent = await ask(inCluster('node_netstat_Tcp_OutSegs', circumstances));
  const out = sent.outcome === 'present' ? of(sent.data, node.object) : undefined;
  const others = resent.outcome === 'present' ? resent.data.filter((series) => series !== own).map(highOf) : [];
  const high = own ? highOf(own) : 0;

  const latencies = await latenciesOf(ask, circumstances);
  // All pods of the cluster are read only when something became slow at all.
  const pods = latencies.some(({ rise }) => rise) ? await ask(list('pods')) : undefined;
  const namespaces =
    pods?.outcome === 'present'
      ? [
          ...new Set(
            pods.data
              .filter(({ spec, status }) => spec.nodeName === node.ref.name && status.phase === 'Running')
              .map(({ metadata }) => metadata.namespace ?? ''),
          ),
        ]
      : [];
  const slow: Slow[] = [];
  const there: Slow[] = [];
  for (const namespace of namespaces.slice(0, 20)) {
    const slowness = await slownessOf(namespace, ask, circumstances);
    if (!slowness) continue;
    slow.push(...slowOnNode(node.ref.name, slowness));
    there.push(...[...slowness.slow.values()].filter((one) => one.node.nodes.has(node.ref.name)));
  }
  return {
    resent: own && resent.outcome === 'present' ? { high, rise: riseOf(rate(own.samples), MORE_RESENT), fact: resent } : undefined,
    resentElsewhere: Math.max(0, ...others),
    resentShare: out && highOf(out) > 0 ? high / highOf(out) : undefined,
    slow,
    slowThere: there,
    measured: latencies.length > 0,
    probe: latencies.some(({ rise }) => rise) ? await nodeProbe(node.object, ask, circumstances) : undefined,
  };
}

function of(all: readonly Series[], node: Node): Series | undefined {
  return all.find(({ labels }) => isOfNode(labels, node));
}

function highOf({ samples }: Series): number {
  return quantile(rate(samples), 0.9) ?? 0;
}

/** Lost packets are sent again as long as the loss lasts; a delay makes a few be sent again when it begins. */
export function looksLikeLoss({ resent, resentElsewhere, resentShare, slowThere, measured }: NodeNetwork): boolean {
  if (!resent?.rise) return false;
  if (resentShare !== undefined && resentShare < 0.01) return false;
  const much = resentShare === undefined ? resent.high >= 2 : resent.high >= 1;
  return much && resent.high >= 1.5 * resentElsewhere && (!measured || slowThere.length > 0);
}
