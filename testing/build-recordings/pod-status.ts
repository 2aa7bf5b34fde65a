import { digest, uidOf, type World } from '../../scripts/scenarios/world.ts';
import type { PodPlan } from './make-pod.ts';
import type { Container, ContainerState, Ended, Fields } from './shape.ts';

/** Whether the pod is one that gets traffic. */
export function isReady({ draft: pod, template }: Pick<PodPlan, 'draft' | 'template'>): boolean {
  if (pod.node === undefined || pod.failed || pod.deletingAgo !== undefined || pod.lostAgo !== undefined) return false;
  if (Object.values(pod.initStates ?? {}).some(({ is }) => is === 'waiting')) return false;
  return template.spec.containers.every(({ name }) => ready(pod.states[name]));
}

function ready(state: ContainerState | undefined): boolean {
  return state === undefined || (state.is === 'running' && state.ready !== false);
}

/** What the API server shows of a pod in its state. */
export function podStatus(world: World, plan: PodPlan): Fields {
  const { draft: pod, template } = plan;
  const qosClass = qosOf(template.spec.containers);
  const at = (ago: number): string => world.ago(ago);
  if (pod.node === undefined) {
    const why = { reason: 'Unschedulable', message: pod.unschedulable ?? '' };
    const untouched = pod.unschedulable === undefined;
    return {
      phase: 'Pending',
      ...(untouched ? {} : { conditions: [{ type: 'PodScheduled', status: 'False', lastTransitionTime: at(pod.ago), ...why }] }),
      qosClass,
    };
  }
  if (pod.failed) {
    const { reason, message, ago } = pod.failed;
    const condition = { type: 'DisruptionTarget', status: 'True', lastTransitionTime: at(ago), reason: 'TerminationByKubelet', message };
    return { phase: 'Failed', reason, message, startTime: at(pod.ago), hostIP: plan.hostIp, conditions: [condition], qosClass };
  }
  const statuses = template.spec.containers.map((one) => containerStatus(world, plan, one, pod.states[one.name], pod.initStates));
  const inits = (template.spec.initContainers ?? []).map((one) =>
    containerStatus(world, plan, one, pod.initStates?.[one.name] ?? initDone(pod.ago), undefined),
  );
  const phase = phaseOf(plan);
  const started =
    phase !== 'Pending' ||
    Object.values(pod.states).some((state) => state.is === 'waiting' && /Image|Config|CrashLoop/.test(state.reason)) ||
    pod.initStates !== undefined;
  return {
    phase,
    // System pods are told in fewer words, to keep recordings small.
    conditions: conditionsOf(world, plan, phase).filter(({ type }) => plan.namespace === world.namespace || ['Ready', 'PodScheduled'].includes(String(type))),
    hostIP: plan.hostIp,
    ...(started ? { podIP: plan.ip } : {}),
    startTime: at(pod.ago - 0.02),
    ...(inits.length > 0 ? { initContainerStatuses: inits } : {}),
    containerStatuses: statuses,
    qosClass,
  };
}

function initDone(ago: number): ContainerState {
  return { is: 'ended', how: { exit: 0, reason: 'Completed', ago: ago - 0.08, ranSeconds: 2 } };
}

function phaseOf({ draft: pod, template }: PodPlan): string {
  const states = template.spec.containers.map(({ name }) => pod.states[name]);
  if (Object.values(pod.initStates ?? {}).some(({ is }) => is === 'waiting' || is === 'running')) return 'Pending';
  if (states.some((state) => state?.is === 'waiting' && state.last === undefined)) return 'Pending';
  if (template.spec.restartPolicy !== undefined && states.every((state) => state?.is === 'ended'))
    return states.every((state) => state?.is === 'ended' && state.how.exit === 0) ? 'Succeeded' : 'Failed';
  return 'Running';
}

