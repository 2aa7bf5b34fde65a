import type { Episode } from '#domain/episode.ts';
import type { Ask } from '#domain/evidence.ts';
import { type ObjectRef, refKey } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { type AlertSubject, readSubject } from './alert-subject.ts';

/** Where an investigation looks. */
export interface Scope {
  /** Objects the alerts are about, as far as they could be found in the cluster: pods that are gone are replaced by what made them. */
  readonly focus: readonly ObjectRef[];
  /** Namespaces to look into, the alerts' own first. */
  readonly namespaces: readonly string[];
  /** True when the alerts named no namespace, and these were chosen because something in them is not well. */
  readonly guessed: boolean;
}

/** More namespaces than this are not looked into at once; the alerts' own come first. */
const MOST_NAMESPACES = 6;

export async function findScope(episodes: readonly Episode[], ask: Ask): Promise<Scope> {
  const subjects = episodes.map(({ labels }) => readSubject(labels));
  const nodes = (await Promise.all(subjects.map((subject) => nodeOf(subject, ask)))).flatMap((node) => (node ? [node] : []));
  const objects = (await Promise.all(subjects.flatMap(({ objects }) => objects).map((ref) => living(ref, ask)))).flat();
  const focus = unique([...objects, ...nodes]);
  const named = [...new Set(subjects.flatMap(({ namespace }) => (namespace ? [namespace] : [])))];
  if (named.length > 0) return { focus, namespaces: named.slice(0, MOST_NAMESPACES), guessed: false };
  return { focus, namespaces: await unwellNamespaces(focus, ask), guessed: true };
}

async function nodeOf(subject: AlertSubject, ask: Ask): Promise<ObjectRef | undefined> {
  if (subject.nodeOfPod) {
    const pods = await ask(list('pods', subject.nodeOfPod.namespace));
    const nodeName = pods.outcome === 'present' ? pods.data.find(({ metadata }) => metadata.name === subject.nodeOfPod?.name)?.spec.nodeName : undefined;
    if (nodeName) return { kind: 'Node', name: nodeName };
  }
  if (!subject.nodeAddress) return undefined;
  const nodes = await ask(list('nodes'));
  if (nodes.outcome !== 'present') return undefined;
  const node = nodes.data.find(
    ({ metadata, status }) => metadata.name === subject.nodeAddress || status.addresses.some(({ address }) => address === subject.nodeAddress),
  );
  return node && { kind: 'Node', name: node.metadata.name, uid: node.metadata.uid };
}

/** The object itself, or for a pod that is gone the controller that made it (its name begins with the controller's). */
async function living(ref: ObjectRef, ask: Ask): Promise<readonly ObjectRef[]> {
  if (ref.kind !== 'Pod') return [ref];
  const pods = await ask(list('pods', ref.namespace));
  if (pods.outcome !== 'present') return [ref];
  const pod = pods.data.find(({ metadata }) => metadata.name === ref.name && (!ref.namespace || metadata.namespace === ref.namespace));
  if (pod) return [{ ...ref, namespace: pod.metadata.namespace, uid: pod.metadata.uid }];
  const makers = await Promise.all(
    (['deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'] as const).map(async (topic) => {
      const made = await ask(list(topic, ref.namespace));
      return made.outcome === 'present'
        ? made.data.map(({ kind, metadata }) => ({ kind, namespace: metadata.namespace, name: metadata.name, uid: metadata.uid }))
        : [];
    }),
  );
  const maker = makers
    .flat()
    .filter(({ name }) => ref.name.startsWith(`${name}-`))
    .sort((left, right) => right.name.length - left.name.length)[0];
  return maker ? [ref, maker] : [ref];
}

/** Namespaces with pods that are not well, those on the nodes in focus first; `kube-system` always. */
async function unwellNamespaces(focus: readonly ObjectRef[], ask: Ask): Promise<readonly string[]> {
  const pods = await ask(list('pods'));
  if (pods.outcome !== 'present') return ['kube-system'];
  const nodes = new Set(focus.filter(({ kind }) => kind === 'Node').map(({ name }) => name));
  const weights = new Map<string, number>();
  for (const { metadata, spec, status } of pods.data) {
    const unwell = status.phase !== 'Succeeded' && !status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
    if (unwell && metadata.namespace) weights.set(metadata.namespace, (weights.get(metadata.namespace) ?? 0) + (nodes.has(spec.nodeName ?? '') ? 100 : 1));
  }
  const worst = [...weights].sort((left, right) => right[1] - left[1] || left[0].localeCompare(right[0])).map(([name]) => name);
  return [...new Set([...worst.slice(0, MOST_NAMESPACES - 1), 'kube-system'])];
}

function unique(refs: readonly ObjectRef[]): readonly ObjectRef[] {
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()];
}
