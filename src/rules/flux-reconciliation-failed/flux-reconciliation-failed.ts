import { refText } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { defineRule } from '../rule.ts';
import { deliveriesIn, MARKED } from '../support/delivered-by.ts';
import { reconciliationFailure } from '../support/delivery-failures.ts';
import { judgeDeliveries } from '../support/delivery-rule.ts';

export const fluxReconciliationFailed = defineRule({
  id: 'flux-reconciliation-failed',
  code: 'FluxReconciliationFailed',
  summary: 'Flux could not apply a Kustomization',
  about: 'Namespace',
  role: 'consequence',
  symptoms: ['rollout-stuck', 'unavailable', 'not-ready'],
  needs: [...MARKED, 'kustomizations'],
  references: [{ title: 'Flux: Kustomization', url: 'https://fluxcd.io/flux/components/kustomize/kustomizations/#conditions' }],

  async judge({ ref }, ask, circumstances) {
    const deliveries = await deliveriesIn('kustomizations', ref.name, ask, (namespace) => ask(list('kustomizations', namespace)));
    return judgeDeliveries('kustomizations', deliveries, circumstances, {
      failureOf: reconciliationFailure,
      failed: (kustomization) => `Flux could not apply ${refText(kustomization)}`,
      worked: (kustomization) => `${refText(kustomization)} is not reported as failed.`,
      explanation:
        'What the source says is not applied, or only in part: a change, or the correction of one, has not arrived. `HealthCheckFailed` says only that what was applied did not become ready.',
    });
  },
});
