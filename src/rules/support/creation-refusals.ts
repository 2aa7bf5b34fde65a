import type { Evidence } from '#domain/evidence.ts';
import type { Citation } from '#domain/finding.ts';
import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { KubernetesObject } from '#domain/kubernetes/meta.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { listIndex } from '#lib/list-index.ts';
import { type AskFor, cite } from '../rule.ts';
import { eventLine, eventsOf } from './events.ts';
import { fields } from './excerpt.ts';
import { controllerOf } from './owners.ts';

const byOwner = listIndex<Pod>(({ metadata }) => metadata.ownerReferences.map(({ uid }) => uid));

/** What tells which controllers may not create what they want. */
export const CREATION_NEEDS = ['replicasets', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs', 'pods', 'events'] as const;
type CreationTopic = (typeof CREATION_NEEDS)[number];

/** The API server refuses now what a controller wants to create. */
export interface CreationRefusal {
  /** ReplicaSet, StatefulSet, DaemonSet, Job or CronJob. */
  readonly controller: ObjectRef;
  /** The object to change: the Deployment of a ReplicaSet, else the controller itself. */
  readonly workload: ObjectRef;
  /** What the API server answered. */
  readonly message: string;
  readonly since: string | undefined;
  readonly citations: readonly Citation[];
  /** Both the controller's status and an event say so. */
  readonly confirmed: boolean;
  /** Pods that are wanted and do not exist. */
  readonly missing: number;
}

/**
 * Refusals that hold now, in a namespace. A ReplicaSet says so in its condition ReplicaFailure, which goes away with the next success. Events do not go away:
 * they count only while something is missing and nothing was created after them, so that the stumbling of a start long over is not taken for trouble.
 * `controllers`: only those with these uids.
 */
export async function creationRefusals(
  namespace: string | undefined,
  ask: AskFor<CreationTopic>,
  controllers?: readonly string[],
): Promise<readonly CreationRefusal[]> {
  const [sets, stateful, daemons, jobs, crons] = [
    await ask(list('replicasets', namespace)),
    await ask(list('statefulsets', namespace)),
    await ask(list('daemonsets', namespace)),
    await ask(list('jobs', namespace)),
    await ask(list('cronjobs', namespace)),
  ];
  const wants: readonly Wanting[] = [
    ...itemsOf(sets).map((one) => ({
      object: one,
      missing: (one.spec.replicas ?? 1) - one.status.replicas,
      condition: one.status.conditions.find(isFailure),
      seenIn: sets,
    })),
    ...itemsOf(stateful).map((one) => ({ object: one, missing: (one.spec.replicas ?? 1) - one.status.replicas, condition: undefined, seenIn: stateful })),
    ...itemsOf(daemons).map((one) => ({
      object: one,
      missing: one.status.desiredNumberScheduled - one.status.currentNumberScheduled,
      condition: undefined,
      seenIn: daemons,
    })),
    ...itemsOf(jobs).map((one) => ({ object: one, missing: jobMisses(one), condition: undefined, seenIn: jobs })),
    // A CronJob's last schedule time is that of the last Job that came about: a refusal after it still holds.
    ...itemsOf(crons)
      .filter(({ spec }) => spec.suspend !== true)
      .map((one) => ({ object: one, missing: 1, condition: undefined, seenIn: crons, createdAt: one.status.lastScheduleTime })),
  ].filter(
    ({ missing, condition, object }) =>
      (missing > 0 || condition !== undefined) && (controllers === undefined || controllers.includes(object.metadata.uid ?? '')),
  );
  if (wants.length === 0) return [];
  const [pods, events] = [itemsOf(await ask(list('pods', namespace))), await ask(list('events', namespace))];
  return wants.flatMap((one) => refusalOf(one, pods, events));
}

interface Wanting {
  readonly object: KubernetesObject;
  readonly missing: number;
  readonly condition: { readonly message?: string | undefined; readonly lastTransitionTime?: string | undefined } | undefined;
  readonly seenIn: Evidence<unknown>;
  /** When it created something last, where its status tells. */
  readonly createdAt?: string | undefined;
}

function refusalOf(
  { object, missing, condition, seenIn, createdAt = '' }: Wanting,
  pods: readonly Pod[],
  events: Evidence<readonly KubernetesEvent[]>,
): readonly CreationRefusal[] {
  const { uid, name, namespace } = object.metadata;
  const controller: ObjectRef = { kind: object.kind, namespace, name, uid };
  const own = byOwner(pods).get(uid ?? '') ?? [];
  const lastCreated = [createdAt, ...own.map(({ metadata }) => metadata.creationTimestamp ?? '')].toSorted().at(-1) ?? '';
  const about = eventsOf(controller, events);
  const failures = (about.outcome === 'present' ? about.data : []).filter(
    ({ reason, involvedObject: it, lastTimestamp }) =>
      reason === 'FailedCreate' && (it.uid === undefined || uid === undefined || it.uid === uid) && (lastTimestamp ?? '') > lastCreated,
  );
  const newest = failures.at(-1);
  const message = condition?.message ?? newest?.message;
  if (message === undefined || (condition === undefined && missing <= 0)) return [];
  const first = failures.map(({ firstTimestamp, lastTimestamp }) => firstTimestamp ?? lastTimestamp ?? '').toSorted()[0];
  return [
    {
      controller,
      workload: object.kind === 'ReplicaSet' ? (controllerOf(object) ?? controller) : controller,
      message,
      since: first ?? condition?.lastTransitionTime ?? object.metadata.creationTimestamp,
      confirmed: condition !== undefined && newest !== undefined,
      missing: Math.max(missing, condition ? 1 : 0),
      citations: [
        ...(condition && seenIn.outcome === 'present'
          ? [
              cite(seenIn, `${object.kind} ${name} may not create its pods.`, {
                about: controller,
                excerpt: fields({ 'ReplicaFailure.message': condition.message, since: condition.lastTransitionTime }),
              }),
            ]
          : []),
        ...(newest && events.outcome === 'present' ? [cite(events, 'What the API server answered.', { about: controller, excerpt: eventLine(newest) })] : []),
      ],
    },
  ];
}

function isFailure({ type, status }: { readonly type: string; readonly status: string }): boolean {
  return type === 'ReplicaFailure' && status === 'True';
}

function jobMisses({
  spec,
  status,
}: {
  readonly spec: { readonly suspend?: boolean | undefined; readonly parallelism?: number | undefined };
  readonly status: {
    readonly active: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly completionTime?: string | undefined;
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}): number {
  const over = status.completionTime !== undefined || status.conditions.some((it) => (it.type === 'Failed' || it.type === 'Complete') && it.status === 'True');
  if (over || spec.suspend === true || status.succeeded + status.failed > 0) return 0;
  return (spec.parallelism ?? 1) - status.active;
}

function itemsOf<T>(evidence: Evidence<readonly T[]>): readonly T[] {
  return evidence.outcome === 'present' ? evidence.data : [];
}
