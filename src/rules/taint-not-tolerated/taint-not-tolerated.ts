import { defineRule } from '../rule.ts';
import { editIt, look } from '../support/remedies.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';
import { some } from '../support/some.ts';

export const taintNotTolerated = defineRule({
  id: 'taint-not-tolerated',
  code: 'TaintNotTolerated',
  summary: 'the nodes with room carry a taint that the pod does not tolerate',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: SCHEDULING_NEEDS,
  references: [{ title: 'Kubernetes: Taints and Tolerations', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/' }],

  judge: (workload, ask, circumstances) =>
    judgeScheduling(['taint', 'control-plane'], workload, ask, circumstances, ({ blocked, pod, waiting }) => {
      const taints = some(blocked.details);
      const tolerated = pod.spec.tolerations
        .filter(({ key }) => !key?.startsWith('node.kubernetes.io/'))
        .map(({ key, value, effect }) => `${key ?? '*'}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`);
      return {
        title: `${workload.ref.name} does not tolerate the taint of ${blocked.nodes.length > 0 ? some(blocked.nodes) : 'the nodes'}: ${taints}`,
        explanation: `Lifting this taint, or tolerating it, is all that is needed to place the ${waiting.length} pod${waiting.length === 1 ? '' : 's'} that wait. ${tolerated.length > 0 ? `The pod tolerates ${some(tolerated)} only: key, value and effect must all fit.` : 'The pod has no toleration of its own.'}`,
        remedies: [
          look({ kind: 'Node', name: '' }, 'See the taints of all nodes.', 'get', 'nodes', '-o', 'custom-columns=NAME:.metadata.name,TAINTS:.spec.taints'),
          editIt(workload.ref, `Add a toleration for ${taints} if the pod belongs on those nodes; else remove the taint there, or add nodes without it.`),
        ],
      };
    }),
});
