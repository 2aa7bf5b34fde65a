import type { Present } from '#domain/evidence.ts';
import type { Node } from '#domain/kubernetes/cluster.ts';
import type { Series } from '#domain/question.ts';
import { quantile, rate, type Sample } from '#lib/series.ts';
import type { AskFor, Circumstances } from '../rule.ts';
import { inCluster, STEP_SECONDS } from './metric-questions.ts';
import { isOfNode } from './node-facts.ts';
import { type Rise, riseOf, sumOf } from './rises.ts';

/** How busy the processors of a node are, 0…1. */
export interface NodeUse {
  readonly high: number;
  readonly rise: Rise | undefined;
  readonly fact: Present<readonly Series[]>;
}

/** Recording rules of the usual monitoring stacks; asked first, for they are one series per node. */
const RECORDED = ['instance:node_cpu_utilisation:rate5m', 'instance:node_cpu_utilisation:ratio'] as const;
const BUSIER = { ratio: 1.5, by: 0.2 };

/** undefined: nothing measures it. */
export async function nodeUse(node: Node, ask: AskFor<'metrics'>, circumstances: Circumstances): Promise<NodeUse | undefined> {
  for (const metric of RECORDED) {
    const fact = await ask(inCluster(metric, circumstances));
    const own = fact.outcome === 'present' ? fact.data.find(({ labels }) => isOfNode(labels, node)) : undefined;
    if (own && fact.outcome === 'present') return useOf(own.samples, fact);
  }
  const fact = await ask(inCluster('node_cpu_seconds_total', circumstances, [{ label: 'mode', op: '=', value: 'idle' }]));
  if (fact.outcome !== 'present') return undefined;
  const idle = fact.data.filter(({ labels }) => isOfNode(labels, node));
  if (idle.length === 0) return undefined;
  const sum = sumOf(
    idle.map(({ samples }) => rate(samples)),
    STEP_SECONDS * 1000,
  );
  return useOf(
    sum.map(({ at, value }) => ({ at, value: Math.min(1, Math.max(0, 1 - value / idle.length)) })),
    fact,
  );
}

function useOf(samples: readonly Sample[], fact: Present<readonly Series[]>): NodeUse {
  return { high: quantile(samples, 0.9) ?? 0, rise: riseOf(samples, BUSIER), fact };
}
