import { defineRule } from '../rule.ts';
import { judgeProbePath } from '../support/probe-path.ts';

export const livenessProbeWrongPath = defineRule({
  id: 'liveness-probe-wrong-path',
  code: 'LivenessProbeWrongPath',
  summary: 'the liveness probe asks a path that the program does not have or does not give to strangers',
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

  judge: (workload, ask, circumstances) => judgeProbePath('liveness', workload, ask, circumstances),
});
