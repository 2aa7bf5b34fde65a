import type { PodSpec } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { calledAddresses, serviceAt } from '../support/addresses.ts';
import { saidClues } from '../support/called-logs.ts';
import { revisionsOf } from '../support/earlier-template.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { fix, hasTemplate, look, rollBack } from '../support/workload-edits.ts';

/** Where NodeLocal DNSCache listens on every node. https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/ */
const NODE_LOCAL = /^169\.254\./;

export const dnsPolicyWrong = defineRule({
  id: 'dns-policy-wrong',
  code: 'DnsPolicyWrong',
  summary: "the DNS settings of a workload's pods keep them from finding the Services that they call by name",
  about: 'Workload',
  role: 'cause',
  symptoms: ['errors', 'unavailable', 'restarting', 'not-ready'],
  needs: ['pods', 'services', 'configmaps', 'replicasets', 'logs'],
  references: [{ title: "Kubernetes: Pod's DNS Policy", url: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy' }],

  async judge(workload, ask) {
    const { ref } = workload;
    const { spec } = workload.template;
    if (ref.namespace === undefined || workload.desired === 0) return notApplicable;
    const plain = (spec.dnsPolicy ?? 'ClusterFirst') === 'ClusterFirst' && !spec.hostNetwork;
    if (plain && spec.hostAliases.length === 0) return notApplicable;
    const services = await ask(list('services', ref.namespace));
    if (services.outcome !== 'present') return services.outcome === 'unavailable' ? undecided(services) : notApplicable;
    const maps = await ask(list('configmaps', ref.namespace));
    const called = calledAddresses(spec, maps.outcome === 'present' ? maps.data : []);
    const byName = called.flatMap(({ host }) => {
      const service = serviceAt(host, ref.namespace ?? '', services.data);
      return service ? [{ host, service }] : [];
    });
    const [first] = byName;
    const system = await ask(list('services', 'kube-system'));
    const dns =
      system.outcome === 'present'
        ? system.data.find(({ metadata }) => metadata.labels['k8s-app'] === 'kube-dns' || metadata.name === 'kube-dns' || metadata.name === 'coredns')?.spec
            .clusterIP
        : undefined;
    const hijacked = spec.hostAliases.flatMap(({ ip, hostnames }) =>
      byName.filter(({ host, service }) => hostnames.includes(host) && service.spec.clusterIP !== ip).map(({ host }) => ({ host, ip })),
    )[0];
    const astray = byName.flatMap(({ host }) => settingFault(spec, host, ref.namespace ?? '', dns) ?? [])[0];
    const wrong = hijacked ? `hostAliases sends ${hijacked.host} to ${hijacked.ip}, which is not its Service` : astray;
    if (!wrong) return first ? ruledOut(services, `The DNS settings of ${ref.name} let it find Services.`) : notApplicable;

    const own = podsOf(workload, await ask(list('pods', ref.namespace)));
    const complaint =
      own.outcome === 'present'
        ? (await saidClues(own.data, ask)).find(({ clue }) => clue.kind === 'dns' || (hijacked && (clue.host === hijacked.host || clue.host === hijacked.ip)))
        : undefined;
    const replicaSets = await ask(list('replicasets', ref.namespace));
    const since = replicaSets.outcome === 'present' ? revisionsOf(workload, replicaSets.data)[0]?.createdAt : undefined;
    const names = [...new Set(byName.map(({ host }) => host))].slice(0, 4).join(', ');
    return found(
      complaint ? 'certain' : 'likely',
      [
        cite(workload.seenIn, `In the pods of ${ref.name}, ${wrong}.`, {
          about: ref,
          excerpt: fields({
            dnsPolicy: spec.dnsPolicy ?? 'ClusterFirst',
            dnsConfig: spec.dnsConfig,
            hostNetwork: spec.hostNetwork,
            hostAliases: spec.hostAliases.length > 0 ? spec.hostAliases : undefined,
          }),
        }),
        cite(services, `It calls ${names} by name, which are Services here.`),
        ...(complaint ? [cite(complaint.fact, 'Its log complains of a name.', { about: podRef(complaint.pod), excerpt: errorText(complaint.error) })] : []),
      ],
      {
        title: `${ref.name} cannot find ${names} by name: ${wrong}`,
        explanation:
          'Names of Services are known to the DNS of the cluster only. These pods ask somebody else, or are told another address, so calls by name fail or go astray, while the Services are well and other workloads reach them.',
        remedies: [
          look('See its DNS settings.', kubectl(ref, 'get', objectArg(ref), '-o', 'yaml')),
          ...rollBack(ref),
          fix(
            hijacked
              ? `Remove ${hijacked.host} from hostAliases.`
              : spec.hostNetwork
                ? 'Set dnsPolicy to ClusterFirstWithHostNet.'
                : 'Set dnsPolicy back to ClusterFirst.',
            !hijacked && hasTemplate(ref)
              ? kubectl(
                  ref,
                  'patch',
                  objectArg(ref),
                  '-p',
                  JSON.stringify({
                    spec: { template: { spec: { dnsPolicy: spec.hostNetwork ? 'ClusterFirstWithHostNet' : 'ClusterFirst', dnsConfig: null } } },
                  }),
                )
              : kubectl(ref, 'edit', objectArg(ref)),
          ),
        ],
        since: since ?? workload.createdAt,
        affects: own.outcome === 'present' ? own.data.slice(0, 50).map(podRef) : [],
      },
    );
  },
});

/** What of the settings keeps this host from being found; undefined when nothing does, or it cannot be told. */
function settingFault(spec: PodSpec, host: string, namespace: string, dns: string | undefined): string | undefined {
  const policy = spec.dnsPolicy ?? 'ClusterFirst';
  if (policy === 'Default') return "dnsPolicy is Default, which asks the node's DNS instead of the cluster's";
  if (spec.hostNetwork && policy === 'ClusterFirst') return "hostNetwork with dnsPolicy ClusterFirst asks the node's DNS; ClusterFirstWithHostNet is needed";
  if (policy !== 'None') return undefined;
  const servers = spec.dnsConfig?.nameservers ?? [];
  const known = dns === undefined ? servers.some((server) => NODE_LOCAL.test(server)) : servers.some((server) => server === dns || NODE_LOCAL.test(server));
  if (dns !== undefined && !known) return `dnsPolicy is None with nameserver ${servers.join(', ') || 'none'}, which is not the cluster's DNS (${dns})`;
  const missing = known ? missingSearch(host, namespace, spec.dnsConfig?.searches ?? []) : undefined;
  return missing && `dnsPolicy is None without the search domain ${missing}, so the short name ${host} is not completed`;
}

/** The search domain without which this name of a Service is not completed to `name.namespace.svc.<domain>`; undefined when there is one, or the name is whole. */
function missingSearch(host: string, namespace: string, searches: readonly string[]): string | undefined {
  const labels = host.split('.');
  if (labels.length > 2) return undefined;
  const begins = labels.length === 1 ? `${namespace}.svc.` : 'svc.';
  return searches.some((search) => search.startsWith(begins)) ? undefined : `${begins}cluster.local`;
}
