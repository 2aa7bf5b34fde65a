import { defineRule } from '../rule.ts';
import { judgeProbePath } from '../support/probe-path.ts';

export const startupProbeWrongPath = defineRule({
  id: 'startup-probe-wrong-path',
  code: 'StartupProbeWrongPath',
  summary: 'the startup probe asks a path that the program does not have or does not give to strangers',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events', 'replicasets'],
  references: [
    {
      title: 'Kubernetes: Configure Liveness, Readiness and Startup Probes',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
    },
  ],

  judge: (workload, ask, circumstances) => judgeProbePath('startup', workload, ask, circumstances),
});
