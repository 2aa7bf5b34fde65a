import type { Evidence } from '#domain/evidence.ts';
import type { Citation } from '#domain/finding.ts';
import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ReplicaSet } from '#domain/kubernetes/workload.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { refKey } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { matchesLabels } from '#lib/label-selector.ts';
import { type AskFor, cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { callersOf, complainersAbout } from '../support/callers.ts';
import { eventLine, eventsOf } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { instant } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { isFinished } from '../support/pods.ts';
import { look } from '../support/remedies.ts';
import { changedAt, makersOf, selectsPods, serviceRef } from '../support/service-backends.ts';
import { some } from '../support/some.ts';

const NEEDS = [
  'services',
  'pods',
  'deployments',
  'statefulsets',
  'daemonsets',
  'configmaps',
  'ingresses',
  'events',
  'replicasets',
  'horizontalpodautoscalers',
  'logs',
] as const;
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const HOUR_MS = 3_600_000;

export const zeroReplicas = defineRule({
  id: 'zero-replicas',
  code: 'ScaledToZero',
  summary: 'a workload that others depend on is scaled to zero',
  about: 'Workload',
  role: 'cause',
  symptoms: ['unavailable', 'errors', 'target-down'],
  needs: NEEDS,
  references: [
    { title: 'Kubernetes: Scaling a Deployment', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#scaling-a-deployment' },
  ],

  async judge(workload, ask, { onset }) {
    const { kind, namespace, name } = workload.ref;
    if (workload.desired !== 0 || !['Deployment', 'StatefulSet', 'ReplicaSet'].includes(kind)) return notApplicable;
    const services = await ask(list('services', namespace));
    if (services.outcome !== 'present') return services.outcome === 'unavailable' ? undecided(services) : notApplicable;
    const pods = itemsOf(await ask(list('pods', namespace))).filter((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined);
    const alone = services.data.filter((service) => servesOnly(service, workload, pods));
    if (alone.length === 0) return notApplicable;

    const sets = itemsOf(await ask(list('replicasets', namespace)));
    const events = eventsOf(workload.ref, await ask(list('events', namespace)));
    const scaled = scaledDown(events);
    const { callers, citations } = await dependants(alone, workload, pods, sets, ask);
    const changed = await lastChange(workload, ask);
    const since = (instant(onset) ?? 0) - HOUR_MS;
    const lately = (instant(scaled?.lastTimestamp) ?? 0) > since || (instant(changed) ?? 0) > since;
    if (callers.length === 0 && !lately) return ruledOut(services, `${name} is scaled to zero, and nothing that runs is seen to call it.`);

    const wanted = replicasBefore(scaled, workload, sets);
    const autoscalers = itemsOf(await ask(list('horizontalpodautoscalers', namespace)));
    const planned = autoscalers.some(({ spec }) => spec.scaleTargetRef.name === name && spec.scaleTargetRef.kind === kind && spec.minReplicas === 0);
    const serviceNames = some(alone.map(({ metadata }) => metadata.name));
    return found(
      planned || callers.length === 0 ? 'possible' : scaled ? 'certain' : 'likely',
      [
        cite(workload.seenIn, `${kind} ${name} wants no replicas.`, { about: workload.ref, excerpt: fields({ 'spec.replicas': 0 }) }),
        cite(services, `Service ${serviceNames} leads to ${name} and to nothing else.`, {
          ...(alone[0] ? { about: serviceRef(alone[0]), excerpt: fields({ selector: alone[0].spec.selector }) } : {}),
        }),
        ...(scaled && events.outcome === 'present' ? [cite(events, 'It was scaled down.', { about: workload.ref, excerpt: eventLine(scaled) })] : []),
        ...citations,
      ],
      {
        title: `${kind} ${name} is scaled to zero (spec.replicas: 0), ${callers.length > 0 ? `but ${some(callers.map((ref) => ref.name))} call${callers.length === 1 ? 's' : ''} it` : `and Service ${serviceNames} has nothing else behind it`}`,
        explanation: `No pod of ${name} is wanted, so none runs, and Service ${serviceNames} has no endpoint. There is nothing wrong with the pods; someone or something set the replicas to zero.`,
        remedies: [
          look(workload.ref, 'See who changed the replicas, and when.', 'get', objectArg(workload.ref), '-o', 'yaml', '--show-managed-fields'),
          {
            kind: 'fix',
            advice: `Scale it up again${wanted > 1 ? ` to the ${wanted} it had` : ''}.`,
            command: kubectl(workload.ref, 'scale', objectArg(workload.ref), `--replicas=${wanted}`),
            risk: 'low',
          },
        ],
        since: scaled?.lastTimestamp ?? changed,
        affects: [...alone.map(serviceRef), ...callers],
      },
    );
  },
});

/** A Service that other pods serve as well is not left alone: the old colour of a blue-green pair is scaled to zero on purpose. */
function servesOnly(service: Service, { template }: Workload, pods: readonly Pod[]): boolean {
  const { selector } = service.spec;
  return selectsPods(service) && matchesLabels(selector, template.metadata.labels) && !pods.some((pod) => matchesLabels(selector, pod.metadata.labels));
}

/** Who calls the Services: by what they are told, and where that says nothing, by what they complain about. */
async function dependants(
  alone: readonly Service[],
  { ref: { namespace, name } }: Workload,
  pods: readonly Pod[],
  sets: readonly ReplicaSet[],
  ask: AskFor<(typeof NEEDS)[number]>,
): Promise<{ readonly callers: readonly ObjectRef[]; readonly citations: readonly Citation[] }> {
  const makers = (await makersOf(namespace, ask)).filter(({ ref, wanted }) => ref.name !== name && wanted !== 0);
  const told = callersOf(alone, makers, itemsOf(await ask(list('configmaps', namespace))), itemsOf(await ask(list('ingresses', namespace))));
  if (told.length > 0) return { callers: told, citations: [] };
  const complaints = await complainersAbout(
    alone.map(({ metadata }) => metadata.name),
    pods,
    sets,
    ask,
  );
  const callers = [...new Map(complaints.map(({ ref }) => [refKey(ref), ref])).values()];
  return { callers, citations: complaints.slice(0, 1).map(({ citation }) => citation) };
}

function scaledDown(events: Evidence<readonly KubernetesEvent[]>): KubernetesEvent | undefined {
  return events.outcome === 'present' ? events.data.findLast(({ message }) => /scaled down .* to 0\b|delete pod \S+ in statefulset/i.test(message)) : undefined;
}

/** When somebody last changed it, its creation included. */
async function lastChange({ ref }: Workload, ask: AskFor<(typeof NEEDS)[number]>): Promise<string | undefined> {
  const topic = ref.kind === 'Deployment' ? 'deployments' : ref.kind === 'StatefulSet' ? 'statefulsets' : 'replicasets';
  const objects = await ask(list(topic, ref.namespace));
  const object = objects.outcome === 'present' ? [...objects.data].find(({ metadata }) => metadata.name === ref.name) : undefined;
  return object && changedAt(object);
}

/** How many there were, where that can be told; else one. */
function replicasBefore(scaled: KubernetesEvent | undefined, { ownerUids }: Workload, sets: readonly ReplicaSet[]): number {
  const before = Number(/from (\d+) to 0/.exec(scaled?.message ?? '')?.[1] ?? 0);
  const own = sets.filter(({ metadata }) => ownerUids.includes(metadata.uid ?? ''));
  return before || Math.max(1, ...own.map(({ metadata }) => Number(metadata.annotations[DESIRED]) || 0));
}

function itemsOf<T>(evidence: Evidence<readonly T[]>): readonly T[] {
  return evidence.outcome === 'present' ? evidence.data : [];
}
