import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '#domain/kubernetes/workload.ts';
import { readConditions, readSelector } from './meta.ts';
import { readPodTemplate } from './pod.ts';
import { count, flag, list, number, object, type Raw, text, textOrNumber } from './read.ts';

export function readDeployment(raw: Raw): Pick<Deployment, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  const strategy = object(spec['strategy']);
  const rolling = object(strategy['rollingUpdate']);
  return {
    spec: {
      replicas: number(spec['replicas']),
      paused: flag(spec['paused']),
      selector: readSelector(spec['selector']),
      template: readPodTemplate(spec['template']),
      progressDeadlineSeconds: number(spec['progressDeadlineSeconds']),
      revisionHistoryLimit: number(spec['revisionHistoryLimit']),
      strategy: { type: text(strategy['type']), maxUnavailable: textOrNumber(rolling['maxUnavailable']), maxSurge: textOrNumber(rolling['maxSurge']) },
    },
    status: {
      observedGeneration: number(status['observedGeneration']),
      replicas: count(status['replicas']),
      updatedReplicas: count(status['updatedReplicas']),
      readyReplicas: count(status['readyReplicas']),
      availableReplicas: count(status['availableReplicas']),
      unavailableReplicas: count(status['unavailableReplicas']),
      conditions: readConditions(status['conditions']),
    },
  };
}

export function readReplicaSet(raw: Raw): Pick<ReplicaSet, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  return {
    spec: { replicas: number(spec['replicas']), selector: readSelector(spec['selector']), template: readPodTemplate(spec['template']) },
    status: {
      replicas: count(status['replicas']),
      readyReplicas: count(status['readyReplicas']),
      availableReplicas: count(status['availableReplicas']),
      conditions: readConditions(status['conditions']),
      observedGeneration: number(status['observedGeneration']),
    },
  };
}

export function readStatefulSet(raw: Raw): Pick<StatefulSet, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  const update = object(spec['updateStrategy']);
  return {
    spec: {
      replicas: number(spec['replicas']),
      serviceName: text(spec['serviceName']),
      selector: readSelector(spec['selector']),
      template: readPodTemplate(spec['template']),
      podManagementPolicy: text(spec['podManagementPolicy']),
      volumeClaimTemplates: list(spec['volumeClaimTemplates'], readClaimTemplate),
      updateStrategy: { type: text(update['type']), partition: number(object(update['rollingUpdate'])['partition']) },
    },
    status: {
      observedGeneration: number(status['observedGeneration']),
      replicas: count(status['replicas']),
      readyReplicas: count(status['readyReplicas']),
      availableReplicas: count(status['availableReplicas']),
      updatedReplicas: count(status['updatedReplicas']),
      currentRevision: text(status['currentRevision']),
      updateRevision: text(status['updateRevision']),
      conditions: readConditions(status['conditions']),
    },
  };
}

function readClaimTemplate(claim: Raw): StatefulSet['spec']['volumeClaimTemplates'][number] | undefined {
  const name = text(object(claim['metadata'])['name']);
  return name ? { name, storageClassName: text(object(claim['spec'])['storageClassName']) } : undefined;
}

export function readDaemonSet(raw: Raw): Pick<DaemonSet, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  return {
    spec: {
      selector: readSelector(spec['selector']),
      template: readPodTemplate(spec['template']),
      updateStrategy: { type: text(object(spec['updateStrategy'])['type']) },
    },
    status: {
      observedGeneration: number(status['observedGeneration']),
      desiredNumberScheduled: count(status['desiredNumberScheduled']),
      currentNumberScheduled: count(status['currentNumberScheduled']),
      numberReady: count(status['numberReady']),
      numberAvailable: count(status['numberAvailable']),
      numberUnavailable: count(status['numberUnavailable']),
      numberMisscheduled: count(status['numberMisscheduled']),
      updatedNumberScheduled: count(status['updatedNumberScheduled']),
      conditions: readConditions(status['conditions']),
    },
  };
}
