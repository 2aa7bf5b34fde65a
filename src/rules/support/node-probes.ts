import type { Present } from '#domain/evidence.ts';
import type { Node } from '#domain/kubernetes/cluster.ts';
import type { Series } from '#domain/question.ts';
import type { AskFor, Circumstances } from '../rule.ts';
import { inCluster } from './metric-questions.ts';
import { isOfNode } from './node-facts.ts';
import { type Rise, riseOf } from './rises.ts';

/** How long a node takes to answer a probe from outside (ping or TCP), in seconds. */
export interface NodeProbe {
  /** Undefined: it answers as fast as before. */
  readonly rise: Rise | undefined;
  readonly fact: Present<readonly Series[]>;
}

/** A machine of the same network answers a ping within a millisecond; ten more are no accident. */
const DELAYED = { ratio: 3, by: 0.01 };

/**
 * Whether probes of a node itself (blackbox_exporter) take longer than they did; undefined where nothing probes it. One question for the whole cluster.
 *
 * @see https://github.com/prometheus/blackbox_exporter
 */
export async function nodeProbe(node: Node, ask: AskFor<'metrics'>, circumstances: Circumstances): Promise<NodeProbe | undefined> {
  const probes = await ask(inCluster('probe_duration_seconds', circumstances));
  if (probes.outcome !== 'present') return undefined;
  const own = probes.data.filter(({ labels }) => isOfNode(labels, node));
  const rises = own.map(({ samples }) => riseOf(samples, DELAYED));
  if (own.length === 0) return undefined;
  // Where one way to it is as fast as ever, it is not the node.
  return { rise: rises.every((rise) => rise !== undefined) ? rises[0] : undefined, fact: probes };
}
