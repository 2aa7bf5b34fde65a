import { defineRule } from '../rule.ts';
import { judgeProbePath } from '../support/probe-path.ts';

export const readinessProbeWrongPath = defineRule({
  id: 'readiness-probe-wrong-path',
  code: 'ReadinessProbeWrongPath',
  summary: 'the readiness probe asks a path that the program does not have or does not give to strangers',
  about: 'Workload',
  role: 'cause',
  symptoms: ['not-ready', 'unavailable', 'rollout-stuck', 'errors'],
  needs: ['pods', 'events', 'replicasets'],
  references: [
    {
      title: 'Kubernetes: Configure Liveness, Readiness and Startup Probes',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
    },
  ],

  judge: (workload, ask, circumstances) => judgeProbePath('readiness', workload, ask, circumstances),
});
