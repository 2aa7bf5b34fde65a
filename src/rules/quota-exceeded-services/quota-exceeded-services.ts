import type { Service } from '#domain/kubernetes/network.ts';
import { list } from '#domain/question.ts';
import { type AskFor, cite, defineRule, found, notApplicable } from '../rule.ts';
import { complainersAbout } from '../support/callers.ts';
import { type MissingService, missingServices, unreachedMakers } from '../support/missing-services.ts';
import { citeQuota, fullIn, judgeQuota, QUOTA_NEEDS } from '../support/quota-exceeded.ts';
import { editIt, look } from '../support/remedies.ts';
import { type Maker, makersOf } from '../support/service-backends.ts';

export const quotaExceededServices = defineRule({
  id: 'quota-exceeded-services',
  code: 'QuotaExceededServices',
  summary: 'a quota of the namespace on the number of Services refuses new ones',
  about: 'Namespace',
  role: 'cause',
  symptoms: ['quota', 'unavailable', 'errors'],
  needs: [...QUOTA_NEEDS, 'services', 'deployments', 'configmaps', 'logs'],
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
      const makers = await makersOf(name, ask);
      const [told] = missingServices(makers, services.data, configMaps.outcome === 'present' ? configMaps.data : []);
      const missing: MissingService | undefined = told ?? (await complainedAbout(unreachedMakers(makers, services.data), services.data, name, ask));
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
          ...(missing.citation ? [missing.citation] : []),
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

/** A Service that somebody calls in vain, by the logs: one with the name of a workload that no Service leads to. */
async function complainedAbout(
  unreached: readonly Maker[],
  services: readonly Service[],
  namespace: string,
  ask: AskFor<'pods' | 'replicasets' | 'logs'>,
): Promise<MissingService | undefined> {
  const hosts = unreached.map(({ ref }) => ref.name).filter((name) => !services.some(({ metadata }) => metadata.name === name));
  if (hosts.length === 0) return undefined;
  const [pods, sets] = [await ask(list('pods', namespace)), await ask(list('replicasets', namespace))];
  if (pods.outcome !== 'present') return undefined;
  const [complaint] = await complainersAbout(hosts, pods.data, sets.outcome === 'present' ? sets.data : [], ask);
  const serves = unreached.find(({ ref }) => ref.name === complaint?.host);
  return complaint && serves
    ? { service: complaint.host, caller: complaint.ref, where: 'log', value: complaint.host, serves: serves.ref, citation: complaint.citation }
    : undefined;
}
