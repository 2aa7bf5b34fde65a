import { defineRule, notApplicable, ruledOut } from '../rule.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { claimCondition } from '../support/node-condition-rule.ts';
import { fix } from '../support/workload-edits.ts';

export const nodePidPressure = defineRule({
  id: 'node-pid-pressure',
  code: 'NodePIDPressure',
  summary: 'a node has nearly no process ids left',
  about: 'Node',
  role: 'cause',
  symptoms: ['node-trouble', 'pending', 'not-ready', 'unavailable'],
  needs: ['pods'],
  references: [{ title: 'Kubernetes: Node-pressure Eviction', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/' }],

  async judge(node, ask) {
    const condition = node.object.status.conditions.find(({ type }) => type === 'PIDPressure');
    if (condition?.status !== 'True') return condition ? ruledOut(node.seenIn, `Node ${node.ref.name} reports no shortage of process ids.`) : notApplicable;
    return claimCondition(node, condition, ask, {
      confidence: 'certain',
      title: `Node ${node.ref.name} has nearly no process ids left (PIDPressure)`,
      explanation: `Programs on ${node.ref.name} have started so many processes or threads that new ones can hardly be made; the kubelet evicts pods and none is placed there. ${condition.message ?? ''}`,
      fixes: [
        fix('Find the pod that starts processes without end, and limit them (podPidsLimit).', kubectl(node.ref, 'describe', objectArg(node.ref)), 'none'),
      ],
    });
  },
});
