import type { Present } from '#domain/evidence.ts';
import type { NetworkPolicy, Service } from '#domain/kubernetes/network.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import type { ClueKind } from '#lib/logs/wording.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { calledAddresses, serviceAt } from '../support/addresses.ts';
import { isAboutHost, type SaidClue, saidClues } from '../support/called-logs.ts';
import { elsewhere } from '../support/called-namespaces.ts';
import { dependencyClues } from '../support/dependency.ts';
import { fields } from '../support/excerpt.ts';
import { isRecent, latestOf } from '../support/instants.ts';
import { kubectl } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { type End, policiesFor, reachBy } from '../support/policy-reach.ts';
import { asProtocol, resolveTargetPort } from '../support/served-ports.ts';
import { changedAt, podsBehind } from '../support/service-backends.ts';
import { fix, look } from '../support/workload-edits.ts';

/** A policy that is older than this has been lived with. */
const NEW_SECONDS = 86_400;
/** A dropped packet is waited for; a CNI that rejects refuses. */
const COMPLAINTS: readonly ClueKind[] = ['timeout', 'connection-refused', 'unreachable', 'unavailable', 'dns'];

/** A connection that policies do not let through. */
interface Blocked {
  readonly what: string;
  readonly policies: readonly NetworkPolicy[];
  readonly complaint: SaidClue | undefined;
  readonly callee: ObjectRef | undefined;
}

