import type { Evidence } from '#domain/evidence.ts';
import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { ContainerTermination, Pod } from '#domain/kubernetes/pod.ts';
import type { Circumstances } from '../rule.ts';
import { eventsOf } from './events.ts';
import { earliest, instant, isRecent } from './instants.ts';
import { type ContainerView, containersOf, podRef } from './pods.ts';
import { containerOf } from './probes.ts';

/** A container that ended when it should not have. */
export interface Crash {
  readonly view: ContainerView;
  readonly ended: ContainerTermination;
  /** `down`: not running now. `again`: running, but ended more than once and lately. `once`: running, ended once and lately. */
  readonly state: 'down' | 'again' | 'once';
  /** Whose log holds the last words: of the run that ended. */
  readonly run: 'current' | 'previous';
}

/** A container that has been running for this long since its last end is well: the kubelet forgets its back-off after ten minutes too. */
const WELL_AFTER_SECONDS = 600;
/** How long before the onset an end may lie and still belong to it, for what is over for good. */
const BEFORE_ONSET_SECONDS = 1800;

/**
 * Containers of these pods whose last end is part of the trouble now, one per container name (the one that ended last). A container that was restarted
 * long ago, a finished Job, and a pod that is going away are not among them.
 */
export function crashesOf(pods: readonly Pod[], { now, onset }: Pick<Circumstances, 'now' | 'onset'>): readonly Crash[] {
  const since = earliest(now, onset) ?? now;
  const crashes = pods
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && pod.status.phase !== 'Succeeded' && pod.status.reason !== 'Evicted')
    .filter((pod) => pod.status.phase !== 'Failed' || !succeededLater(pod, pods))
    .flatMap(containersOf)
    .flatMap((view) => crashOf(view, now, since) ?? []);
  const byName = new Map<string, Crash>();
  for (const crash of crashes) {
    const known = byName.get(crash.view.spec.name);
    if (!known || (instant(crash.ended.finishedAt) ?? 0) > (instant(known.ended.finishedAt) ?? 0)) byName.set(crash.view.spec.name, crash);
  }
  return [...byName.values()];
}

/** A Job tries again with another pod; where that one succeeded, the failure is over. */
function succeededLater({ metadata }: Pod, pods: readonly Pod[]): boolean {
  const owner = metadata.ownerReferences.find(({ controller }) => controller)?.uid;
  const at = instant(metadata.creationTimestamp) ?? 0;
  return pods.some(
    (other) =>
      owner !== undefined &&
      other.status.phase === 'Succeeded' &&
      other.metadata.ownerReferences.some(({ uid }) => uid === owner) &&
      (instant(other.metadata.creationTimestamp) ?? 0) > at,
  );
}

function crashOf(view: ContainerView, now: string, since: string): Crash | undefined {
  const { status, pod, init } = view;
  if (!status) return undefined;
  const { terminated, waiting, running } = status.state;
  if (terminated) {
    const meantToEnd = terminated.exitCode === 0 && (init || pod.spec.restartPolicy === 'Never' || pod.spec.restartPolicy === 'OnFailure');
    if (meantToEnd || (pod.status.phase === 'Failed' && !isRecent(terminated.finishedAt, since, BEFORE_ONSET_SECONDS))) return undefined;
    return { view, ended: terminated, state: 'down', run: 'current' };
  }
  const last = status.lastState.terminated;
  if (!last) return undefined;
  if (waiting) return waiting.reason === 'PodInitializing' ? undefined : { view, ended: last, state: 'down', run: 'previous' };
  if (!running || !isRecent(last.finishedAt, now, WELL_AFTER_SECONDS)) return undefined;
  return { view, ended: last, state: status.restartCount > 1 ? 'again' : 'once', run: 'previous' };
}

/** Whether the kubelet ended this container for a probe, which then is what to look at. */
export function wasKilledByProbe({ view }: Crash, events: Evidence<readonly KubernetesEvent[]>): boolean {
  const about = eventsOf(podRef(view.pod), events);
  if (about.outcome !== 'present') return false;
  return about.data.some(
    (event) =>
      event.reason === 'Killing' && /failed (?:liveness|startup) probe/i.test(event.message) && (containerOf(event) ?? view.spec.name) === view.spec.name,
  );
}

/** The container's part of the status, for an excerpt. */
export function endText({ view, ended }: Crash): Readonly<Record<string, unknown>> {
  return {
    container: view.spec.name,
    restartCount: view.status?.restartCount,
    'terminated.reason': ended.reason,
    'terminated.exitCode': ended.exitCode,
    'terminated.message': ended.message?.slice(0, 600),
    'terminated.startedAt': ended.startedAt,
    'terminated.finishedAt': ended.finishedAt,
    'state.waiting.reason': view.status?.state.waiting?.reason,
  };
}

/** `container app` or `init container migrate`, for people. */
export function containerText({ init, spec }: ContainerView): string {
  return `${init && spec.restartPolicy !== 'Always' ? 'init container' : 'container'} ${spec.name}`;
}

/** When a crash began to be: the pod's beginning if it never ran well, else the last end that is known. */
export function crashSince({ view, ended }: Crash): string | undefined {
  const neverWell = (view.status?.restartCount ?? 0) > 0 && !view.status?.ready;
  const born = view.pod.metadata.creationTimestamp;
  const [start, end] = [instant(born), instant(ended.finishedAt)];
  if (start !== undefined && end !== undefined && neverWell && end - start < 3_600_000) return born;
  return ended.finishedAt ?? born;
}
