import type { Present } from '#domain/evidence.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { type LogLines, log } from '#domain/question.ts';
import type { Clue } from '#lib/logs/clues.ts';
import type { LoggedError } from '#lib/logs/errors-of.ts';
import type { AskFor } from '../rule.ts';
import { loggedErrors } from './log-errors.ts';
import { isFinished, podRef } from './pods.ts';

/** A clue in the log of a workload's container, with the evidence to cite. */
export interface SaidClue {
  readonly clue: Clue;
  readonly error: LoggedError;
  readonly fact: Present<LogLines>;
  readonly pod: Pod;
  readonly container: string;
}

/** Logs of more pods of one workload say the same again. */
const PODS_READ = 2;
const CONTAINERS_READ = 4;

/** What the containers of a workload complain about in their logs now; of those that are not running, in the run before too; of a Job whose pods have all failed, in theirs. */
export async function saidClues(pods: readonly Pod[], ask: AskFor<'logs'>): Promise<readonly SaidClue[]> {
  const said: SaidClue[] = [];
  const there = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const living = there.filter((pod) => !isFinished(pod));
  // Of a Job that has given up only failed pods are left.
  const failed = there.filter(({ status }) => status.phase === 'Failed' && status.reason !== 'Evicted').toSorted(newestFirst);
  for (const pod of (living.length > 0 ? living : failed).toSorted(troubledFirst).slice(0, PODS_READ)) {
    for (const { name } of [...pod.spec.initContainers, ...pod.spec.containers].slice(0, CONTAINERS_READ)) {
      const status = [...pod.status.containerStatuses, ...pod.status.initContainerStatuses].find((one) => one.name === name);
      const runs = status?.lastState.terminated && status.restartCount > 0 && !status.ready ? (['previous', 'current'] as const) : (['current'] as const);
      for (const run of runs) {
        const fact = await ask(log(podRef(pod), name, run));
        if (fact.outcome !== 'present') continue;
        said.push(...loggedErrors(fact).flatMap((error) => error.clues.map((clue): SaidClue => ({ clue, error, fact, pod, container: name }))));
        // A container that waits to be started again has no present run.
        if (run === 'previous' && status?.state.waiting) break;
      }
    }
  }
  return said;
}

function newestFirst(left: Pod, right: Pod): number {
  return (right.metadata.creationTimestamp ?? '').localeCompare(left.metadata.creationTimestamp ?? '');
}

function troubledFirst(left: Pod, right: Pod): number {
  return trouble(right) - trouble(left);
}

function trouble({ status }: Pod): number {
  return (
    status.containerStatuses.filter(({ ready }) => !ready).length +
    status.containerStatuses.reduce((sum, { restartCount }) => sum + Math.min(restartCount, 5) / 10, 0)
  );
}

/** Whether a clue is about a host: the same, or the same with the rest of its cluster name. */
export function isAboutHost({ host }: Clue, wanted: string): boolean {
  const [said, meant] = [host?.toLowerCase(), wanted.toLowerCase()];
  return said !== undefined && (said === meant || said.startsWith(`${meant}.`) || meant.startsWith(`${said}.`));
}
