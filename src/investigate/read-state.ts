import type { Ask } from '#domain/evidence.ts';
import type { Finding } from '#domain/finding.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { refKey, refText } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import type { Subject, Workload } from '#domain/subject.ts';
import type { KubernetesTopic } from '#domain/topic.ts';
import { isFinished, isReady } from '#rules/support/pods.ts';

/** Lists without which nothing can be called well. */
const ESSENTIAL: readonly KubernetesTopic[] = ['pods', 'events', 'deployments', 'statefulsets', 'services'];

/** A pod younger than this may still be starting. */
const STARTING_MS = 120_000;

/** True when the essential lists of all namespaces and the nodes could be read whole, and every workload, pod and node is ready. */
export async function allIsWell(subjects: readonly Subject[], namespaces: readonly string[], ask: Ask, now: string): Promise<boolean> {
  if (namespaces.length === 0) return false;
  const lists = await Promise.all([...namespaces.flatMap((namespace) => ESSENTIAL.map((topic) => ask(list(topic, namespace)))), ask(list('nodes'))]);
  const pods = await Promise.all(namespaces.map((namespace) => ask(list('pods', namespace))));
  const unwell = pods.flatMap((evidence) => (evidence.outcome === 'present' ? evidence.data : [])).filter((pod) => !isFinished(pod) && !isReady(pod));
  const starting = (pod: Pod): boolean => Date.parse(now) - Date.parse(pod.metadata.creationTimestamp ?? '') < STARTING_MS;
  return lists.every((one) => one.outcome === 'present' && one.lacks === undefined) && unwell.every(starting) && subjects.every(isWell);
}

function isWell(subject: Subject): boolean {
  if (subject.kind === 'Workload') return subject.ref.kind === 'Job' || subject.ready >= subject.desired;
  if (subject.kind === 'Node') return subject.object.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  return true;
}

/** What does not work now, a sentence each; what the causes touch first. */
export function impactOf(subjects: readonly Subject[], causes: readonly Finding[]): readonly string[] {
  const touched = new Set(causes.flatMap(({ subject, affects }) => [subject, ...affects]).map(refKey));
  const down = subjects.filter((subject): subject is Workload => subject.kind === 'Workload' && subject.ref.kind !== 'Job' && subject.ready < subject.desired);
  const nodes = subjects.filter((subject) => subject.kind === 'Node' && !isWell(subject));
  const lines = [
    ...nodes.map(({ ref }) => `${refText(ref)} is not ready.`),
    ...down.toSorted((left, right) => order(left, touched) - order(right, touched)).map(sentence),
  ];
  return lines.length > 6 ? [...lines.slice(0, 6), `And ${lines.length - 6} more.`] : lines;
}

function order({ ref, ready }: Workload, touched: ReadonlySet<string>): number {
  return (touched.has(refKey(ref)) ? 0 : 10) + (ready === 0 ? 0 : 1);
}

function sentence({ ref, ready, desired }: Workload): string {
  return `${refText(ref)}: ${ready === 0 ? 'none' : ready} of ${desired} ${desired === 1 ? 'replica is' : 'replicas are'} ready.`;
}

/** Kinds whose number is told. */
const COUNTED: ReadonlySet<Subject['kind']> = new Set(['Workload', 'Service', 'Node']);

export function isCounted({ kind }: Subject): boolean {
  return COUNTED.has(kind);
}

/** What was looked at, in words. */
export function lookedAt(subjects: readonly Subject[], namespaces: readonly string[]): string {
  const count = (kind: Subject['kind'], one: string, many: string) => {
    const number = subjects.filter((subject) => subject.kind === kind).length;
    return `${number} ${number === 1 ? one : many}`;
  };
  const where = namespaces.length === 1 ? `Namespace ${namespaces[0]}` : `Namespaces ${namespaces.join(', ')}`;
  return `Looked at ${where}: ${count('Workload', 'workload', 'workloads')}, ${count('Service', 'Service', 'Services')}, ${count('Node', 'node', 'nodes')}`;
}
