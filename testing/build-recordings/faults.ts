import { mainOf, templateOf } from './draft.ts';
import type { ContainerState, Ended, Line, PodDraft, Template, Workload } from './shape.ts';

export interface Crash {
  readonly container?: string;
  readonly exit?: number;
  readonly reason?: string;
  readonly restarts?: number;
  readonly ranSeconds?: number;
  /** Minutes since the last run ended. */
  readonly ago?: number;
  /** The log of one run; minutes before its end. */
  readonly log?: readonly Line[];
  readonly message?: string;
  /** The container is up again at the moment of the snapshot. */
  readonly running?: boolean;
}

/** A container that ends again and again: its state, the back-off events, and the log of its last run. */
export function crash(workload: Workload, pods: readonly PodDraft[], options: Crash = {}): void {
  const container = options.container ?? mainOf(workload).name;
  pods.forEach((pod, at) => {
    const restarts = options.restarts ?? Math.max(3, Math.min(12, Math.round(4 + pod.ago / 6)));
    const ago = (options.ago ?? 1.3) + at * 0.4;
    const last: Ended = {
      exit: options.exit ?? 1,
      reason: options.reason ?? (options.exit === 0 ? 'Completed' : 'Error'),
      ago,
      ranSeconds: options.ranSeconds ?? 6,
      ...(options.message === undefined ? {} : { message: options.message }),
    };
    const state: ContainerState = options.running
      ? { is: 'running', ready: false, restarts, last, since: ago - 0.02 }
      : { is: 'waiting', reason: 'CrashLoopBackOff', restarts, last };
    pod.states[container] = state;
    const lines = (options.log ?? []).map(([before, text]): Line => [ago + before, text]);
    pod.previous[container] = lines;
    if (!options.running) pod.logs[container] = lines;
    pod.events.push({
      type: 'Warning',
      reason: 'BackOff',
      message: ({ pod: name }) => `Back-off restarting failed container ${container} in pod ${name}`,
      first: Math.min(55, pod.ago - 0.4),
      last: 0.3 + at * 0.1,
      count: restarts * 7,
      container,
    });
  });
}

/** A probe that fails: events, and a container that is not ready. With `kills`, the kubelet restarts it each time. */
export function probeFails(
  workload: Workload,
  pods: readonly PodDraft[],
  probe: 'Liveness' | 'Readiness' | 'Startup',
  answer: string,
  options: {
    readonly kills?: number;
    readonly container?: string;
    readonly exit?: number;
    readonly ready?: boolean;
    readonly ranSeconds?: number;
    readonly ago?: number;
    readonly backOff?: boolean;
  } = {},
): void {
  const container = options.container ?? mainOf(workload).name;
  pods.forEach((pod, at) => {
    const first = Math.min(50, pod.ago - 0.2) - at * 0.05;
    pod.events.push({
      type: 'Warning',
      reason: 'Unhealthy',
      message: (place) => `${probe} probe failed: ${answer.replaceAll('{ip}', place.ip)}`,
      first,
      last: 0.25 + at * 0.07,
      count: Math.max(3, Math.round(first * 6 * 0.8)),
      container,
    });
    if (options.kills === undefined) {
      pod.states[container] = { is: 'running', ready: false };
      return;
    }
    const exit = options.exit ?? 143;
    const ago = options.ago ?? 0.4 + at * 0.2;
    const last: Ended = { exit, reason: exit === 0 ? 'Completed' : 'Error', ago: ago + 0.02, ranSeconds: options.ranSeconds ?? 44 };
    const what = probe === 'Startup' ? 'startup' : 'liveness';
    pod.states[container] = options.backOff
      ? { is: 'waiting', reason: 'CrashLoopBackOff', restarts: options.kills, last }
      : { is: 'running', ready: options.ready ?? true, restarts: options.kills, since: ago, last };
    pod.events.push({
      type: 'Normal',
      reason: 'Killing',
      message: `Container ${container} failed ${what} probe, will be restarted`,
      first: first - 0.4,
      last: ago + 0.5,
      count: options.kills,
      container,
    });
    if (options.backOff || options.kills > 4)
      pod.events.push({
        type: 'Warning',
        reason: 'BackOff',
        message: ({ pod: name }) => `Back-off restarting failed container ${container} in pod ${name}`,
        first: first * 0.5,
        last: 0.3,
        count: options.kills * 4,
        container,
      });
  });
}

