import { defineRule } from '../rule.ts';
import { judgeProbePort } from '../support/probe-port.ts';

export const livenessProbeWrongPort = defineRule({
  id: 'liveness-probe-wrong-port',
  code: 'LivenessProbeWrongPort',
  summary: 'the liveness probe asks a port that the container does not serve, so it is killed again and again',
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

  judge: (workload, ask, circumstances) => judgeProbePort('liveness', workload, ask, circumstances),
});
