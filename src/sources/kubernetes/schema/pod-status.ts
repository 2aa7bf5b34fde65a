import type { ContainerState, ContainerStatus, ContainerTermination, PodStatus } from '#domain/kubernetes/pod.ts';
import { readConditions } from './meta.ts';
import { count, flag, list, number, object, optionalObject, type Raw, text } from './read.ts';

export function readPodStatus(value: unknown): PodStatus {
  const status = object(value);
  return {
    phase: text(status['phase']),
    reason: text(status['reason']),
    message: text(status['message']),
    podIP: text(status['podIP']) || undefined,
    hostIP: text(status['hostIP']) || undefined,
    startTime: text(status['startTime']),
    qosClass: text(status['qosClass']),
    nominatedNodeName: text(status['nominatedNodeName']) || undefined,
    conditions: readConditions(status['conditions']),
    containerStatuses: list(status['containerStatuses'], readContainerStatus),
    initContainerStatuses: list(status['initContainerStatuses'], readContainerStatus),
    ephemeralContainerStatuses: list(status['ephemeralContainerStatuses'], readContainerStatus),
  };
}

function readContainerStatus(status: Raw): ContainerStatus | undefined {
  const name = text(status['name']);
  if (!name) return undefined;
  return {
    name,
    image: text(status['image']),
    imageID: text(status['imageID']),
    ready: flag(status['ready']) ?? false,
    started: flag(status['started']),
    restartCount: count(status['restartCount']),
    state: readState(status['state']),
    lastState: readState(status['lastState']),
  };
}

function readState(value: unknown): ContainerState {
  const state = object(value);
  const [waiting, running] = [optionalObject(state['waiting']), optionalObject(state['running'])];
  return {
    waiting: waiting && { reason: text(waiting['reason']), message: text(waiting['message']) },
    running: running && { startedAt: text(running['startedAt']) },
    terminated: readTermination(state['terminated']),
  };
}

function readTermination(value: unknown): ContainerTermination | undefined {
  const termination = optionalObject(value);
  return (
    termination && {
      reason: text(termination['reason']),
      message: text(termination['message']),
      exitCode: count(termination['exitCode']),
      signal: number(termination['signal']),
      startedAt: text(termination['startedAt']),
      finishedAt: text(termination['finishedAt']),
    }
  );
}
