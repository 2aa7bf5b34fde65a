import { defineRule } from '../rule.ts';
import { judgeProbeProtocol } from '../support/probe-protocol.ts';

export const livenessProbeWrongProtocol = defineRule({
  id: 'liveness-probe-wrong-protocol',
  code: 'LivenessProbeWrongProtocol',
  summary: 'the liveness probe speaks a protocol that the container does not, so a healthy container is killed again and again',
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

  judge: (workload, ask, circumstances) => judgeProbeProtocol('liveness', workload, ask, circumstances),
});
