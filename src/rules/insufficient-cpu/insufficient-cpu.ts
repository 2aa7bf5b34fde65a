import { defineRule } from '../rule.ts';
import { shortage } from '../support/resource-shortage.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';

export const insufficientCpu = defineRule({
  id: 'insufficient-cpu',
  code: 'InsufficientCPU',
  summary: 'no node has the CPU left that the pod requests',
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

  judge: (workload, ask, circumstances) => judgeScheduling(['cpu'], workload, ask, circumstances, (unplaced) => shortage('cpu', workload, unplaced)),
});
