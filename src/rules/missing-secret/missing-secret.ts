import { list } from '#domain/question.ts';
import { defineRule } from '../rule.ts';
import { judgeMissingObject } from '../support/missing-config.ts';
import { podsOf } from '../support/pods.ts';

export const missingSecret = defineRule({
  id: 'missing-secret',
  code: 'MissingSecret',
  summary: 'a Secret that the pod refers to does not exist',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events', 'secrets'],
  references: [{ title: 'Kubernetes: Using Secrets', url: 'https://kubernetes.io/docs/concepts/configuration/secret/#using-a-secret' }],

  async judge(workload, ask) {
    const { namespace } = workload.ref;
    const pods = podsOf(workload, await ask(list('pods', namespace)));
    return judgeMissingObject('Secret', workload, pods, await ask(list('events', namespace)), await ask(list('secrets', namespace)));
  },
});
