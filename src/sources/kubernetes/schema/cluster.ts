import type {
  AdmissionWebhookConfiguration,
  APIService,
  ConfigMap,
  Lease,
  LimitRange,
  Namespace,
  Node,
  ResourceQuota,
  SecretKeys,
  ServiceAccount,
} from '#domain/kubernetes/cluster.ts';
import { readConditions } from './meta.ts';
import { flag, keys, list, names, number, object, type Raw, text, textMap, texts } from './read.ts';

export function readNode(raw: Raw): Pick<Node, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  const info = object(status['nodeInfo']);
  return {
    spec: { unschedulable: flag(spec['unschedulable']), taints: list(spec['taints'], readTaint), providerID: text(spec['providerID']) },
    status: {
      capacity: textMap(status['capacity']),
      allocatable: textMap(status['allocatable']),
      conditions: readConditions(status['conditions']),
      addresses: list(status['addresses'], (at) => {
        const [type, address] = [text(at['type']), text(at['address'])];
        return type && address ? { type, address } : undefined;
      }),
      nodeInfo: {
        kubeletVersion: text(info['kubeletVersion']),
        containerRuntimeVersion: text(info['containerRuntimeVersion']),
        kernelVersion: text(info['kernelVersion']),
        osImage: text(info['osImage']),
        architecture: text(info['architecture']),
        operatingSystem: text(info['operatingSystem']),
      },
    },
  };
}

function readTaint(taint: Raw): Node['spec']['taints'][number] | undefined {
  const key = text(taint['key']);
  return key ? { key, value: text(taint['value']), effect: text(taint['effect']) ?? '', timeAdded: text(taint['timeAdded']) } : undefined;
}

export function readLease(raw: Raw): Pick<Lease, 'spec'> {
  const spec = object(raw['spec']);
  return {
    spec: {
      holderIdentity: text(spec['holderIdentity']),
      leaseDurationSeconds: number(spec['leaseDurationSeconds']),
      renewTime: text(spec['renewTime']),
      acquireTime: text(spec['acquireTime']),
    },
  };
}

export function readNamespace(raw: Raw): Pick<Namespace, 'status'> {
  const status = object(raw['status']);
  return { status: { phase: text(status['phase']), conditions: readConditions(status['conditions']) } };
}

export function readQuota(raw: Raw): Pick<ResourceQuota, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  return {
    spec: { hard: textMap(spec['hard']), scopes: texts(spec['scopes']) },
    status: { hard: textMap(status['hard']), used: textMap(status['used']) },
  };
}

export function readLimitRange(raw: Raw): Pick<LimitRange, 'spec'> {
  return {
    spec: {
      limits: list(object(raw['spec'])['limits'], (limit) => ({
        type: text(limit['type']),
        max: textMap(limit['max']),
        min: textMap(limit['min']),
        default: textMap(limit['default']),
        defaultRequest: textMap(limit['defaultRequest']),
      })),
    },
  };
}

export function readServiceAccount(raw: Raw): Pick<ServiceAccount, 'imagePullSecrets'> {
  return { imagePullSecrets: names(raw['imagePullSecrets']) };
}

export function readConfigMap(raw: Raw): Pick<ConfigMap, 'data' | 'binaryKeys'> {
  return { data: textMap(raw['data']), binaryKeys: keys(raw['binaryData']) };
}

/** The values end here: only their keys are kept. */
export function readSecret(raw: Raw): Pick<SecretKeys, 'type' | 'keys'> {
  return { type: text(raw['type']), keys: [...new Set([...keys(raw['data']), ...keys(raw['stringData'])])] };
}

export function readWebhooks(raw: Raw): Pick<AdmissionWebhookConfiguration, 'webhooks'> {
  return {
    webhooks: list(raw['webhooks'], (webhook) => {
      const client = object(webhook['clientConfig']);
      const service = object(client['service']);
      const name = text(service['name']);
      return {
        name: text(webhook['name']) ?? '',
        failurePolicy: text(webhook['failurePolicy']),
        service: name ? { namespace: text(service['namespace']) ?? '', name, port: number(service['port']) } : undefined,
        url: text(client['url']),
        timeoutSeconds: number(webhook['timeoutSeconds']),
      };
    }),
  };
}

export function readApiService(raw: Raw): Pick<APIService, 'spec' | 'status'> {
  const service = object(object(raw['spec'])['service']);
  const name = text(service['name']);
  return {
    spec: { service: name ? { namespace: text(service['namespace']) ?? '', name } : undefined },
    status: { conditions: readConditions(object(raw['status'])['conditions']) },
  };
}
