import type { Fields } from './pods.ts';
import { type KubeObject, meta, suffixOf, type World } from './world.ts';

export interface ServiceSpec {
  readonly name: string;
  readonly namespace?: string;
  readonly agoMinutes: number;
  readonly port: number;
  readonly targetPort: number | string;
  readonly selector: Readonly<Record<string, string>>;
  readonly clusterIP: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly managedFields?: readonly Fields[];
}

/** A Service, and the EndpointSlice that the endpoints controller makes for it from the pods that are there. Add it after them. */
export function addService(world: World, spec: ServiceSpec): KubeObject {
  const namespace = spec.namespace ?? world.namespace;
  const service = world.add({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(world, 'Service', spec.name, spec.agoMinutes, {
      namespace,
      labels: { 'app.kubernetes.io/name': spec.name },
      ...(spec.annotations ? { annotations: spec.annotations } : {}),
      ...(spec.managedFields ? { managedFields: spec.managedFields } : {}),
    }),
    spec: {
      ports: [{ name: 'http', protocol: 'TCP', port: spec.port, targetPort: spec.targetPort }],
      selector: spec.selector,
      clusterIP: spec.clusterIP,
      clusterIPs: [spec.clusterIP],
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    },
    status: { loadBalancer: {} },
  });
  const pods = (world.objects.get('Pod') ?? []).filter((pod) => pod.metadata.namespace === namespace && fits(pod, spec.selector));
  const name = `${spec.name}-${suffixOf(`slice ${namespace}/${spec.name}`, 5)}`;
  world.add({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: meta(world, 'EndpointSlice', name, spec.agoMinutes, {
      namespace,
      generateName: `${spec.name}-`,
      labels: {
        'app.kubernetes.io/name': spec.name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': spec.name,
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: spec.name, uid: service.metadata.uid, controller: true, blockOwnerDeletion: true }],
    }),
    addressType: 'IPv4',
    endpoints: pods.flatMap(endpointOf),
    ports: pods.length > 0 ? [{ name: 'http', protocol: 'TCP', port: portNumber(pods[0], spec.targetPort) }] : null,
  });
  return service;
}

function fits(pod: KubeObject, selector: Readonly<Record<string, string>>): boolean {
  const labels = (pod.metadata['labels'] ?? {}) as Readonly<Record<string, string>>;
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

interface PodFields {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly ports?: readonly { readonly name: string; readonly containerPort: number }[] }[];
  };
  readonly status: { readonly podIP?: string; readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

function endpointOf(pod: KubeObject): readonly Fields[] {
  const { spec, status } = pod as unknown as PodFields;
  if (status.podIP === undefined) return [];
  const ready = status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const terminating = pod.metadata['deletionTimestamp'] !== undefined;
  return [
    {
      addresses: [status.podIP],
      conditions: { ready: ready && !terminating, serving: ready, terminating },
      targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
      nodeName: spec.nodeName,
    },
  ];
}

function portNumber(pod: KubeObject | undefined, target: number | string): number | undefined {
  if (typeof target === 'number') return target;
  return (pod as unknown as PodFields | undefined)?.spec.containers.flatMap(({ ports }) => ports ?? []).find(({ name }) => name === target)?.containerPort;
}
