import type { Evidence } from '#domain/evidence.ts';
import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { Pod, Probe } from '#domain/kubernetes/pod.ts';
import { eventsOf } from './events.ts';
import { instant, isRecent } from './instants.ts';
import { type ContainerView, containersOf, isFinished, podRef } from './pods.ts';
import { containerOf, failedProbe, type ProbeFailure, type ProbeKind, type ProbeTarget, patienceSeconds, probeOf, probeTarget, readFailure } from './probes.ts';

/** A container that a failing probe keeps in trouble now: killed again and again, or running and not ready. */
export interface ProbeTrouble {
  readonly kind: ProbeKind;
  readonly view: ContainerView;
  readonly probe: Probe;
  readonly target: ProbeTarget;
  /** Its failures as the kubelet reported them, newest last; never empty. */
  readonly failures: readonly { readonly event: KubernetesEvent; readonly failure: ProbeFailure }[];
  /** Failures counted over all events. */
  readonly count: number;
}

/** A probe that has been quiet for this long does not explain what is wrong now; the kubelet repeats a lasting failure at least every 5 minutes. */
const QUIET_SECONDS = 900;

/**
 * The containers of these pods that the probe of this kind keeps in trouble, one per container name. A container that failed while it started and is
 * well now is not among them.
 */
export function probeTroubles(kind: ProbeKind, pods: readonly Pod[], events: Evidence<readonly KubernetesEvent[]>, now: string): readonly ProbeTrouble[] {
  const troubles = pods
    .filter((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined)
    .flatMap(containersOf)
    .flatMap((view) => troubleOf(kind, view, events, now) ?? []);
  return [...new Map(troubles.toReversed().map((trouble) => [trouble.view.spec.name, trouble])).values()];
}

function troubleOf(kind: ProbeKind, view: ContainerView, events: Evidence<readonly KubernetesEvent[]>, now: string): ProbeTrouble | undefined {
  const probe = probeOf(view.spec, kind);
  if (!probe || !view.status || events.outcome !== 'present') return undefined;
  const about = eventsOf(podRef(view.pod), events);
  if (about.outcome !== 'present') return undefined;
  const mine = about.data.filter((event) => isOf(event, view));
  const failures = mine.filter((event) => failedProbe(event) === kind).map((event) => ({ event, failure: readFailure(event.message) }));
  const last = failures.at(-1)?.event.lastTimestamp;
  if (failures.length === 0 || (last !== undefined && !isRecent(last, now, QUIET_SECONDS))) return undefined;
  if (kind === 'readiness' ? !waitsForReadiness(view, last, probe) : !isKilled(kind, view, mine, last)) return undefined;
  const count = failures.reduce((sum, { event }) => sum + Math.max(1, event.count), 0);
  return { kind, view, probe, target: probeTarget(view.spec, probe), failures, count };
}

/** Events of a pod with several containers name the one they mean, except in old clusters. */
function isOf(event: KubernetesEvent, view: ContainerView): boolean {
  const named = containerOf(event);
  return named === undefined || named === view.spec.name;
}

/** Running, not ready, and failing since this run began, for longer than the probe gives it to start. */
function waitsForReadiness({ status }: ContainerView, last: string | undefined, probe: Probe): boolean {
  if (!status?.state.running || status.ready) return false;
  const [started, failed] = [instant(status.state.running.startedAt), instant(last)];
  if (started === undefined || failed === undefined) return true;
  return failed - started >= 1000 * Math.min(patienceSeconds(probe), 20);
}

/** Killed at least once for this, and not well since. */
function isKilled(kind: ProbeKind, { status }: ContainerView, events: readonly KubernetesEvent[], last: string | undefined): boolean {
  if (!status) return false;
  const said = events.some(({ reason, message }) => reason === 'Killing' && message.toLowerCase().includes(`failed ${kind} probe`));
  const ended = status.state.terminated ?? status.lastState.terminated;
  // What the kubelet kills ends by a signal; an end by itself, or by the kernel for its memory, is another matter.
  const bySignal = ended !== undefined && (ended.exitCode === 137 || ended.exitCode === 143) && ended.reason !== 'OOMKilled';
  if (!said && !(status.restartCount > 0 && bySignal)) return false;
  if (!status.state.running) return true;
  const [started, failed] = [instant(status.state.running.startedAt), instant(last)];
  // Failing again in this run, or restarted by it so lately that it cannot be said to be well.
  return !status.ready || started === undefined || failed === undefined || failed >= started - 30_000;
}
