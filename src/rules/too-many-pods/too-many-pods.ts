import { defineRule } from '../rule.ts';
import { editIt, look } from '../support/remedies.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';
import { some } from '../support/some.ts';

export const tooManyPods = defineRule({
  id: 'too-many-pods',
  code: 'TooManyPodsOnNode',
  summary: 'the nodes run as many pods as they may',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: SCHEDULING_NEEDS,
  references: [{ title: 'Kubernetes: Considerations for large clusters', url: 'https://kubernetes.io/docs/setup/best-practices/cluster-large/' }],

  judge: (workload, ask, circumstances) =>
    judgeScheduling(['pods'], workload, ask, circumstances, ({ blocked, waiting }) => ({
      title: `${blocked.nodes.length > 0 ? some(blocked.nodes) : 'The nodes'} run as many pods as they may${blocked.details.length > 0 ? ` (${some(blocked.details)})` : ''}, so ${workload.ref.name} has no place`,
      explanation: `Every node has a limit of pods (kubelet maxPods, 110 by default, or fewer where the network gives fewer addresses). ${waiting.length} pod${waiting.length === 1 ? '' : 's'} of ${workload.ref.name} wait for a place.`,
      remedies: [
        look(
          { kind: 'Node', name: '' },
          'See how many pods each node allows.',
          'get',
          'nodes',
          '-o',
          'custom-columns=NAME:.metadata.name,PODS:.status.allocatable.pods',
        ),
        editIt(workload.ref, 'Add a node, raise maxPods of the kubelets, or remove pods that are not needed.'),
      ],
    })),
});
