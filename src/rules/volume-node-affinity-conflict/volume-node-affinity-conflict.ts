import { defineRule } from '../rule.ts';
import { editIt, look } from '../support/remedies.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';
import { some } from '../support/some.ts';

export const volumeNodeAffinityConflict = defineRule({
  id: 'volume-node-affinity-conflict',
  code: 'VolumeNodeAffinityConflict',
  summary: 'the volume of the pod lives on nodes that the pod may not use',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'volume-trouble', 'unavailable'],
  needs: SCHEDULING_NEEDS,
  references: [
    { title: 'Kubernetes: Persistent Volumes, Node Affinity', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity' },
  ],

  judge: (workload, ask, circumstances) =>
    judgeScheduling(['volume'], workload, ask, circumstances, ({ blocked }) => ({
      title: `${workload.ref.name} may not run where its volume is: ${some(blocked.details)}`,
      explanation:
        'A local or zonal volume can be used on the nodes that its node affinity names only. None of them is left for this pod: the node is gone or renamed, or the pod is pinned elsewhere.',
      remedies: [
        look({ kind: 'Node', name: '' }, 'See where the volumes may be used.', 'describe', 'persistentvolumes'),
        editIt(workload.ref, 'Let the pod run in the zone or on the node of its volume, or move the data to a volume that it can reach.'),
      ],
    })),
});
