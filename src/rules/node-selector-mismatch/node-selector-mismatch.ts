import { defineRule } from '../rule.ts';
import { editIt, look } from '../support/remedies.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';
import { nearest } from '../support/similar.ts';
import { some } from '../support/some.ts';
import { rollBack } from '../support/workload-edits.ts';

export const nodeSelectorMismatch = defineRule({
  id: 'node-selector-mismatch',
  code: 'NodeSelectorMismatch',
  summary: 'no node has the labels that nodeSelector of the pod asks for',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: SCHEDULING_NEEDS,
  references: [{ title: 'Kubernetes: Assigning Pods to Nodes', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/' }],

  judge: (workload, ask, circumstances) =>
    judgeScheduling(['selector'], workload, ask, circumstances, ({ blocked, pod, cluster, waiting }) => {
      const wanted = Object.entries(pod.spec.nodeSelector).map(([key, value]) => `${key}=${value}`);
      const labels = (cluster?.nodes ?? []).flatMap(({ metadata }) => Object.entries(metadata.labels).map(([key, value]) => `${key}=${value}`));
      const unmet = wanted.filter((label) => !labels.includes(label));
      const asked = some(unmet.length > 0 ? unmet : wanted);
      const meant = unmet[0] ? (nearest(unmet[0], labels) ?? labels.find((label) => label.split('=')[0] === unmet[0]?.split('=')[0])) : undefined;
      return {
        title: cluster
          ? `No node has label ${asked}, which nodeSelector of ${workload.ref.name} asks for${meant ? `; there is ${meant}` : ''}`
          : `No node that the pod may use has label ${asked}, which nodeSelector of ${workload.ref.name} asks for`,
        explanation: `A pod goes only to nodes that have every label of its nodeSelector. ${!cluster ? 'None that is open to it has, by what the scheduler says; the nodes themselves could not be read' : unmet.length > 0 ? `None of the ${blocked.nodes.length || "cluster's"} nodes has it` : 'No single node has them all'}, so ${waiting.length} pod${waiting.length === 1 ? '' : 's'} cannot be placed. The selector is wrong, or the label was removed from a node.`,
        remedies: [
          look({ kind: 'Node', name: '' }, 'See the labels of all nodes.', 'get', 'nodes', '--show-labels'),
          ...rollBack(workload.ref),
          editIt(workload.ref, `Correct nodeSelector${meant ? ` (${meant}?)` : ''}, or give a node the label.`),
        ],
      };
    }),
});