export const networkPolicyBlocks = defineRule({
  id: 'network-policy-blocks',
  code: 'NetworkPolicyBlocks',
  summary: 'network policies do not let a workload reach what it calls, or the DNS',
  about: 'Workload',
  role: 'cause',
  symptoms: ['errors', 'unavailable', 'slow', 'not-ready', 'restarting'],
  needs: ['pods', 'services', 'configmaps', 'networkpolicies', 'namespaces', 'logs'],
  references: [{ title: 'Kubernetes: Network Policies', url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/' }],

  async judge(workload, ask, circumstances) {
    const { ref, template } = workload;
    if (ref.namespace === undefined || workload.desired === 0 || template.spec.hostNetwork) return notApplicable;
    const maps = await ask(list('configmaps', ref.namespace));
    const called = calledAddresses(template.spec, maps.outcome === 'present' ? maps.data : []);
    const hosts = called.map(({ host }) => host);
    const others = await elsewhere(hosts, ref.namespace, ask);
    // The policies of a namespace say who is let in there, from wherever.
    const facts: Present<readonly NetworkPolicy[]>[] = [];
    for (const space of new Set([ref.namespace, ...namespacesCalled(hosts, ref.namespace, others.services)])) {
      const answer = await ask(list('networkpolicies', space));
      if (answer.outcome === 'present') facts.push(answer);
    }
    const policies = facts.flatMap(({ data }) => data);
    const [home] = facts;
    if (!home || policies.length === 0) return notApplicable;
    const [services, all, spaces] = [await ask(list('services', ref.namespace)), await ask(list('pods', ref.namespace)), await ask(list('namespaces'))];
    if (services.outcome !== 'present' || all.outcome !== 'present') return undecided('Services or pods could not be listed.');
    const [known, around] = [
      [...services.data, ...others.services],
      [...all.data, ...others.pods],
    ];
    const own = podsOf(workload, all);
    const mine = own.outcome === 'present' ? own.data : [];
    const said = (await saidClues(mine, ask)).filter(({ clue }) => COMPLAINTS.includes(clue.kind));
    // Drivers often name no host: then it is the one dependency of their kind.
    const told = (await dependencyClues(workload, COMPLAINTS, ask, circumstances))?.clues ?? [];
    const namespaces = spaces.outcome === 'present' ? spaces.data : undefined;
    const caller: End = { namespace: ref.namespace, labels: template.metadata.labels, addresses: mine.flatMap(({ status }) => status.podIP ?? []) };
    const outward = policiesFor(caller, 'Egress', policies);

    // An address out of a Secret is not known, but what complains of it names it, or the address of its Service.
    const complainedOf = told.flatMap(({ clue, target }) => (target.service ? [{ host: hostOf(target.service), port: clue.port ?? target.port }] : []));
    const blocked = [...called, ...complainedOf].flatMap(({ host, port }): readonly Blocked[] => {
      const service = serviceAt(host, ref.namespace ?? '', known);
      const [pod] = service ? podsBehind(service, around) : [];
      if (!service || !pod) return [];
      const forwarded = service.spec.ports.find((one) => port === undefined || one.port === port);
      const protocol = asProtocol(forwarded?.protocol);
      const target = forwarded && resolveTargetPort(forwarded.targetPort ?? forwarded.port, protocol, pod.spec);
      if (target === undefined) return [];
      const callee: End = {
        namespace: pod.metadata.namespace ?? '',
        labels: pod.metadata.labels,
        addresses: pod.status.podIP ? [pod.status.podIP] : [],
        spec: pod.spec,
      };
      const inward = policiesFor(callee, 'Ingress', policies);
      const complaint =
        said.find(({ clue }) => isAboutHost(clue, host) || clue.host === service.spec.clusterIP || clue.host === pod.status.podIP) ??
        told.find(({ clue, target }) => clue.host === undefined && target.service === service);
      const ways = [
        {
          policies: outward,
          reach: reachBy(outward, 'Egress', callee, target, protocol, pod.spec, namespaces),
          text: `does not let ${ref.name} out to ${service.metadata.name} (port ${target})`,
        },
        {
          policies: inward,
          reach: reachBy(inward, 'Ingress', caller, target, protocol, pod.spec, namespaces),
          text: `does not let ${ref.name} in to ${service.metadata.name} (port ${target})`,
        },
      ];
      return ways
        .filter(({ reach }) => reach === 'closed')
        .map((way) => ({
          what: way.text,
          policies: way.policies,
          complaint,
          callee: { kind: 'Service', namespace: service.metadata.namespace, name: service.metadata.name },
        }));
    });
    const dns: End = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, addresses: [], spec: undefined };
    const deaf = [53, 5353, 8053].every((port) =>
      ['UDP', 'TCP'].every((protocol) => reachBy(outward, 'Egress', dns, port, protocol, undefined, namespaces) === 'closed'),
    );
    if (outward.length > 0 && deaf)
      blocked.unshift({
        what: `does not let ${ref.name} out to the DNS of the cluster (port 53)`,
        policies: outward,
        complaint: said.find(({ clue }) => clue.kind === 'dns'),
        callee: undefined,
      });
    if (blocked.length === 0) return ruledOut(home, `The network policies let ${ref.name} reach what it calls.`);
    return dedupe(blocked).flatMap((one) => verdictOf(workload, one, facts, circumstances.now));
  },
});

/** Namespaces other than its own that these hosts lead to. */
function namespacesCalled(hosts: readonly string[], namespace: string, services: readonly Service[]): readonly string[] {
  return hosts.flatMap((host) => serviceAt(host, namespace, services)?.metadata.namespace ?? []);
}

function hostOf({ metadata }: Service): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.name}.${metadata.namespace}`;
}

/** One verdict per set of policies: the first connection that shows it, with a complaint if there is one. */
function dedupe(blocked: readonly Blocked[]): readonly Blocked[] {
  const bySet = Map.groupBy(blocked, ({ policies }) => policies.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join());
  return [...bySet.values()].flatMap((same) => same.find(({ complaint }) => complaint) ?? same[0] ?? []);
}

function verdictOf(
  workload: Workload,
  { what, policies, complaint, callee }: Blocked,
  facts: readonly Present<readonly NetworkPolicy[]>[],
  now: string,
): readonly Verdict[] {
  const { ref } = workload;
  const newest = policies.toSorted((left, right) => (changedAt(right) ?? '').localeCompare(changedAt(left) ?? ''))[0];
  const evidence = facts.find(({ data }) => newest !== undefined && data.includes(newest));
  if (!newest || !evidence) return [];
  const changed = changedAt(newest);
  if (!complaint && !isRecent(changed, now, NEW_SECONDS))
    return [undecided(`The network policy ${newest.metadata.name} ${what}; nothing tells whether that is tried.`)];
  const subject: ObjectRef = { kind: 'NetworkPolicy', namespace: newest.metadata.namespace, name: newest.metadata.name, uid: newest.metadata.uid };
  const names = policies.map(({ metadata }) => metadata.name).join(', ');
  return [
    found(
      complaint ? 'certain' : 'possible',
      [
        cite(evidence, `NetworkPolicy ${names} ${what}.`, { about: subject, excerpt: fields({ ...newest.spec }) }),
        ...(complaint
          ? [cite(complaint.fact, `${ref.name} complains that it gets no connection.`, { about: podRef(complaint.pod), excerpt: errorText(complaint.error) })]
          : []),
      ],
      {
        title: `NetworkPolicy ${names} ${what}`,
        explanation:
          'A pod that a policy selects may be reached, or reach out, only as some policy allows. None allows this connection, so its packets are dropped: the caller waits until it times out, while both sides look well.',
        subject,
        remedies: [
          look('See the policies.', kubectl(subject, 'describe', 'networkpolicies')),
          fix('Allow this connection in the policy.', kubectl(subject, 'edit', `networkpolicy/${subject.name}`)),
        ],
        since: latestOf(changed),
        affects: [ref, ...(callee ? [callee] : [])],
      },
    ),
  ];
}
