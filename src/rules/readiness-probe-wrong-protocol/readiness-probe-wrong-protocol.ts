import { defineRule } from '../rule.ts';
import { judgeProbeProtocol } from '../support/probe-protocol.ts';

export const readinessProbeWrongProtocol = defineRule({
  id: 'readiness-probe-wrong-protocol',
  code: 'ReadinessProbeWrongProtocol',
  summary: 'the readiness probe speaks a protocol that the container does not, so its pods get no traffic',
  about: 'Workload',
  role: 'cause',
  symptoms: ['not-ready', 'unavailable', 'rollout-stuck', 'errors'],
  needs: ['pods', 'events', 'services', 'replicasets', 'logs'],
  references: [
    {
      title: 'Kubernetes: Configure Liveness, Readiness and Startup Probes',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
    },
  ],

  judge: (workload, ask, circumstances) => judgeProbeProtocol('readiness', workload, ask, circumstances),
});
