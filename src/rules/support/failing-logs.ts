import type { Evidence, Fact } from '#domain/evidence.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { type LogLines, type LogQuestion, log } from '#domain/question.ts';
import { type ContainerView, containersOf, isFinished, podRef } from './pods.ts';

/** Containers that are not well now: waiting after a crash, ended with an error, or running and not ready after restarts. Old restarts of a ready one do not count. */
export function failingContainers(pods: readonly Pod[]): readonly ContainerView[] {
  return pods
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && (!isFinished(pod) || pod.status.phase === 'Failed'))
    .flatMap(containersOf)
    .filter(({ status }) => {
      if (status === undefined || status.ready) return false;
      const { terminated, waiting } = status.state;
      return (terminated !== undefined && terminated.exitCode !== 0) || waiting?.reason === 'CrashLoopBackOff' || status.lastState.terminated !== undefined;
    });
}

/** The log of the run that failed (that of the run before, where the present one is not over), then the other; those that could be read. A container that waits to be started again has no other. */
export async function logsOfFailure(
  view: ContainerView,
  ask: (question: LogQuestion) => Promise<Evidence<LogLines>>,
): Promise<readonly { readonly fact: Fact; readonly lines: LogLines }[]> {
  const read = [];
  for (const run of ['previous', 'current'] as const) {
    if (run === 'current' && read.length > 0 && view.status?.state.waiting) break;
    const answer = await ask(log(podRef(view.pod), view.spec.name, run));
    if (answer.outcome === 'present') read.push({ fact: answer, lines: answer.data });
  }
  return read;
}
