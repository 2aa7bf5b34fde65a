import type { Confidence } from '#domain/finding.ts';
import type { Condition } from '#domain/kubernetes/meta.ts';
import { list } from '#domain/question.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { type AskFor, cite, found, type Verdict } from '../rule.ts';
import { fields } from './excerpt.ts';
import { kubectl } from './kubectl.ts';
import { podsOn } from './node-facts.ts';
import { podRef } from './pods.ts';
import { look } from './workload-edits.ts';

/** What a rule says about a condition of a node. */
export interface ConditionClaim {
  readonly confidence: Confidence;
  readonly title: string;
  readonly explanation: string;
  readonly fixes: readonly Parameters<typeof found>[2]['remedies'][number][];
}

/** A claim that rests on one condition of a node, with the pods that suffer by it. */
export async function claimCondition(node: NodeSubject, condition: Condition, ask: AskFor<'pods'>, claim: ConditionClaim): Promise<Verdict> {
  const pods = await ask(list('pods'));
  const affected = pods.outcome === 'present' ? podsOn(node.ref.name, pods.data) : [];
  return found(
    claim.confidence,
    [
      cite(node.seenIn, `Node ${node.ref.name} reports ${condition.type}=${condition.status}: ${condition.message ?? condition.reason ?? ''}`.slice(0, 300), {
        about: node.ref,
        excerpt: fields({ ...condition }),
      }),
    ],
    {
      title: claim.title,
      explanation: claim.explanation,
      remedies: [
        look('See the conditions and events of the node.', kubectl({ kind: 'Node', name: node.ref.name }, 'describe', `node/${node.ref.name}`)),
        ...claim.fixes,
      ],
      since: condition.lastTransitionTime,
      affects: affected.slice(0, 200).map(podRef),
    },
  );
}
