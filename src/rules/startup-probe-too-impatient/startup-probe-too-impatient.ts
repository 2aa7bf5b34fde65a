import { defineRule } from '../rule.ts';
import { judgeProbeTiming } from '../support/probe-timing.ts';

export const startupProbeTooImpatient = defineRule({
  id: 'startup-probe-too-impatient',
  code: 'StartupProbeTooImpatient',
  summary: 'the startup probe kills a container before it has had the time to start',
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

  judge: (workload, ask, circumstances) => judgeProbeTiming('startup', workload, ask, circumstances),
});
