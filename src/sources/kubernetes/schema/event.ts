import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import { number, object, type Raw, text } from './read.ts';

/**
 * Events of both groups: core v1 (`involvedObject`, `message`, `count`) and events.k8s.io/v1 (`regarding`, `note`, `series`).
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function readEvent(raw: Raw): Omit<KubernetesEvent, 'kind' | 'metadata'> {
  const about = object(raw['involvedObject'] ?? raw['regarding']);
  const series = object(raw['series']);
  const source = object(raw['source'] ?? raw['deprecatedSource']);
  const eventTime = text(raw['eventTime']);
  const created = text(object(raw['metadata'])['creationTimestamp']);
  const first = text(raw['firstTimestamp']) ?? text(raw['deprecatedFirstTimestamp']);
  const last = text(raw['lastTimestamp']) ?? text(raw['deprecatedLastTimestamp']);
  return {
    involvedObject: {
      kind: text(about['kind']) ?? '',
      name: text(about['name']) ?? '',
      namespace: text(about['namespace']) || undefined,
      uid: text(about['uid']) || undefined,
      fieldPath: text(about['fieldPath']) || undefined,
    },
    type: text(raw['type']),
    reason: text(raw['reason']),
    message: text(raw['message']) ?? text(raw['note']) ?? '',
    count: number(series['count']) ?? (number(raw['count']) || number(raw['deprecatedCount']) || 1),
    firstTimestamp: first ?? eventTime ?? created,
    lastTimestamp: last ?? text(series['lastObservedTime']) ?? eventTime ?? created,
    component: text(source['component']) || text(raw['reportingComponent']) || text(raw['reportingController']) || undefined,
  };
}
