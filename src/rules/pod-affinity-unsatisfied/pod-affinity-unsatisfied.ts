import { defineRule } from '../rule.ts';
import { editIt, look } from '../support/remedies.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';
import { some } from '../support/some.ts';
import { rollBack } from '../support/workload-edits.ts';

export const podAffinityUnsatisfied = defineRule({
  id: 'pod-affinity-unsatisfied',
  code: 'PodAffinityUnsatisfied',
  summary: 'no node is near the pods that required pod affinity asks for',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: SCHEDULING_NEEDS,
  references: [{ title: 'Kubernetes: Assigning Pods to Nodes', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/' }],

  judge: (workload, ask, circumstances) =>
    judgeScheduling(['pod-affinity'], workload, ask, circumstances, ({ blocked }) => ({
      title: `Required pod affinity of ${workload.ref.name} finds no company: ${some(blocked.details)}`,
      explanation:
        'The pod may only run where pods that match its affinity run already. There are none on a node that it may use: the label selector is wrong, those pods are gone, or they run in another namespace.',
      remedies: [
        look(workload.ref, 'See which pods run where, with their labels.', 'get', 'pods', '-o', 'wide', '--show-labels'),
        ...rollBack(workload.ref),
        editIt(workload.ref, 'Correct the label selector of podAffinity, or make it preferred.'),
      ],
    })),
});
