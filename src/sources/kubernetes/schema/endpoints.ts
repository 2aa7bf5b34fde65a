import type { ObjectMeta } from '#domain/kubernetes/meta.ts';
import type { Endpoints } from '#domain/kubernetes/network.ts';
import { readMeta } from './meta.ts';
import { flag, list, number, object, type Raw, text, texts } from './read.ts';

type Address = Endpoints['addresses'][number];
type Port = Endpoints['ports'][number];

const SERVICE_NAME = 'kubernetes.io/service-name';

/** One object per Service, out of any mixture of EndpointSlices and Endpoints; `skipped` counts what belongs to no Service. */
export function readEndpoints(items: readonly unknown[]): { readonly items: readonly Endpoints[]; readonly skipped: number } {
  const merged = new Map<string, { metadata: ObjectMeta; addresses: Map<string, Address>; ports: Map<string, Port> }>();
  let skipped = 0;
  for (const item of items) {
    const raw = object(item);
    const meta = readMeta(raw['metadata']);
    const slice = meta && isSlice(raw, meta);
    const name = slice ? meta.labels[SERVICE_NAME] : meta?.name;
    if (!meta || !name) {
      skipped += 1;
      continue;
    }
    const key = `${meta.namespace ?? ''}/${name}`;
    const service = merged.get(key) ?? { metadata: { ...meta, name }, addresses: new Map(), ports: new Map() };
    merged.set(key, service);
    const found = slice ? readSlice(raw) : readSubsets(raw);
    for (const address of found.addresses) {
      service.addresses.set(address.ip, { ...address, ready: address.ready || service.addresses.get(address.ip)?.ready === true });
    }
    for (const port of found.ports) service.ports.set(`${port.name ?? ''} ${port.port ?? ''} ${port.protocol ?? ''}`, port);
  }
  return {
    items: [...merged.values()].map(({ metadata, addresses, ports }) => ({
      kind: 'Endpoints',
      metadata,
      addresses: [...addresses.values()],
      ports: [...ports.values()],
    })),
    skipped,
  };
}

function isSlice(raw: Raw, meta: ObjectMeta): boolean {
  return raw['kind'] === 'EndpointSlice' || 'addressType' in raw || 'endpoints' in raw || SERVICE_NAME in meta.labels;
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/ */
function readSlice(raw: Raw): Pick<Endpoints, 'addresses' | 'ports'> {
  const endpoints = list(raw['endpoints'], (endpoint) => {
    const target = object(endpoint['targetRef']);
    const conditions = object(endpoint['conditions']);
    // "nil should be interpreted as true"; one that is on its way out takes no new connections.
    const ready = flag(conditions['ready']) ?? true;
    const pod = target['kind'] === 'Pod' ? text(target['name']) : undefined;
    return texts(endpoint['addresses']).map((ip): Address => ({ ip, ready, nodeName: text(endpoint['nodeName']), pod }));
  });
  return { addresses: endpoints.flat(), ports: list(raw['ports'], readPort) };
}

function readSubsets(raw: Raw): Pick<Endpoints, 'addresses' | 'ports'> {
  const subsets = list(raw['subsets'], (subset) => ({
    addresses: [...readAddresses(subset['addresses'], true), ...readAddresses(subset['notReadyAddresses'], false)],
    ports: list(subset['ports'], readPort),
  }));
  return { addresses: subsets.flatMap(({ addresses }) => addresses), ports: subsets.flatMap(({ ports }) => ports) };
}

function readAddresses(value: unknown, ready: boolean): readonly Address[] {
  return list(value, (address) => {
    const ip = text(address['ip']);
    const target = object(address['targetRef']);
    return ip ? { ip, ready, nodeName: text(address['nodeName']), pod: target['kind'] === 'Pod' ? text(target['name']) : undefined } : undefined;
  });
}

function readPort(port: Raw): Port {
  return { name: text(port['name']) || undefined, port: number(port['port']), protocol: text(port['protocol']) };
}
