import { defineRule } from '../rule.ts';
import { editIt, look } from '../support/remedies.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';
import { some } from '../support/some.ts';
import { rollBack } from '../support/workload-edits.ts';

export const hostPortConflict = defineRule({
  id: 'host-port-conflict',
  code: 'HostPortConflict',
  summary: 'the host port that the pod asks for is taken on every node it may use',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: SCHEDULING_NEEDS,
  references: [{ title: 'Kubernetes: Configuration best practices', url: 'https://kubernetes.io/docs/concepts/configuration/overview/' }],

  judge: (workload, ask, circumstances) =>
    judgeScheduling(['host-port'], workload, ask, circumstances, ({ blocked, waiting }) => ({
      title: `Host port ${some(blocked.details)} of ${workload.ref.name} is taken on ${blocked.nodes.length > 0 ? some(blocked.nodes) : 'every node'}`,
      explanation: `A host port can be held by one pod per node, so there are never more replicas than nodes, and a rolling update needs a free node. ${waiting.length} pod${waiting.length === 1 ? '' : 's'} wait.`,
      remedies: [
        look(workload.ref, 'See where the pods run.', 'get', 'pods', '-o', 'wide'),
        ...rollBack(workload.ref),
        editIt(workload.ref, 'Remove hostPort and use a Service, or lower the replicas to the number of nodes.'),
      ],
    })),
});
