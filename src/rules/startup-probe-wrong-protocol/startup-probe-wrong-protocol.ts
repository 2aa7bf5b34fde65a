import { defineRule } from '../rule.ts';
import { judgeProbeProtocol } from '../support/probe-protocol.ts';

export const startupProbeWrongProtocol = defineRule({
  id: 'startup-probe-wrong-protocol',
  code: 'StartupProbeWrongProtocol',
  summary: 'the startup probe speaks a protocol that the container does not, so it is killed before it is used',
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

  judge: (workload, ask, circumstances) => judgeProbeProtocol('startup', workload, ask, circumstances),
});
