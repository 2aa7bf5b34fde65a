import type { Evidence } from '#domain/evidence.ts';
import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { eventsOf } from './events.ts';
import { type ContainerView, containersOf, isFinished, podRef } from './pods.ts';

const NOT_CREATED = ['ContainerCreating', 'PodInitializing', 'CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'];

/** A pod that has its node and waits for its containers to be made, with what is said about it. */
export interface StuckPod {
  readonly pod: Pod;
  readonly waiting: readonly ContainerView[];
  /** Warnings about this pod, oldest first; empty too when events cannot be read. */
  readonly warnings: readonly KubernetesEvent[];
}

/** Pods whose containers cannot be made: what they need is missing, or does not mount. A pod that runs is not stuck, whatever its old events say. */
export function stuckPods(pods: readonly Pod[], events: Evidence<readonly KubernetesEvent[]>): readonly StuckPod[] {
  return pods
    .filter((pod) => pod.spec.nodeName !== undefined && !isFinished(pod) && pod.metadata.deletionTimestamp === undefined)
    .flatMap((pod) => {
      const views = containersOf(pod);
      const waiting = views.filter(({ status }) => NOT_CREATED.includes(status?.state.waiting?.reason ?? ''));
      // The kubelet that has not reported any container yet has not made any either.
      const unreported = views.length > 0 && views.every(({ status }) => status === undefined) && pod.status.phase === 'Pending';
      if (waiting.length === 0 && !unreported) return [];
      const own = eventsOf(podRef(pod), events);
      return [{ pod, waiting, warnings: own.outcome === 'present' ? own.data.filter(({ type }) => type !== 'Normal') : [] }];
    });
}

/** What the kubelet says about a stuck pod: the waiting containers' messages and its warnings. */
export function wordsAbout({ waiting, warnings }: StuckPod): readonly string[] {
  return [...waiting.map(({ status }) => status?.state.waiting?.message ?? ''), ...warnings.map(({ message }) => message)];
}
