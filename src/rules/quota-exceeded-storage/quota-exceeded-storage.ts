import type { PersistentVolume } from '#domain/kubernetes/cluster.ts';
import { list } from '#domain/question.ts';
import { formatBytes, parseQuantity } from '#lib/quantity.ts';
import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { missingClaims } from '../support/missing-claims.ts';
import { workloadsOf } from '../support/owners.ts';
import { podRef } from '../support/pods.ts';
import { leftOf, quotaKind } from '../support/quota.ts';
import { changedLately, citeQuota, judgeQuota, QUOTA_NEEDS } from '../support/quota-exceeded.ts';
import { editIt, look } from '../support/remedies.ts';

export const quotaExceededStorage = defineRule({
  id: 'quota-exceeded-storage',
  code: 'QuotaExceededStorage',
  summary: 'a quota of the namespace on storage or claims refuses new claims',
  about: 'Namespace',
  role: 'cause',
  symptoms: ['quota', 'pending', 'volume-trouble', 'unavailable'],
  needs: [...QUOTA_NEEDS, 'persistentvolumeclaims', 'persistentvolumes'],
  references: [{ title: 'Kubernetes: Resource Quotas', url: 'https://kubernetes.io/docs/concepts/policy/resource-quotas/#storage-resource-quota' }],

  // A claim made by hand leaves no event when it is refused: what shows is a pod that waits for a claim which is not there, and a quota without room for it.
  judge: (namespace, ask, circumstances) =>
    judgeQuota('storage', namespace, ask, circumstances, async (quotas, seenIn) => {
      const { name } = namespace.ref;
      const pods = await ask(list('pods', name));
      const claims = await ask(list('persistentvolumeclaims', name));
      if (pods.outcome !== 'present' || seenIn.outcome !== 'present') return notApplicable;
      const missing = missingClaims(pods.data, claims);
      const [first] = missing;
      if (!first) return notApplicable;
      const volumes = await ask(list('persistentvolumes'));
      const free = volumes.outcome === 'present' ? smallestFree(volumes.data) : undefined;
      const tight = quotas
        .flatMap((quota) => Object.entries(quota.status.hard).map(([resource, hard]) => ({ quota, resource, hard, used: quota.status.used[resource] ?? '0' })))
        .filter(({ resource }) => quotaKind(resource) === 'storage' && !resource.includes('ephemeral'))
        .map((one) => ({ ...one, left: leftOf(one.used, one.hard) ?? Number.POSITIVE_INFINITY }))
        .find(({ left, resource }) => left <= 0 || (/requests\.storage$/.test(resource) && free !== undefined && left < free.size));
      if (!tight) return notApplicable;
      const { quota, resource, hard, used, left } = tight;
      const at = { kind: 'ResourceQuota', namespace: name, name: quota.metadata.name };
      const sets = await ask(list('replicasets', name));
      const waiting = workloadsOf(
        missing.map(({ pod }) => pod),
        sets.outcome === 'present' ? sets.data : [],
      );
      return found(
        left <= 0 || changedLately(quota, circumstances) ? 'likely' : 'possible',
        [
          citeQuota(seenIn, quota),
          cite(pods, `Pod ${first.pod.metadata.name} waits for claim ${first.name}, which does not exist.`, {
            about: podRef(first.pod),
            excerpt: fields({ 'PodScheduled.message': first.pod.status.conditions.find(({ type }) => type === 'PodScheduled')?.message }),
          }),
          ...(free && volumes.outcome === 'present' ? [cite(volumes, `The smallest free volume, ${free.name}, has ${formatBytes(free.size)}.`)] : []),
        ],
        {
          title: `Quota ${quota.metadata.name} of namespace ${name} allows ${resource} of ${hard} (${used} used), too little for claim ${first.name}, which is missing`,
          explanation: `The API server refuses a claim that would go over the quota, and a pod waits for ever for a claim that could not be created. ${
            left <= 0
              ? 'Nothing of the quota is left'
              : free
                ? `The volume it could have has ${formatBytes(free.size)}, and the quota leaves ${formatBytes(left)}`
                : ''
          }. Raise the quota, then create claim ${first.name} again.`,
          remedies: [
            look(at, 'See what is used of the quota.', 'describe', `resourcequota/${quota.metadata.name}`),
            editIt(at, `Raise ${resource} of the quota, then apply claim ${first.name} again.`),
          ],
          since: quota.metadata.creationTimestamp,
          affects: [{ kind: 'PersistentVolumeClaim', namespace: name, name: first.name }, ...missing.map(({ pod }) => podRef(pod)), ...waiting],
        },
      );
    }),
});

function smallestFree(volumes: readonly PersistentVolume[]): { readonly name: string; readonly size: number } | undefined {
  return volumes
    .filter(({ status, spec }) => status.phase === 'Available' && spec.claimRef === undefined)
    .map(({ metadata, spec }) => ({ name: metadata.name, size: parseQuantity(spec.capacity['storage']) ?? Number.POSITIVE_INFINITY }))
    .toSorted((left, right) => left.size - right.size)
    .find(({ size }) => Number.isFinite(size));
}
