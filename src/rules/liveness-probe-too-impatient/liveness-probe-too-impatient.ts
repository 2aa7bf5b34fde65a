import { defineRule } from '../rule.ts';
import { judgeProbeTiming } from '../support/probe-timing.ts';

export const livenessProbeTooImpatient = defineRule({
  id: 'liveness-probe-too-impatient',
  code: 'LivenessProbeTooImpatient',
  summary: 'the liveness probe kills a container that is healthy but slow to start or to answer',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events', 'services', 'replicasets', 'logs'],
  references: [
    {
      title: 'Kubernetes: Configure Liveness, Readiness and Startup Probes',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
    },
  ],

  judge: (workload, ask, circumstances) => judgeProbeTiming('liveness', workload, ask, circumstances),
});
