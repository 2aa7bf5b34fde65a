import type { Evidence } from '#domain/evidence.ts';
import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { listIndex } from '#lib/list-index.ts';

const byObject = listIndex<KubernetesEvent>(({ involvedObject: { kind, name } }) => [`${kind}/${name}`]);

/**
 * Events about one object, newest last. Matched by uid where both sides have one, else by kind, namespace and name: an event about a
 * Pod never counts for the Service of the same name.
 */
export function eventsOf(refs: ObjectRef | readonly ObjectRef[], events: Evidence<readonly KubernetesEvent[]>): Evidence<readonly KubernetesEvent[]> {
  if (events.outcome !== 'present') return events;
  const index = byObject(events.data);
  const about = [refs].flat().flatMap((ref) => (index.get(`${ref.kind}/${ref.name}`) ?? []).filter(({ involvedObject: it }) => isAbout(it, ref)));
  return { ...events, data: [...new Set(about)].sort((left, right) => (left.lastTimestamp ?? '').localeCompare(right.lastTimestamp ?? '')) };
}

function isAbout(it: KubernetesEvent['involvedObject'], ref: ObjectRef): boolean {
  if (it.kind !== ref.kind || it.name !== ref.name) return false;
  if ((it.namespace ?? ref.namespace ?? '') !== (ref.namespace ?? it.namespace ?? '')) return false;
  // Node events bear the node's name as uid on some versions; a pod of a StatefulSet keeps its name but not its uid.
  return ref.kind !== 'Pod' || it.uid === undefined || ref.uid === undefined || it.uid === ref.uid;
}

/** An event as one line for an excerpt: `2026-03-01T10:00:00Z Warning FailedScheduling (x12) 0/4 nodes are available ...`. */
export function eventLine(event: KubernetesEvent): string {
  return `${event.lastTimestamp ?? ''} ${event.type ?? ''} ${event.reason ?? ''}${event.count > 1 ? ` (x${event.count})` : ''} ${event.message}`.trim();
}
