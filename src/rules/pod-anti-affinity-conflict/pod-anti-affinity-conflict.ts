import { defineRule } from '../rule.ts';
import { editIt, look } from '../support/remedies.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';
import { some } from '../support/some.ts';
import { rollBack } from '../support/workload-edits.ts';

export const podAntiAffinityConflict = defineRule({
  id: 'pod-anti-affinity-conflict',
  code: 'PodAntiAffinityConflict',
  summary: 'required pod anti-affinity keeps the pod off every node',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: SCHEDULING_NEEDS,
  references: [{ title: 'Kubernetes: Assigning Pods to Nodes', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/' }],

  judge: (workload, ask, circumstances) =>
    judgeScheduling(['anti-affinity'], workload, ask, circumstances, ({ blocked, pod, cluster, waiting }) => {
      const own = (pod.spec.affinity?.podAntiAffinity?.required ?? []).map(({ topologyKey }) => topologyKey);
      const by = blocked.details.filter((detail) => detail.startsWith('Pod ')).map((detail) => detail.slice('Pod '.length));
      return {
        title: `Pod anti-affinity leaves no node for ${waiting.length} pod${waiting.length === 1 ? '' : 's'} of ${workload.ref.name}${own.length > 0 ? `: one per ${some([...new Set(own)])} is allowed` : ''}${by.length > 0 ? `, and ${some(by)} ${by.length === 1 ? 'is' : 'are'} there` : ''}`,
        explanation: `${own.length > 0 ? 'The pod template requires distance from pods that match its anti-affinity' : 'Pods that run already require distance from this one'}, and every node that it may use has one of them${cluster ? ` (${cluster.nodes.length} nodes in all)` : ''}. More replicas than nodes cannot be placed this way.`,
        remedies: [
          look(workload.ref, 'See where the pods run.', 'get', 'pods', '-o', 'wide'),
          ...rollBack(workload.ref),
          editIt(
            workload.ref,
            'Make the anti-affinity preferred instead of required, lower the replicas to the number of nodes, or correct its label selector.',
          ),
        ],
      };
    }),
});
