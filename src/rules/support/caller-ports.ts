import type { ConfigMap } from '#domain/kubernetes/cluster.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { type CalledAddress, calledAddresses, serviceAt } from './addresses.ts';
import { routeSources } from './route-sources.ts';
import { asProtocol, resolveTargetPort, servedPorts } from './served-ports.ts';
import { type Maker, podsBehind } from './service-backends.ts';

/** A workload and the address by which it calls a Service. */
export interface Caller {
  readonly maker: Maker;
  readonly address: CalledAddress;
}

/** A port at which a Service is called and which it does not have. */
export interface MissingPort {
  readonly port: number;
  readonly callers: readonly Caller[];
  /** Who call the Service at a port that it has. */
  readonly rightCallers: readonly Caller[];
  /** Whose change is in the way, as far as the others tell. */
  readonly blame: 'service' | 'caller';
}

/** Whether a Service forwards only the ports that it lists: a headless one does not, DNS gives the pods' own addresses. */
export function forwardsPorts({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && spec.clusterIP !== 'None' && spec.clusterIP !== '' && spec.ports.length > 0;
}

/**
 * The ports at which workloads call a Service and which it does not have. The Service is to blame when nobody calls it at a port that it has and either several
 * workloads agree on the other one, or its own pods serve that other one and not the one it lists; else the caller is.
 */
export function missingPorts(
  service: Service,
  makers: readonly Maker[],
  pods: readonly Pod[],
  configMaps: readonly ConfigMap[],
  services: readonly Service[],
): readonly MissingPort[] {
  if (!forwardsPorts(service)) return [];
  const own = service.spec.ports.map(({ port }) => port);
  const callers = makers.flatMap((maker) =>
    allAddresses(maker, configMaps)
      .filter(({ host, port }) => port !== undefined && serviceAt(host, maker.ref.namespace ?? '', services) === service)
      .map((address): Caller => ({ maker, address })),
  );
  const right = callers.filter(({ address }) => own.includes(address.port ?? 0));
  const wrong = callers.filter(({ address }) => !own.includes(address.port ?? 0));
  return [...Map.groupBy(wrong, ({ address }) => address.port ?? 0)].map(([port, group]) => {
    const workloads = new Set(group.map(({ maker }) => maker.ref.name)).size;
    const blamed = right.length === 0 && (workloads > 1 || servesInstead(service, port, pods));
    return { port, callers: group, rightCallers: right, blame: blamed ? 'service' : 'caller' };
  });
}

/** Every address that a workload is told to call: by its environment and arguments, and by the routes of a gateway's configuration. */
export function allAddresses(maker: Maker, configMaps: readonly ConfigMap[]): readonly CalledAddress[] {
  return [...calledAddresses(maker.spec, configMaps), ...routedAddresses(maker, configMaps)];
}

/** Where a gateway's configuration leads: it calls these too. */
function routedAddresses({ spec }: Maker, configMaps: readonly ConfigMap[]): readonly CalledAddress[] {
  return routeSources(spec, configMaps).flatMap(({ map, routes }) =>
    routes.map(({ host, port, path }) => ({
      host,
      port,
      container: spec.containers[0]?.name ?? '',
      where: `${map ? `ConfigMap ${map.metadata.name}` : 'configuration'}, route ${path}`,
    })),
  );
}

/** The pods serve the port that is called, and the Service lists ports of which they serve none. */
function servesInstead(service: Service, port: number, pods: readonly Pod[]): boolean {
  return podsBehind(service, pods).some(({ spec }) => {
    const served = servedPorts(spec).map((one) => one.port);
    const targets = service.spec.ports.map((one) => resolveTargetPort(one.targetPort ?? one.port, asProtocol(one.protocol), spec));
    return (served.includes(port) || targets.includes(port)) && !service.spec.ports.some((one) => served.includes(one.port));
  });
}

/** A value as it may be shown: without the user and password of a URL. */
export function withoutCredentials(value: string): string {
  return value
    .slice(0, 300)
    .replaceAll(/\/\/[^\s/@]{1,200}@/g, '//***@')
    .replaceAll(/\b(password|passwd|pwd|secret|token)=[^\s;&]{1,200}/gi, '$1=***');
}
