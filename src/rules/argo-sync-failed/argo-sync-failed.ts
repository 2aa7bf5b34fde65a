import { refText } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { defineRule } from '../rule.ts';
import { deliveriesIn, MARKED } from '../support/delivered-by.ts';
import { syncFailure } from '../support/delivery-failures.ts';
import { judgeDeliveries } from '../support/delivery-rule.ts';

export const argoSyncFailed = defineRule({
  id: 'argo-sync-failed',
  code: 'ArgoSyncFailed',
  summary: 'Argo CD could not bring the workloads of an Application to what its repository says',
  about: 'Namespace',
  role: 'consequence',
  symptoms: ['rollout-stuck', 'unavailable', 'not-ready'],
  needs: [...MARKED, 'applications'],
  references: [
    { title: 'Argo CD: Sync Phases and Waves', url: 'https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/' },
    { title: 'Argo CD: Resource Tracking', url: 'https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/' },
  ],

  async judge({ ref }, ask, circumstances) {
    const deliveries = await deliveriesIn('applications', ref.name, ask, (namespace) => ask(list('applications', namespace)));
    return judgeDeliveries('applications', deliveries, circumstances, {
      failureOf: syncFailure,
      failed: (application) => `Argo CD could not sync ${refText(application)}`,
      worked: (application) => `${refText(application)} reports no sync that failed.`,
      explanation:
        'What runs is not, or only in part, what the repository says: a change, or the correction of one, has not arrived. What the API server or a hook said names the object to correct.',
    });
  },
});
