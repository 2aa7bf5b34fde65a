import { defineRule } from '../rule.ts';
import { editIt, look } from '../support/remedies.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';
import { some } from '../support/some.ts';

export const topologySpreadUnsatisfied = defineRule({
  id: 'topology-spread-unsatisfied',
  code: 'TopologySpreadUnsatisfied',
  summary: 'a topology spread constraint that must hold leaves no node for the pod',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: SCHEDULING_NEEDS,
  references: [
    { title: 'Kubernetes: Pod Topology Spread Constraints', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/' },
  ],

  judge: (workload, ask, circumstances) =>
    judgeScheduling(['spread'], workload, ask, circumstances, ({ pod }) => {
      const strict = pod.spec.topologySpreadConstraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable !== 'ScheduleAnyway');
      return {
        title: `Topology spread of ${workload.ref.name} leaves no node: at most ${strict[0]?.maxSkew ?? 1} pod more per ${some(strict.map(({ topologyKey }) => topologyKey)) || 'domain'} than elsewhere`,
        explanation:
          'With whenUnsatisfiable DoNotSchedule a pod waits rather than make the spread uneven. Domains that are full, cordoned or without the label count as empty and block the others.',
        remedies: [
          look(workload.ref, 'See where the pods run.', 'get', 'pods', '-o', 'wide'),
          editIt(workload.ref, 'Set whenUnsatisfiable to ScheduleAnyway, raise maxSkew, or make room in the empty domain.'),
        ],
      };
    }),
});
