import { refText } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { defineRule } from '../rule.ts';
import { deliveriesIn, MARKED } from '../support/delivered-by.ts';
import { releaseFailure } from '../support/delivery-failures.ts';
import { judgeDeliveries } from '../support/delivery-rule.ts';

export const helmReleaseFailed = defineRule({
  id: 'helm-release-failed',
  code: 'HelmReleaseFailed',
  summary: 'Flux could not install, upgrade or test a Helm release',
  about: 'Namespace',
  role: 'consequence',
  symptoms: ['rollout-stuck', 'unavailable', 'not-ready'],
  needs: [...MARKED, 'helmreleases'],
  references: [{ title: 'Flux: HelmRelease', url: 'https://fluxcd.io/flux/components/helm/helmreleases/#conditions' }],

  async judge({ ref }, ask, circumstances) {
    const deliveries = await deliveriesIn('helmreleases', ref.name, ask, (namespace) => ask(list('helmreleases', namespace)));
    return judgeDeliveries('helmreleases', deliveries, circumstances, {
      failureOf: releaseFailure,
      failed: (release) => `Flux could not release ${refText(release)}`,
      worked: (release) => `${refText(release)} is not reported as failed.`,
      explanation:
        'The chart was not released as it should be, or its tests failed; what runs may be the release before, or half of each. A time-out says only that what was released did not become ready.',
    });
  },
});
