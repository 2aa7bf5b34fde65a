import type { Ask } from '#domain/evidence.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { type ObjectRef, refKey } from '#domain/object-ref.ts';
import { list, type Question } from '#domain/question.ts';
import type { Subject, Workload } from '#domain/subject.ts';
import type { Scope } from './find-scope.ts';
import type { Relations } from './relations.ts';

/** Logs of so many workloads are read; each costs a request for every container of two pods. */
export const MOST_WORKLOADS = 40;

/** Why a question is not asked; undefined where it is. */
export type Refuse = (question: Question) => string | undefined;

/**
 * Which logs are worth reading where there are very many: those of workloads that the alerts are about or that are in trouble, then of what these depend on, then of what depends
 * on them, the nearest first, then of what has restarted, then any. The rest is refused, in one sentence. Undefined: few enough to read all.
 */
export async function chooseLogs(subjects: readonly Subject[], { focus }: Scope, relate: () => Promise<Relations>, ask: Ask): Promise<Refuse | undefined> {
  const workloads = subjects.filter((subject): subject is Workload => subject.kind === 'Workload');
  if (workloads.length <= MOST_WORKLOADS) return undefined;
  const relations = await relate();
  const restarted = await restartedOf(workloads, relations, ask);
  const named = new Set([...focus, ...focus.flatMap(relations.makersOf)].map(refKey));
  const seeds = workloads.filter((workload) => named.has(refKey(workload.ref)) || workload.ready < workload.desired).map(({ ref }) => ref);
  const [below, above] = [relations.below(seeds), relations.reach(seeds)];
  const rank = ({ ref }: Workload): readonly number[] => {
    const key = refKey(ref);
    return [named.has(key) ? 0 : 1, Math.min(below.get(key) ?? FAR, (above.get(key) ?? FAR) + 0.5), restarted.has(key) ? 0 : 1];
  };
  const chosen = workloads
    .map((workload) => ({ key: refKey(workload.ref), rank: rank(workload) }))
    .toSorted((left, right) => compare(left.rank, right.rank) || left.key.localeCompare(right.key))
    .slice(0, MOST_WORKLOADS);
  const read = new Set(chosen.map(({ key }) => key));
  const why = `The logs of ${workloads.length - MOST_WORKLOADS} of ${workloads.length} workloads were not read: others are nearer to what the alerts are about.`;
  return (question) => {
    if (question.about !== 'log') return undefined;
    const makers = relations.makersOf({ kind: 'Pod', namespace: question.namespace, name: question.pod });
    return makers.length > 0 && makers.every((maker) => !read.has(refKey(maker))) ? why : undefined;
  };
}

/** Farther than any step. */
const FAR = 100;

function compare(left: readonly number[], right: readonly number[]): number {
  return left.map((one, index) => one - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

async function restartedOf(workloads: readonly Workload[], relations: Relations, ask: Ask): Promise<ReadonlySet<string>> {
  const namespaces = [...new Set(workloads.map(({ ref }) => ref.namespace))];
  const lists = await Promise.all(namespaces.map((namespace) => ask(list('pods', namespace))));
  const restarted = lists.flatMap((evidence) => (evidence.outcome === 'present' ? evidence.data : [])).filter(hasRestarted);
  return new Set(restarted.flatMap((pod) => relations.makersOf(refOf(pod))).map(refKey));
}

function hasRestarted({ status }: Pod): boolean {
  return status.containerStatuses.some(({ restartCount }) => restartCount > 0);
}

function refOf({ metadata }: Pod): ObjectRef {
  return { kind: 'Pod', namespace: metadata.namespace, name: metadata.name };
}
