import { defineRule, notApplicable, ruledOut } from '../rule.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { claimCondition } from '../support/node-condition-rule.ts';
import { fix } from '../support/workload-edits.ts';

export const nodeDiskPressure = defineRule({
  id: 'node-disk-pressure',
  code: 'NodeDiskPressure',
  summary: 'the disk of a node is nearly full, so it evicts pods and deletes images',
  about: 'Node',
  role: 'cause',
  symptoms: ['node-trouble', 'pending', 'not-ready', 'unavailable'],
  needs: ['pods'],
  references: [{ title: 'Kubernetes: Node-pressure Eviction', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/' }],

  async judge(node, ask) {
    const condition = node.object.status.conditions.find(({ type }) => type === 'DiskPressure');
    if (condition?.status !== 'True') return condition ? ruledOut(node.seenIn, `Node ${node.ref.name} reports no shortage of disk.`) : notApplicable;
    return claimCondition(node, condition, ask, {
      confidence: 'certain',
      title: `The disk of node ${node.ref.name} is nearly full (DiskPressure), so it evicts pods`,
      explanation: `Less space or fewer inodes are free on ${node.ref.name} than its eviction threshold (10% of the node disk, 15% of the image disk unless configured), so the kubelet deletes images and ends pods, and no new pod is placed there. ${condition.message ?? ''}`,
      fixes: [
        fix('Free space on the node (logs, unused images, emptyDir volumes), or enlarge its disk.', kubectl(node.ref, 'describe', objectArg(node.ref)), 'none'),
      ],
    });
  },
});
