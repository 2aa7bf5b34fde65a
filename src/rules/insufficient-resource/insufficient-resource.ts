import { defineRule } from '../rule.ts';
import { editIt, look } from '../support/remedies.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';
import { some } from '../support/some.ts';

export const insufficientResource = defineRule({
  id: 'insufficient-resource',
  code: 'InsufficientResource',
  summary: 'no node has the extended resource or local storage left that the pod requests',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: SCHEDULING_NEEDS,
  references: [
    {
      title: 'Kubernetes: How Pods with resource requests are scheduled',
      url: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled',
    },
  ],

  judge: (workload, ask, circumstances) =>
    judgeScheduling(['resource'], workload, ask, circumstances, ({ blocked, waiting }) => ({
      title: `${workload.ref.name} requests ${some(blocked.details)}, of which no node it may use has enough left`,
      explanation: `The scheduler places a pod only where everything it requests is free. Extended resources such as GPUs exist only where a device plugin offers them. ${waiting.length} pod${waiting.length === 1 ? '' : 's'} wait.`,
      remedies: [
        look({ kind: 'Node', name: '' }, 'See what the nodes offer and what is reserved.', 'describe', 'nodes'),
        editIt(workload.ref, 'Lower the request, or add a node that offers it.'),
      ],
    })),
});
