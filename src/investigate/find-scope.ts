import { type AlertSubject, readSubject } from '#domain/alert-subject.ts';
import type { Episode } from '#domain/episode.ts';
import type { Ask } from '#domain/evidence.ts';
import { type ObjectRef, refKey } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { resolveObjects } from './resolve-objects.ts';

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
  const subjects = different(episodes.map(({ labels }) => readSubject(labels)));
  const focus = unique((await Promise.all(subjects.map((subject) => resolveObjects(subject, ask)))).flat());
  const named = [...new Set([...subjects.map(({ namespace }) => namespace), ...focus.map(({ namespace }) => namespace)].flatMap((one) => one ?? []))];
  if (named.length > 0) return { focus, namespaces: named.slice(0, MOST_NAMESPACES), guessed: false };
  return { focus, namespaces: await unwellNamespaces(focus, ask), guessed: true };
}

/** The namespaces that the alerts' own labels name: known before anything is asked. */
export function namedNamespaces(episodes: readonly Episode[]): readonly string[] {
  return [...new Set(episodes.flatMap(({ labels }) => readSubject(labels).namespace ?? []))].slice(0, MOST_NAMESPACES);
}

/** A storm of alerts is mostly about the same few things. */
function different(subjects: readonly AlertSubject[]): readonly AlertSubject[] {
  return [...new Map(subjects.map((subject) => [JSON.stringify(subject), subject])).values()];
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
