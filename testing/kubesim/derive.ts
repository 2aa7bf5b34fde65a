import { type ApiObject, at, compact, isRecord, listAt, textAt } from './api-object.ts';

type Objects = Map<string, ApiObject[]>;
const SERVICE_NAME = 'kubernetes.io/service-name';

/** What a real cluster would hold anyway, made from what the snapshot has: each only where the snapshot has no such file. */
export function deriveMissing(objects: Objects): void {
  derive(objects, 'namespaces.', () => namespacesInUse(objects));
  const [core, grouped] = [objects.get('events.'), objects.get('events.events.k8s.io')];
  if (core) derive(objects, 'events.events.k8s.io', () => core.map(toGroupedEvent));
  if (grouped) derive(objects, 'events.', () => grouped.map(toCoreEvent));
  const [endpoints, slices] = [objects.get('endpoints.'), objects.get('endpointslices.discovery.k8s.io')];
  if (slices) derive(objects, 'endpoints.', () => endpointsFromSlices(slices));
  else if (!endpoints && objects.has('services.') && objects.has('pods.')) derive(objects, 'endpoints.', () => endpointsFromPods(objects));
  derive(objects, 'endpointslices.discovery.k8s.io', () => (objects.get('endpoints.') ?? []).map(toSlice));
}

function derive(objects: Objects, key: string, make: () => ApiObject[]): void {
  if (!objects.has(key)) objects.set(key, make());
}

function namespacesInUse(objects: Objects): ApiObject[] {
  const names = new Set(['default', 'kube-system']);
  for (const items of objects.values()) for (const { metadata } of items) if (metadata.namespace) names.add(metadata.namespace);
  return [...names].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {}, status: { phase: 'Active' } }));
}

function toGroupedEvent(event: ApiObject): ApiObject {
  return compact({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: event.metadata,
    eventTime: event['eventTime'] ?? null,
    series: event['series'],
    reportingController: event['reportingComponent'] ?? at(event, 'source.component'),
    reason: event['reason'],
    regarding: event['involvedObject'],
    note: event['message'],
    type: event['type'],
    deprecatedSource: event['source'],
    deprecatedFirstTimestamp: event['firstTimestamp'],
    deprecatedLastTimestamp: event['lastTimestamp'],
    deprecatedCount: event['count'],
  });
}

function toCoreEvent(event: ApiObject): ApiObject {
  return compact({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: event.metadata,
    involvedObject: event['regarding'] ?? {},
    reason: event['reason'],
    message: event['note'],
    source: event['deprecatedSource'] ?? {},
    firstTimestamp: event['deprecatedFirstTimestamp'] ?? null,
    lastTimestamp: event['deprecatedLastTimestamp'] ?? null,
    count: event['deprecatedCount'],
    type: event['type'],
    eventTime: event['eventTime'] ?? null,
    series: event['series'],
    reportingComponent: event['reportingController'] ?? '',
  });
}

function toSlice(endpoints: ApiObject): ApiObject {
  const { name, namespace, creationTimestamp } = endpoints.metadata;
  const subsets = listAt(endpoints, 'subsets');
  const make = (address: Record<string, unknown>, ready: boolean) =>
    compact({ addresses: [address['ip']], conditions: { ready }, nodeName: address['nodeName'], targetRef: address['targetRef'] });
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...(namespace && { namespace }), ...(creationTimestamp && { creationTimestamp }), name: `${name}-slice`, labels: { [SERVICE_NAME]: name } },
    addressType: 'IPv4',
    endpoints: subsets.flatMap((subset) => [
      ...listAt(subset, 'addresses').map((address) => make(address, true)),
      ...listAt(subset, 'notReadyAddresses').map((address) => make(address, false)),
    ]),
    ports: subsets.flatMap((subset) => listAt(subset, 'ports')),
  };
}

function endpointsFromSlices(slices: readonly ApiObject[]): ApiObject[] {
  const byService = Map.groupBy(
    slices.filter(({ metadata }) => metadata.labels?.[SERVICE_NAME]),
    ({ metadata }) => `${metadata.namespace}/${metadata.labels?.[SERVICE_NAME]}`,
  );
  return [...byService].map(([key, group]) => {
    const [namespace = '', name = ''] = key.split('/');
    return endpointsObject(namespace, name, group.map(toSubset).filter(hasAddresses));
  });
}

function toSubset(slice: ApiObject): Record<string, unknown> {
  const addresses = (ready: boolean) =>
    listAt(slice, 'endpoints')
      .filter((endpoint) => (at(endpoint, 'conditions.ready') !== false) === ready)
      .map((endpoint) => compact({ ip: firstOf(endpoint['addresses']), targetRef: endpoint['targetRef'] }));
  return { addresses: addresses(true), notReadyAddresses: addresses(false), ports: slice['ports'] };
}

function endpointsFromPods(objects: Objects): ApiObject[] {
  return (objects.get('services.') ?? []).flatMap((service) => {
    const selector = at(service, 'spec.selector');
    if (!isRecord(selector)) return [];
    const selected = (objects.get('pods.') ?? []).filter(
      ({ metadata, ...pod }) =>
        metadata.namespace === service.metadata.namespace &&
        textAt(pod, 'status.podIP') &&
        Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value),
    );
    const addresses = (ready: boolean) =>
      selected
        .filter((pod) => listAt(pod, 'status.conditions').some(({ type, status }) => type === 'Ready' && status === 'True') === ready)
        .map((pod) => ({
          ip: textAt(pod, 'status.podIP'),
          targetRef: { kind: 'Pod', name: pod.metadata.name, namespace: pod.metadata.namespace },
        }));
    const ports = listAt(service, 'spec.ports').map((port) => compact({ name: port['name'], port: port['targetPort'] ?? port['port'], protocol: 'TCP' }));
    const subset = { addresses: addresses(true), notReadyAddresses: addresses(false), ports };
    return [endpointsObject(service.metadata.namespace ?? '', service.metadata.name, [subset].filter(hasAddresses))];
  });
}

function endpointsObject(namespace: string, name: string, subsets: Record<string, unknown>[]): ApiObject {
  return { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace }, subsets };
}

function hasAddresses(subset: Record<string, unknown>): boolean {
  return listAt(subset, 'addresses').length + listAt(subset, 'notReadyAddresses').length > 0;
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}
