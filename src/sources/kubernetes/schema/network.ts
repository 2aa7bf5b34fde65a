import type { Ingress, IngressBackend, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyRule, Service, ServicePort } from '#domain/kubernetes/network.ts';
import { readOptionalSelector, readSelector } from './meta.ts';
import { flag, list, number, object, optionalObject, type Raw, text, textMap, textOrNumber, texts } from './read.ts';

export function readService(raw: Raw): Pick<Service, 'spec'> {
  const spec = object(raw['spec']);
  return {
    spec: {
      type: text(spec['type']),
      clusterIP: text(spec['clusterIP']),
      externalName: text(spec['externalName']),
      selector: textMap(spec['selector']),
      ports: list(spec['ports'], readServicePort),
      publishNotReadyAddresses: flag(spec['publishNotReadyAddresses']),
      externalTrafficPolicy: text(spec['externalTrafficPolicy']),
      internalTrafficPolicy: text(spec['internalTrafficPolicy']),
    },
  };
}

function readServicePort(port: Raw): ServicePort | undefined {
  const value = number(port['port']);
  if (value === undefined) return undefined;
  return {
    name: text(port['name']),
    port: value,
    targetPort: textOrNumber(port['targetPort']),
    nodePort: number(port['nodePort']),
    protocol: text(port['protocol']),
    appProtocol: text(port['appProtocol']),
  };
}

export function readIngress(raw: Raw): Pick<Ingress, 'spec' | 'status'> {
  const spec = object(raw['spec']);
  return {
    spec: {
      ingressClassName: text(spec['ingressClassName']),
      defaultBackend: readBackend(spec['defaultBackend']),
      tls: list(spec['tls'], (tls) => ({ hosts: texts(tls['hosts']), secretName: text(tls['secretName']) })),
      rules: list(spec['rules'], (rule) => ({ host: text(rule['host']), paths: list(object(rule['http'])['paths'], readPath) })),
    },
    status: {
      loadBalancer: list(object(object(raw['status'])['loadBalancer'])['ingress'], (at) => ({ ip: text(at['ip']), hostname: text(at['hostname']) })),
    },
  };
}

function readPath(path: Raw): Ingress['spec']['rules'][number]['paths'][number] {
  return { path: text(path['path']), pathType: text(path['pathType']), backend: readBackend(path['backend']) ?? {} };
}

function readBackend(value: unknown): IngressBackend | undefined {
  const backend = optionalObject(value);
  if (!backend) return undefined;
  const service = object(backend['service']);
  const port = object(service['port']);
  return { serviceName: text(service['name']), servicePort: text(port['name']) || number(port['number']) };
}

export function readNetworkPolicy(raw: Raw): Pick<NetworkPolicy, 'spec'> {
  const spec = object(raw['spec']);
  return {
    spec: {
      podSelector: readSelector(spec['podSelector']),
      policyTypes: texts(spec['policyTypes']),
      ingress: list(spec['ingress'], (rule) => readRule(rule, 'from')),
      egress: list(spec['egress'], (rule) => readRule(rule, 'to')),
    },
  };
}

function readRule(rule: Raw, peers: 'from' | 'to'): NetworkPolicyRule {
  return {
    ports: list(rule['ports'], (port) => ({ port: textOrNumber(port['port']), endPort: number(port['endPort']), protocol: text(port['protocol']) })),
    peers: list(rule[peers], readPeer),
  };
}

function readPeer(peer: Raw): NetworkPolicyPeer {
  const block = object(peer['ipBlock']);
  const cidr = text(block['cidr']);
  return {
    podSelector: readOptionalSelector(peer['podSelector']),
    namespaceSelector: readOptionalSelector(peer['namespaceSelector']),
    ipBlock: cidr ? { cidr, except: texts(block['except']) } : undefined,
  };
}
