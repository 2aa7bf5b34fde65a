import type { Pod, PodSpec, PodTemplate, Toleration } from '#domain/kubernetes/pod.ts';
import { readAffinity } from './affinity.ts';
import { readContainer, readSecurityContext } from './container.ts';
import { readOptionalSelector, readTemplateMeta } from './meta.ts';
import { readPodStatus } from './pod-status.ts';
import { flag, list, names, number, object, optionalObject, type Raw, text, textMap, texts } from './read.ts';
import { readVolume } from './volume.ts';

export function readPod(raw: Raw): Pick<Pod, 'spec' | 'status'> {
  return { spec: readPodSpec(raw['spec']), status: readPodStatus(raw['status']) };
}

export function readPodTemplate(value: unknown): PodTemplate {
  const template = object(value);
  return { metadata: readTemplateMeta(template['metadata']), spec: readPodSpec(template['spec']) };
}

function readPodSpec(value: unknown): PodSpec {
  const spec = object(value);
  return {
    containers: list(spec['containers'], readContainer),
    initContainers: list(spec['initContainers'], readContainer),
    volumes: list(spec['volumes'], readVolume),
    nodeName: text(spec['nodeName']) || undefined,
    nodeSelector: textMap(spec['nodeSelector']),
    affinity: readAffinity(spec['affinity']),
    tolerations: list(spec['tolerations'], readToleration),
    topologySpreadConstraints: list(spec['topologySpreadConstraints'], readSpread),
    schedulerName: text(spec['schedulerName']),
    serviceAccountName: text(spec['serviceAccountName']) || text(spec['serviceAccount']) || undefined,
    imagePullSecrets: names(spec['imagePullSecrets']),
    restartPolicy: text(spec['restartPolicy']),
    priorityClassName: text(spec['priorityClassName']),
    runtimeClassName: text(spec['runtimeClassName']),
    hostNetwork: flag(spec['hostNetwork']),
    dnsPolicy: text(spec['dnsPolicy']),
    dnsConfig: readDnsConfig(spec['dnsConfig']),
    hostAliases: list(spec['hostAliases'], readHostAlias),
    subdomain: text(spec['subdomain']),
    terminationGracePeriodSeconds: number(spec['terminationGracePeriodSeconds']),
    activeDeadlineSeconds: number(spec['activeDeadlineSeconds']),
    securityContext: readSecurityContext(spec['securityContext']),
    schedulingGates: names(spec['schedulingGates']),
    readinessGates: list(spec['readinessGates'], ({ conditionType }) => text(conditionType)),
  };
}

function readToleration(toleration: Raw): Toleration {
  return {
    key: text(toleration['key']),
    operator: text(toleration['operator']),
    value: text(toleration['value']),
    effect: text(toleration['effect']),
    tolerationSeconds: number(toleration['tolerationSeconds']),
  };
}

function readSpread(constraint: Raw): PodSpec['topologySpreadConstraints'][number] | undefined {
  const topologyKey = text(constraint['topologyKey']);
  if (!topologyKey) return undefined;
  return {
    topologyKey,
    whenUnsatisfiable: text(constraint['whenUnsatisfiable']),
    maxSkew: number(constraint['maxSkew']),
    labelSelector: readOptionalSelector(constraint['labelSelector']),
  };
}

function readDnsConfig(value: unknown): PodSpec['dnsConfig'] {
  const config = optionalObject(value);
  if (!config) return undefined;
  const options = list(config['options'], (option) => {
    const name = text(option['name']);
    return name ? { name, value: text(option['value']) } : undefined;
  });
  return { nameservers: texts(config['nameservers']), searches: texts(config['searches']), options };
}

function readHostAlias(alias: Raw): PodSpec['hostAliases'][number] | undefined {
  const ip = text(alias['ip']);
  return ip ? { ip, hostnames: texts(alias['hostnames']) } : undefined;
}
