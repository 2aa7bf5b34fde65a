import { defineRule } from '../rule.ts';
import { judgeProbePort } from '../support/probe-port.ts';

export const startupProbeWrongPort = defineRule({
  id: 'startup-probe-wrong-port',
  code: 'StartupProbeWrongPort',
  summary: 'the startup probe asks a port that the container does not serve, so it is killed before it is used',
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

  judge: (workload, ask, circumstances) => judgeProbePort('startup', workload, ask, circumstances),
});
