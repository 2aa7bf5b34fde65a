import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { missingServices } from '../support/missing-services.ts';
import { citeQuota, fullIn, judgeQuota, QUOTA_NEEDS } from '../support/quota-exceeded.ts';
import { editIt, look } from '../support/remedies.ts';
import { makersOf } from '../support/service-backends.ts';

export const quotaExceededServices = defineRule({
  id: 'quota-exceeded-services',
  code: 'QuotaExceededServices',
  summary: 'a quota of the namespace on the number of Services refuses new ones',
  about: 'Namespace',
  role: 'cause',
  symptoms: ['quota', 'unavailable', 'errors'],
  needs: [...QUOTA_NEEDS, 'services', 'deployments', 'configmaps'],
  references: [{ title: 'Kubernetes: Resource Quotas', url: 'https://kubernetes.io/docs/concepts/policy/resource-quotas/#object-count-quota' }],

  // No controller creates Services, so a refusal leaves no event: what shows is a Service that others call and that is not there, and a quota without room for it.
  judge: (namespace, ask, circumstances) =>
    judgeQuota('services', namespace, ask, circumstances, async (quotas, seenIn) => {
      const [full] = quotas.flatMap((quota) => fullIn(quota, 'services'));
      if (!full || seenIn.outcome !== 'present') return notApplicable;
      const { name } = namespace.ref;
      const services = await ask(list('services', name));
      if (services.outcome !== 'present') return notApplicable;
      const configMaps = await ask(list('configmaps', name));
      const [missing] = missingServices(await makersOf(name, ask), services.data, configMaps.outcome === 'present' ? configMaps.data : []);
      if (!missing) return notApplicable;
      const quota = full.quota.metadata.name;
      const at = { kind: 'ResourceQuota', namespace: name, name: quota };
      return found(
        'likely',
        [
          citeQuota(seenIn, full.quota),
          cite(
            services,
            `There is no Service ${missing.service}, which ${missing.caller.name} calls (${missing.where}: ${missing.value}); ${services.data.length} others are there.`,
          ),
        ],
        {
          title: `Quota ${quota} of namespace ${name} allows ${full.hard} ${full.resource}, all are used, and Service ${missing.service}, which ${missing.caller.name} calls, is missing`,
          explanation: `With the quota used up, the API server refuses every new Service. ${missing.serves.name} has pods, but no Service leads to them, so its callers find no such host. Raise the quota or remove a Service that is not needed, then create ${missing.service} again.`,
          remedies: [
            look(at, 'See what is used of the quota.', 'describe', `resourcequota/${quota}`),
            editIt(at, `Raise ${full.resource} of the quota, then apply Service ${missing.service} again.`),
          ],
          since: full.quota.metadata.creationTimestamp,
          affects: [missing.caller, { kind: 'Service', namespace: name, name: missing.service }, missing.serves],
        },
      );
    }),
});
