import { podRange } from './nodes.ts';
import type { ContainerSpec, Fields, PodState, TemplateSpec } from './pods.ts';
import { digest, type KubeObject, uidOf, type World } from './world.ts';

/** What the API server shows of a pod in that state. */
export function statusOf(world: World, spec: TemplateSpec, state: PodState, node: KubeObject | undefined, name: string): Fields {
  const qosClass = qosOf(spec);
  if (state.is === 'unscheduled') {
    const lastTransitionTime = world.ago(state.agoMinutes);
    return {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', lastProbeTime: null, lastTransitionTime, reason: 'Unschedulable', message: state.message }],
      qosClass,
    };
  }
  const started = state.agoMinutes - 0.1;
  const address = addressOf(node, name);
  const phase = state.is === 'ended' ? (state.exitCode === 0 ? 'Succeeded' : 'Failed') : state.is === 'waiting' ? 'Pending' : 'Running';
  return {
    phase,
    conditions: conditionsOf(world, spec, state, started),
    hostIP: address.host,
    hostIPs: [{ ip: address.host }],
    podIP: address.pod,
    podIPs: [{ ip: address.pod }],
    startTime: world.ago(state.agoMinutes - 0.02),
    containerStatuses: spec.containers.map((container) => containerStatus(world, container, state, name, started)),
    qosClass,
  };
}

function conditionsOf(world: World, spec: TemplateSpec, state: Exclude<PodState, { is: 'unscheduled' }>, started: number): readonly Fields[] {
  const base = { lastProbeTime: null };
  const names = spec.containers.map(({ name }) => name).join(' ');
  const unready = { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` };
  const changed = state.is === 'crashing' ? state.endedAgo : state.is === 'ended' ? started - state.ranSeconds / 60 : started;
  const ok = state.is === 'running';
  const ready =
    state.is === 'lost'
      ? { type: 'Ready', status: 'False', ...base, lastTransitionTime: world.ago(state.lostAgo) }
      : state.is === 'ended'
        ? { type: 'Ready', status: 'False', ...base, lastTransitionTime: world.ago(changed), reason: state.exitCode === 0 ? 'PodCompleted' : 'PodFailed' }
        : { type: 'Ready', status: ok ? 'True' : 'False', ...base, lastTransitionTime: world.ago(changed), ...(ok ? {} : unready) };
  const containers =
    state.is === 'lost' ? { type: 'ContainersReady', status: 'True', ...base, lastTransitionTime: world.ago(started) } : { ...ready, type: 'ContainersReady' };
  return [
    {
      type: 'PodReadyToStartContainers',
      status: state.is === 'ended' ? 'False' : 'True',
      ...base,
      lastTransitionTime: world.ago(state.is === 'ended' ? changed : started),
    },
    { type: 'Initialized', status: 'True', ...base, lastTransitionTime: world.ago(state.agoMinutes) },
    ready,
    containers,
    { type: 'PodScheduled', status: 'True', ...base, lastTransitionTime: world.ago(state.agoMinutes) },
    ...(state.is === 'lost' && state.deletedAgo !== undefined
      ? [
          {
            type: 'DisruptionTarget',
            status: 'True',
            ...base,
            lastTransitionTime: world.ago(state.deletedAgo),
            reason: 'DeletionByTaintManager',
            message: 'Taint manager: deleting due to NoExecute taint',
          },
        ]
      : []),
  ];
}

function containerStatus(world: World, container: ContainerSpec, state: Exclude<PodState, { is: 'unscheduled' }>, pod: string, started: number): Fields {
  const id = (run: number): string => `containerd://${digest(`${pod} ${container.name} ${run}`)}`;
  const imageID = `${container.image.replace(/:[^:/]*$/, '')}@sha256:${digest(container.image)}`;
  const base = { name: container.name, image: container.image };
  switch (state.is) {
    case 'waiting':
      return {
        ...base,
        imageID: '',
        lastState: {},
        ready: false,
        restartCount: 0,
        started: false,
        state: { waiting: { reason: state.reason, message: state.message } },
      };
    case 'ended': {
      const terminated = {
        exitCode: state.exitCode,
        reason: state.reason,
        startedAt: world.ago(started),
        finishedAt: world.ago(started - state.ranSeconds / 60),
        containerID: id(0),
      };
      return { ...base, imageID, containerID: id(0), lastState: {}, ready: false, restartCount: 0, started: false, state: { terminated } };
    }
    case 'crashing': {
      const terminated = {
        exitCode: state.exitCode,
        reason: state.reason,
        startedAt: world.ago(state.endedAgo + state.ranSeconds / 60),
        finishedAt: world.ago(state.endedAgo),
        containerID: id(state.restarts),
      };
      const message = `back-off ${state.backOff} restarting failed container=${container.name} pod=${pod}_${world.namespace}(${uidOf(`${world.takenAt} Pod/${world.namespace}/${pod}`)})`;
      return {
        ...base,
        imageID,
        containerID: id(state.restarts),
        lastState: { terminated },
        ready: false,
        restartCount: state.restarts,
        started: false,
        state: { waiting: { reason: 'CrashLoopBackOff', message } },
      };
    }
    default:
      return {
        ...base,
        imageID,
        containerID: id(0),
        lastState: {},
        ready: true,
        restartCount: state.is === 'running' ? (state.restarts ?? 0) : 0,
        started: true,
        state: { running: { startedAt: world.ago(started) } },
      };
  }
}

function qosOf(spec: TemplateSpec): string {
  if (spec.containers.every(({ requests, limits }) => !requests && !limits)) return 'BestEffort';
  const equal = spec.containers.every(
    ({ requests, limits }) => requests && limits?.['cpu'] && limits['memory'] && JSON.stringify(requests) === JSON.stringify(limits),
  );
  return equal ? 'Guaranteed' : 'Burstable';
}

export function addressOf(node: KubeObject | undefined, pod: string): { readonly host: string; readonly pod: string } {
  const addresses = (node?.['status'] as { readonly addresses?: readonly { readonly address: string }[] } | undefined)?.addresses;
  const host = addresses?.[0]?.address ?? '';
  return { host, pod: podRange({ ip: host }).replace('.0/24', `.${10 + (Number.parseInt(digest(pod).slice(0, 4), 16) % 230)}`) };
}