/** An image that cannot be pulled. */
export function imageFails(workload: Workload, pods: readonly PodDraft[], why: string, container = mainOf(workload).name): void {
  const image = containerOf(templateOf(workload), container).image;
  for (const pod of pods) {
    const count = Math.max(3, Math.round(Math.log2(pod.ago + 1) * 2));
    const waiting = pod.ago < 2 ? 'ErrImagePull' : 'ImagePullBackOff';
    pod.states[container] = {
      is: 'waiting',
      reason: waiting,
      message: waiting === 'ErrImagePull' ? why : `Back-off pulling image "${image}": ErrImagePull: ${why}`,
    };
    pod.logErrors[container] =
      `Error from server (BadRequest): container "${container}" in pod "PODNAME" is waiting to start: trying and failing to pull image\n`;
    const first = pod.ago - 0.1;
    pod.events.push({ type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"`, first, last: Math.min(first, 2.1), count, container });
    pod.events.push({
      type: 'Warning',
      reason: 'Failed',
      message: `Failed to pull image "${image}": ${why}`,
      first: first - 0.05,
      last: Math.min(first - 0.05, 2),
      count,
      container,
    });
    pod.events.push({
      type: 'Warning',
      reason: 'Failed',
      message: 'Error: ErrImagePull',
      first: first - 0.05,
      last: Math.min(first - 0.05, 2),
      count,
      container,
    });
    pod.events.push({
      type: 'Normal',
      reason: 'BackOff',
      message: `Back-off pulling image "${image}"`,
      first: first - 0.3,
      last: 0.2,
      count: Math.round(first * 4),
      container,
    });
    pod.events.push({
      type: 'Warning',
      reason: 'Failed',
      message: 'Error: ImagePullBackOff',
      first: first - 0.3,
      last: 0.2,
      count: Math.round(first * 4),
      container,
    });
  }
}

/** A container whose configuration cannot be put together. */
export function configFails(workload: Workload, pods: readonly PodDraft[], message: string, container = mainOf(workload).name): void {
  const image = containerOf(templateOf(workload), container).image;
  for (const pod of pods) {
    pod.states[container] = { is: 'waiting', reason: 'CreateContainerConfigError', message };
    pod.events.push({
      type: 'Normal',
      reason: 'Pulled',
      message: `Container image "${image}" already present on machine`,
      first: pod.ago - 0.1,
      last: 0.2,
      count: Math.round(pod.ago * 4.6),
      container,
    });
    pod.events.push({
      type: 'Warning',
      reason: 'Failed',
      message: `Error: ${message}`,
      first: pod.ago - 0.1,
      last: 0.2,
      count: Math.round(pod.ago * 4.6),
      container,
    });
  }
}

/** A volume that cannot be mounted: the pod never gets further than creating. */
export function mountFails(workload: Workload, pods: readonly PodDraft[], message: string, reason = 'FailedMount', by = 'kubelet'): void {
  for (const pod of pods) {
    for (const { name } of templateOf(workload).spec.containers) pod.states[name] = { is: 'waiting', reason: 'ContainerCreating' };
    for (const { name } of templateOf(workload).spec.initContainers ?? [])
      pod.initStates = { ...pod.initStates, [name]: { is: 'waiting', reason: 'PodInitializing' } };
    pod.events.push({
      type: 'Warning',
      reason,
      message,
      first: pod.ago - 0.05,
      last: Math.min(1.1, pod.ago * 0.2),
      count: Math.max(4, Math.round(6 + pod.ago / 2)),
      by,
    });
  }
}

/** Pods that the scheduler has no node for. */
export function unschedulable(pods: readonly PodDraft[], message: string): void {
  for (const pod of pods) {
    delete pod.node;
    pod.unschedulable = message;
    pod.events.push({
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
      first: pod.ago - 0.001,
      last: pod.ago > 6 ? pod.ago % 5 : pod.ago - 0.001,
      count: Math.max(1, Math.floor(pod.ago / 5)),
      by: 'default-scheduler',
    });
  }
}

/** Start-up noise that has long passed: the first probes came before the process listened. */
export function slowStartNoise(pods: readonly PodDraft[], port: number, container: string): void {
  for (const pod of pods)
    if (pod.ago < 60)
      pod.events.push({
        type: 'Warning',
        reason: 'Unhealthy',
        message: (place) => `Readiness probe failed: Get "http://${place.ip}:${port}/": dial tcp ${place.ip}:${port}: connect: connection refused`,
        first: pod.ago - 0.15,
        last: pod.ago - 0.32,
        count: 2,
        container,
      });
}

/** Restarts of days ago, as a node's reboot leaves them. */
export function oldRestart(pod: PodDraft, container: string, ago: number, restarts = 1, exit = 255): void {
  pod.states[container] = { is: 'running', restarts, since: ago - 0.3, last: { exit, reason: exit === 255 ? 'Unknown' : 'Error', ago, ranSeconds: 86_400 } };
}

function containerOf(template: Template, name: string): Template['spec']['containers'][number] {
  const found = [...template.spec.containers, ...(template.spec.initContainers ?? [])].find((one) => one.name === name);
  if (!found) throw new Error(`There is no container ${name}`);
  return found;
}