function conditionsOf(world: World, { draft: pod, template }: PodPlan, phase: string): readonly Fields[] {
  const condition = (type: string, ok: boolean, ago: number, why: Fields = {}): Fields => ({
    type,
    status: ok ? 'True' : 'False',
    lastTransitionTime: world.ago(ago),
    ...why,
  });
  const unready = template.spec.containers.filter(({ name }) => !ready(pod.states[name]));
  const initialized = !Object.values(pod.initStates ?? {}).some(({ is }) => is === 'waiting' || is === 'running');
  const ended = phase === 'Succeeded' || phase === 'Failed';
  const since = unready.map(({ name }) => changeOf(pod.states[name], pod.events.find(({ reason }) => reason === 'Unhealthy')?.first ?? pod.ago - 0.03));
  const allReady = initialized && unready.length === 0;
  const names = (initialized ? unready : template.spec.containers).map(({ name }) => name).join(' ');
  const why = ended
    ? { reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` };
  const changed = allReady ? readySince(pod.states, pod.ago) : Math.min(pod.ago - 0.03, ...since);
  const lost = pod.lostAgo !== undefined;
  return [
    condition('PodReadyToStartContainers', !ended && !sandboxless(pod.states), pod.ago - 0.06),
    condition(
      'Initialized',
      initialized,
      pod.ago - 0.03,
      initialized ? {} : { reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${Object.keys(pod.initStates ?? {}).join(' ')}]` },
    ),
    condition('Ready', allReady && !lost, lost ? (pod.lostAgo ?? 0) : changed, allReady ? {} : why),
    condition('ContainersReady', allReady, changed, allReady ? {} : why),
    condition('PodScheduled', true, pod.ago),
    ...(pod.deletingAgo !== undefined && lost
      ? [condition('DisruptionTarget', true, pod.deletingAgo, { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' })]
      : []),
  ];
}

function sandboxless(states: Readonly<Record<string, ContainerState>>): boolean {
  return Object.values(states).some((state) => state.is === 'waiting' && state.reason === 'ContainerCreating');
}

function readySince(states: Readonly<Record<string, ContainerState>>, ago: number): number {
  const starts = Object.values(states).map((state) =>
    state.is === 'running' ? (state.since ?? (state.last ? state.last.ago - 0.02 : ago - 0.15)) - 0.2 : ago,
  );
  return Math.max(0.01, Math.min(ago - 0.25, ...starts));
}

function changeOf(state: ContainerState | undefined, otherwise: number): number {
  if (state?.is === 'ended') return state.how.ago;
  return state && 'last' in state && state.last ? state.last.ago : otherwise;
}

function containerStatus(world: World, plan: PodPlan, container: Container, state: ContainerState | undefined, inits: PodPlan['draft']['initStates']): Fields {
  const { draft: pod, name } = plan;
  const id = (run: number): string => `containerd://${digest(`${world.takenAt} ${name} ${container.name} ${run}`)}`;
  const imageID = plan.namespace === world.namespace ? `${container.image.replace(/:[^:/]*$/, '')}@sha256:${digest(container.image)}` : container.image;
  const terminated = (how: Ended, run: number): Fields => ({
    exitCode: how.exit,
    reason: how.reason,
    ...(how.message === undefined ? {} : { message: how.message }),
    startedAt: world.ago(how.ago + how.ranSeconds / 60),
    finishedAt: world.ago(how.ago),
    containerID: id(run),
  });
  const waitsForInit = inits && Object.values(inits).some(({ is }) => is === 'waiting' || is === 'running');
  const now: ContainerState = waitsForInit ? { is: 'waiting', reason: 'PodInitializing' } : (state ?? { is: 'running' });
  const restarts = now.restarts ?? 0;
  const base = { name: container.name, image: container.image, ready: now.is === 'running' && now.ready !== false, restartCount: restarts };
  if (now.is === 'ended')
    return {
      ...base,
      ready: now.how.exit === 0 && inits === undefined && container !== plan.template.spec.containers[0],
      imageID,
      containerID: id(restarts),
      lastState: {},
      started: false,
      state: { terminated: terminated(now.how, restarts) },
    };
  const lastState = now.last ? { terminated: terminated(now.last, now.is === 'waiting' ? restarts : restarts - 1) } : {};
  if (now.is === 'waiting') {
    const message =
      now.message ??
      (now.reason === 'CrashLoopBackOff'
        ? `back-off ${backOff(restarts)} restarting failed container=${container.name} pod=${name}_${plan.namespace}(${uidOf(`${world.takenAt} Pod/${plan.namespace}/${name}`)})`
        : undefined);
    const ran = now.last !== undefined;
    return {
      ...base,
      imageID: ran ? imageID : '',
      ...(ran ? { containerID: id(restarts) } : {}),
      lastState,
      started: false,
      state: { waiting: { reason: now.reason, ...(message === undefined ? {} : { message }) } },
    };
  }
  const since = now.since ?? (now.last ? now.last.ago - 0.02 : pod.ago - 0.1);
  return { ...base, imageID, containerID: id(restarts), lastState, started: true, state: { running: { startedAt: world.ago(since) } } };
}

/** The kubelet doubles the pause from 10 seconds to 5 minutes. */
function backOff(restarts: number): string {
  const seconds = Math.min(300, 10 * 2 ** Math.max(0, restarts - 1));
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

function qosOf(containers: readonly Container[]): string {
  const none = containers.every(({ resources }) => !resources?.limits && !resources?.requests);
  const equal = containers.every(
    ({ resources }) => resources?.limits?.['cpu'] && resources.limits['memory'] && JSON.stringify(resources.limits) === JSON.stringify(resources.requests),
  );
  return none ? 'BestEffort' : equal ? 'Guaranteed' : 'Burstable';
}
