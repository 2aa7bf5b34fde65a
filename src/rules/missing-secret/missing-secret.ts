import { list } from '#domain/question.ts';
import { defineRule, notApplicable } from '../rule.ts';
import { judgeMissingObject } from '../support/missing-config.ts';
import { podsOf } from '../support/pods.ts';
import { stuckPods } from '../support/stuck-pods.ts';

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
    const events = await ask(list('events', namespace));
    // Secrets are read only when a pod waits for something: mostly they may not be read, and that is no gap where nobody needs them.
    if (pods.outcome === 'present' && stuckPods(pods.data, events).length === 0) return notApplicable;
    return judgeMissingObject('Secret', workload, pods, events, await ask(list('secrets', namespace)));
  },
});
