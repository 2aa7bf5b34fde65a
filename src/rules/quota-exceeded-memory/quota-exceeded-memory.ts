import { defineRule } from '../rule.ts';
import { judgeQuota, QUOTA_NEEDS } from '../support/quota-exceeded.ts';

export const quotaExceededMemory = defineRule({
  id: 'quota-exceeded-memory',
  code: 'QuotaExceededMemory',
  summary: 'a quota of the namespace on memory refuses new pods',
  about: 'Namespace',
  role: 'cause',
  symptoms: ['quota', 'unavailable', 'rollout-stuck', 'autoscaling'],
  needs: QUOTA_NEEDS,
  references: [{ title: 'Kubernetes: Resource Quotas', url: 'https://kubernetes.io/docs/concepts/policy/resource-quotas/' }],

  judge: (namespace, ask, circumstances) => judgeQuota('memory', namespace, ask, circumstances),
});
