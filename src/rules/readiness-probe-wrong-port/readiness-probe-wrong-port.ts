import { defineRule } from '../rule.ts';
import { judgeProbePort } from '../support/probe-port.ts';

export const readinessProbeWrongPort = defineRule({
  id: 'readiness-probe-wrong-port',
  code: 'ReadinessProbeWrongPort',
  summary: 'the readiness probe asks a port that the container does not serve, so its pods get no traffic',
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

  judge: (workload, ask, circumstances) => judgeProbePort('readiness', workload, ask, circumstances),
});
