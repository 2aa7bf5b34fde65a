import { digest, type KubeObject, meta, suffixOf, type World } from '../../scripts/scenarios/world.ts';
import type { Draft, Fields, ServiceDraft } from './shape.ts';

export function clusterIpOf(draft: Draft, service: ServiceDraft): string {
  if (service.name === 'kube-dns') return '10.43.0.10';
  if (service.headless) return 'None';
  const bytes = digest(`${draft.id} ip ${service.name}`);
  return `10.43.${Number.parseInt(bytes.slice(0, 2), 16)}.${1 + (Number.parseInt(bytes.slice(2, 4), 16) % 250)}`;
}

/** A Service, and the slice that the controller makes from the pods its selector finds. */
export function makeService(draft: Draft, world: World, spec: ServiceDraft): void {
  const ip = clusterIpOf(draft, spec);
  const service = world.add({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(world, 'Service', spec.name, spec.ago, {
      namespace: spec.namespace,
      labels: { 'app.kubernetes.io/name': spec.name },
      ...(spec.managedFields ? { managedFields: spec.managedFields } : {}),
    }),
    spec: {
      ...(spec.type === 'ExternalName'
        ? { externalName: spec.externalName }
        : { clusterIP: ip, clusterIPs: [ip], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster' }),
      ...(spec.ports.length > 0
        ? {
            ports: spec.ports.map((port, at) => ({
              protocol: 'TCP',
              ...port,
              ...(spec.type === 'ClusterIP' || spec.type === 'ExternalName' ? {} : { nodePort: 30_000 + ((port.port * 7 + at) % 2700) }),
            })),
          }
        : {}),
      ...(spec.selector ? { selector: spec.selector } : {}),
      type: spec.type,
      sessionAffinity: 'None',
    },
    status: { loadBalancer: spec.type === 'LoadBalancer' ? { ingress: [{ ip: '203.0.113.40' }] } : {} },
  });
  if (spec.selector) makeSlice(world, spec, service, spec.selector);
}

interface PodFields {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[] }[];
  };
  readonly status: { readonly podIP?: string; readonly phase: string; readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function makeSlice(world: World, spec: ServiceDraft, service: KubeObject, selector: Record<string, string>): void {
  const chosen = (world.objects.get('Pod') ?? []).filter((pod) => {
    const labels = (pod.metadata['labels'] ?? {}) as Readonly<Record<string, string>>;
    const { status } = pod as unknown as PodFields;
    return (
      pod.metadata.namespace === spec.namespace &&
      status.podIP !== undefined &&
      !['Succeeded', 'Failed'].includes(status.phase) &&
      Object.entries(selector).every(([key, value]) => labels[key] === value)
    );
  });
  // A named port that a pod does not have leaves the pod out of that port; with no pod at all, a slice has neither endpoints nor ports.
  const resolved = (pod: KubeObject): readonly (number | undefined)[] =>
    spec.ports.map(({ targetPort, protocol = 'TCP' }) => portOf(pod, targetPort, protocol));
  const groups = Map.groupBy(chosen, (pod) => JSON.stringify(resolved(pod).map((one) => one ?? 0)));
  const entries = groups.size > 0 ? [...groups] : [['[]', []] as const];
  for (const [key, pods] of entries) {
    const numbers = JSON.parse(key) as readonly number[];
    const ports = spec.ports.flatMap(({ name, protocol = 'TCP' }, at) => (numbers[at] ? [{ name: name ?? '', protocol, port: numbers[at] }] : []));
    world.add({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta(world, 'EndpointSlice', `${spec.name}-${suffixOf(`${spec.name} ${key}`, 5)}`, spec.ago, {
        namespace: spec.namespace,
        labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io', 'kubernetes.io/service-name': spec.name },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: spec.name, uid: service.metadata.uid }],
      }),
      addressType: 'IPv4',
      endpoints: pods.map(endpointOf),
      ports: ports.length > 0 ? ports : null,
    });
  }
}

function endpointOf(pod: KubeObject): Fields {
  const { spec, status } = pod as unknown as PodFields;
  const ready = status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
  const terminating = pod.metadata['deletionTimestamp'] !== undefined;
  return {
    addresses: [status.podIP],
    conditions: { ready: ready && !terminating, serving: ready, terminating },
    nodeName: spec.nodeName,
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
  };
}

function portOf(pod: KubeObject, target: number | string, protocol: string): number | undefined {
  if (typeof target === 'number') return target;
  const { spec } = pod as unknown as PodFields;
  return spec.containers.flatMap(({ ports }) => ports ?? []).find((port) => port.name === target && (port.protocol ?? 'TCP') === protocol)?.containerPort;
}
