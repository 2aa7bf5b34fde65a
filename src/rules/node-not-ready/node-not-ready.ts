import { defineRule, notApplicable, ruledOut } from '../rule.ts';
import { claimCondition } from '../support/node-condition-rule.ts';
import { readyCondition } from '../support/node-facts.ts';

/** What the rules for the runtime and the network plugin speak for. */
const TOLD_ELSEWHERE = /container runtime|PLEG|RuntimeReady|network plugin|cni|NetworkReady/i;

export const nodeNotReady = defineRule({
  id: 'node-not-ready',
  code: 'NodeNotReady',
  summary: 'a node says that it is not ready, for a reason of its own',
  about: 'Node',
  role: 'mechanism',
  symptoms: ['node-trouble', 'pending', 'not-ready', 'unavailable'],
  needs: ['pods'],
  references: [{ title: 'Kubernetes: Node conditions', url: 'https://kubernetes.io/docs/reference/node/node-status/#condition' }],

  async judge(node, ask) {
    const condition = readyCondition(node.object);
    if (condition?.status === 'True') return ruledOut(node.seenIn, `Node ${node.ref.name} is ready.`);
    // Unknown is a node that does not speak at all.
    if (condition?.status !== 'False' || TOLD_ELSEWHERE.test(condition.message ?? '')) return notApplicable;
    return claimCondition(node, condition, ask, {
      confidence: 'certain',
      title: `Node ${node.ref.name} is not ready: ${(condition.message ?? condition.reason ?? 'no reason given').slice(0, 160)}`,
      explanation: `The kubelet of ${node.ref.name} runs and says that the node cannot take pods: ${condition.message ?? condition.reason ?? ''}`,
      fixes: [],
    });
  },
});
