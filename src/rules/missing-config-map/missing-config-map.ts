import { list } from '#domain/question.ts';
import { defineRule } from '../rule.ts';
import { judgeMissingObject } from '../support/missing-config.ts';
import { podsOf } from '../support/pods.ts';

export const missingConfigMap = defineRule({
  id: 'missing-config-map',
  code: 'MissingConfigMap',
  summary: 'a ConfigMap that the pod refers to does not exist',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events', 'configmaps'],
  references: [
    {
      title: 'Kubernetes: Configure a Pod to Use a ConfigMap',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#restrictions',
    },
  ],

  async judge(workload, ask) {
    const { namespace } = workload.ref;
    const pods = podsOf(workload, await ask(list('pods', namespace)));
    return judgeMissingObject('ConfigMap', workload, pods, await ask(list('events', namespace)), await ask(list('configmaps', namespace)));
  },
});
