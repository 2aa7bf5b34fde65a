import { defineRule } from '../rule.ts';
import { affinityText } from '../support/node-fit.ts';
import { editIt, look } from '../support/remedies.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';
import { some } from '../support/some.ts';
import { rollBack } from '../support/workload-edits.ts';

export const nodeAffinityMismatch = defineRule({
  id: 'node-affinity-mismatch',
  code: 'NodeAffinityMismatch',
  summary: 'no node meets the required node affinity of the pod',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: SCHEDULING_NEEDS,
  references: [{ title: 'Kubernetes: Assigning Pods to Nodes', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/' }],

  judge: (workload, ask, circumstances) =>
    judgeScheduling(['affinity'], workload, ask, circumstances, ({ pod, blocked, waiting }) => ({
      title: `No node meets the required node affinity of ${workload.ref.name}: ${affinityText(pod) || some(blocked.details)}`,
      explanation: `requiredDuringSchedulingIgnoredDuringExecution is a must: without a node that fits one of its terms, the ${waiting.length} pod${waiting.length === 1 ? '' : 's'} cannot be placed. The affinity is wrong, or the labels were removed from the nodes.`,
      remedies: [
        look({ kind: 'Node', name: '' }, 'See the labels of all nodes.', 'get', 'nodes', '--show-labels'),
        ...rollBack(workload.ref),
        editIt(workload.ref, 'Correct the node affinity, make it preferred instead of required, or label the nodes that are meant.'),
      ],
    })),
});
