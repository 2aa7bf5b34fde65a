import { defineRule, notApplicable, ruledOut } from '../rule.ts';
import { claimCondition } from '../support/node-condition-rule.ts';
import { fix } from '../support/workload-edits.ts';

export const nodeMemoryPressure = defineRule({
  id: 'node-memory-pressure',
  code: 'NodeMemoryPressure',
  summary: 'a node is short of memory and evicts pods',
  about: 'Node',
  role: 'cause',
  symptoms: ['node-trouble', 'pending', 'not-ready', 'unavailable'],
  needs: ['pods'],
  references: [{ title: 'Kubernetes: Node-pressure Eviction', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/' }],

  async judge(node, ask) {
    const condition = node.object.status.conditions.find(({ type }) => type === 'MemoryPressure');
    if (condition?.status !== 'True') return condition ? ruledOut(node.seenIn, `Node ${node.ref.name} reports no shortage of memory.`) : notApplicable;
    return claimCondition(node, condition, ask, {
      confidence: 'certain',
      title: `Node ${node.ref.name} is short of memory (MemoryPressure) and evicts pods`,
      explanation: `Less memory is available on ${node.ref.name} than its eviction threshold (100Mi unless configured), so the kubelet ends pods that use more than they requested, and no pod without requests is placed there. ${condition.message ?? ''}`,
      fixes: [
        fix('Find what uses the memory; give pods requests that match their use, or add nodes.', 'kubectl top pods --all-namespaces --sort-by=memory', 'none'),
      ],
    });
  },
});
