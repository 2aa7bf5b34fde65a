import type { Namespace } from '#domain/kubernetes/cluster.ts';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyRule } from '#domain/kubernetes/network.ts';
import type { PodSpec } from '#domain/kubernetes/pod.ts';
import { matchesSelector } from '#lib/label-selector.ts';

/** One end of a connection. */
export interface End {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly addresses: readonly string[];
  readonly spec?: PodSpec | undefined;
}

/** Whether policies let a connection through: `unknown` when the labels of a namespace that decide it cannot be read. */
export type Reach = 'open' | 'closed' | 'unknown';

/** The policies that select a pod for a direction; a pod that none selects is open. https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
export function policiesFor(end: End, direction: 'Ingress' | 'Egress', policies: readonly NetworkPolicy[]): readonly NetworkPolicy[] {
  return policies.filter(
    ({ metadata, spec }) => metadata.namespace === end.namespace && appliesTo(spec, direction) && matchesSelector(spec.podSelector, end.labels),
  );
}

/** Without policyTypes a policy is about ingress, and about egress when it has such rules. */
function appliesTo({ policyTypes, egress }: NetworkPolicy['spec'], direction: 'Ingress' | 'Egress'): boolean {
  if (policyTypes.length > 0) return policyTypes.includes(direction);
  return direction === 'Ingress' || egress.length > 0;
}

/** Policies add up: one rule of one of them that allows it is enough. */
export function reachBy(
  policies: readonly NetworkPolicy[],
  direction: 'Ingress' | 'Egress',
  peer: End,
  port: number,
  protocol: string,
  named: PodSpec | undefined,
  namespaces: readonly Namespace[] | undefined,
): Reach {
  if (policies.length === 0) return 'open';
  let reach: Reach = 'closed';
  for (const { metadata, spec } of policies) {
    for (const rule of direction === 'Ingress' ? spec.ingress : spec.egress) {
      if (!allowsPort(rule, port, protocol, named)) continue;
      const verdict = allowsPeer(rule, peer, metadata.namespace ?? '', namespaces);
      if (verdict === 'open') return 'open';
      if (verdict === 'unknown') reach = 'unknown';
    }
  }
  return reach;
}

function allowsPort({ ports }: NetworkPolicyRule, port: number, protocol: string, named: PodSpec | undefined): boolean {
  if (ports.length === 0) return true;
  return ports.some((one) => {
    if ((one.protocol ?? 'TCP') !== protocol) return false;
    if (one.port === undefined) return true;
    if (typeof one.port === 'number') return one.endPort === undefined ? one.port === port : one.port <= port && port <= one.endPort;
    // A name means a port of the pod that is called; one that cannot be looked up is not held against it.
    const known = named?.containers.flatMap(({ ports: own }) => own).find(({ name }) => name === one.port);
    return known === undefined || known.containerPort === port;
  });
}

function allowsPeer({ peers }: NetworkPolicyRule, end: End, home: string, namespaces: readonly Namespace[] | undefined): Reach {
  if (peers.length === 0) return 'open';
  const all = peers.map((peer) => allows(peer, end, home, namespaces));
  return all.includes('open') ? 'open' : all.includes('unknown') ? 'unknown' : 'closed';
}

function allows({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, end: End, home: string, namespaces: readonly Namespace[] | undefined): Reach {
  if (ipBlock)
    return end.addresses.length === 0
      ? 'unknown'
      : end.addresses.some((address) => isIn(address, ipBlock.cidr) && !ipBlock.except.some((one) => isIn(address, one)))
        ? 'open'
        : 'closed';
  const podFits = !podSelector || matchesSelector(podSelector, end.labels);
  if (!namespaceSelector) return podFits && end.namespace === home ? 'open' : 'closed';
  const namespace = namespaces?.find(({ metadata }) => metadata.name === end.namespace);
  const empty = Object.keys(namespaceSelector.matchLabels).length === 0 && namespaceSelector.matchExpressions.length === 0;
  if (!podFits) return 'closed';
  if (empty) return 'open';
  // Every namespace has its name as a label since 1.22.
  const labels = { 'kubernetes.io/metadata.name': end.namespace, ...namespace?.metadata.labels };
  if (matchesSelector(namespaceSelector, labels)) return 'open';
  return namespace ? 'closed' : 'unknown';
}

/** IPv4 only; what is not read as an IPv4 block is taken to hold the address. */
function isIn(address: string, cidr: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/');
  const [left, right] = [numberOf(address), numberOf(base)];
  if (left === undefined || right === undefined) return true;
  const size = 2 ** (32 - Math.min(32, Math.max(0, Number(bits))));
  return Math.floor(left / size) === Math.floor(right / size);
}

function numberOf(address: string): number | undefined {
  const parts = address.split('.').map(Number);
  return parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255)
    ? parts.reduce((sum, part) => sum * 256 + part, 0)
    : undefined;
}
