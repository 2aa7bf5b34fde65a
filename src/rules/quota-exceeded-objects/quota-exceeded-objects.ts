import { defineRule } from '../rule.ts';
import { judgeQuota, QUOTA_NEEDS } from '../support/quota-exceeded.ts';

export const quotaExceededObjects = defineRule({
  id: 'quota-exceeded-objects',
  code: 'QuotaExceededObjects',
  summary: 'a quota of the namespace on the number of objects refuses new ones',
  about: 'Namespace',
  role: 'cause',
  symptoms: ['quota', 'unavailable', 'rollout-stuck', 'autoscaling'],
  needs: QUOTA_NEEDS,
  references: [{ title: 'Kubernetes: Resource Quotas', url: 'https://kubernetes.io/docs/concepts/policy/resource-quotas/' }],

  judge: (namespace, ask, circumstances) => judgeQuota('objects', namespace, ask, circumstances),
});
