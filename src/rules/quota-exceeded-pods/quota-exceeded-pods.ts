import { defineRule } from '../rule.ts';
import { judgeQuota, QUOTA_NEEDS } from '../support/quota-exceeded.ts';

export const quotaExceededPods = defineRule({
  id: 'quota-exceeded-pods',
  code: 'QuotaExceededPods',
  summary: 'a quota of the namespace on the number of pods refuses new ones',
  about: 'Namespace',
  role: 'cause',
  symptoms: ['quota', 'unavailable', 'rollout-stuck', 'autoscaling'],
  needs: QUOTA_NEEDS,
  references: [{ title: 'Kubernetes: Resource Quotas', url: 'https://kubernetes.io/docs/concepts/policy/resource-quotas/' }],

  judge: (namespace, ask, circumstances) => judgeQuota('pods', namespace, ask, circumstances),
});
