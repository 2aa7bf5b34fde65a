import type { Evidence, Present } from '#domain/evidence.ts';
import type { Citation, Confidence, Remedy } from '#domain/finding.ts';
import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { type LogLines, list, log } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import type { LoggedError } from '#lib/logs/errors-of.ts';
import { type AskFor, type Circumstances, cite, found, notApplicable, undecided, type Verdict } from '../rule.ts';
import { type Crash, containerText, crashesOf, crashSince, endText, wasKilledByProbe } from './crashes.ts';
import { fields } from './excerpt.ts';
import { kubectl, objectArg } from './kubectl.ts';
import { errorText, loggedErrors } from './log-errors.ts';
import { podRef, podsOf } from './pods.ts';
import { look, rollBack } from './workload-edits.ts';

export type ExitTopics = 'pods' | 'events' | 'logs';

/** How a container ended, with its last words. */
export interface Ending extends Crash {
  /** The errors of the run that ended, most specific first. */
  readonly errors: readonly LoggedError[];
  readonly log: Evidence<LogLines>;
  readonly byProbe: boolean;
}

/** What a rule says about an ending that is its own. */
export interface ExitClaim {
  readonly confidence: Confidence;
  /** Completes "Container app of checkout ...". */
  readonly title: string;
  readonly explanation: string;
  /** The error that decides, if one does. */
  readonly error?: LoggedError | undefined;
  readonly fixes: readonly Remedy[];
}

/**
 * Judges the containers of a workload that ended when they should not have, by what `claims` says about each; undefined leaves an ending to other rules.
 * The log is asked for only when `wanted` holds, so that rules about an exit code cost nothing where it does not occur.
 */
export async function judgeEndings(
  workload: Workload,
  ask: AskFor<ExitTopics>,
  circumstances: Circumstances,
  wanted: (crash: Crash) => boolean,
  claims: (ending: Ending) => ExitClaim | undefined,
): Promise<Verdict | readonly Verdict[]> {
  const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
  if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
  const crashes = crashesOf(pods.data, circumstances).filter(wanted);
  if (crashes.length === 0) return notApplicable;
  const events: Evidence<readonly KubernetesEvent[]> = await ask(list('events', workload.ref.namespace));
  const verdicts: Verdict[] = [];
  for (const crash of crashes) {
    const said = await lastWords(crash, ask);
    const ending: Ending = { ...crash, errors: loggedErrors(said), log: said, byProbe: wasKilledByProbe(crash, events) };
    const claim = claims(ending);
    if (claim) verdicts.push(verdictOf(workload, pods, ending, claim));
  }
  return verdicts;
}

/** The log of the run that ended; where the kubelet no longer has it, that of the run there is. */
async function lastWords({ view, run }: Crash, ask: AskFor<ExitTopics>): Promise<Evidence<LogLines>> {
  const ref = podRef(view.pod);
  const ended = await ask(log(ref, view.spec.name, run));
  if (ended.outcome === 'present' && ended.data.lines.length > 0) return ended;
  return run === 'previous' && !view.status?.state.running ? await ask(log(ref, view.spec.name)) : ended;
}

function verdictOf(workload: Workload, pods: Present<readonly Pod[]>, ending: Ending, { confidence, title, explanation, error, fixes }: ExitClaim): Verdict {
  const { view, ended } = ending;
  const { ref } = workload;
  const who = containerText(view);
  const restarts = view.status?.restartCount ?? 0;
  const citations: readonly Citation[] = [
    cite(pods, `${capital(who)} ended with exit code ${ended.exitCode}${restarts > 0 ? ` and was restarted ${restarts} times` : ''}.`, {
      about: podRef(view.pod),
      excerpt: fields(endText(ending)),
    }),
    ...(error && ending.log.outcome === 'present'
      ? [cite(ending.log, 'What it said before it ended.', { about: podRef(view.pod), excerpt: errorText(error) })]
      : []),
  ];
  const logCommand = kubectl(ref, 'logs', view.pod.metadata.name, '-c', view.spec.name, ...(ending.run === 'previous' ? ['--previous'] : []), '--tail=100');
  return found(confidence, citations, {
    title: `${capital(who)} of ${ref.name} ${title}`,
    explanation,
    remedies: [
      look('Read what it said before it ended.', ending.log.outcome === 'present' ? logCommand : kubectl(ref, 'describe', objectArg(podRef(view.pod)))),
      ...rollBack(ref),
      ...fixes,
    ],
    since: crashSince(ending),
    affects: [podRef(view.pod)],
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * .NET ends an exception that nobody caught by abort(), and so does Rust a panic where it is built to: the error is the program's own, not a failed check of its memory.
 * https://learn.microsoft.com/dotnet/standard/exceptions https://doc.rust-lang.org/cargo/reference/profiles.html#panic
 */
const UNCAUGHT = /^\s*(?:Unhandled exception[.:] (?!System\.OutOfMemoryException)|thread '[^']{0,100}' (?:\(\d+\) )?panicked at )/i;

/** Whether a program that aborted said that it did so for an error of its own. */
export function diedOfException({ ended, log }: Ending): boolean {
  return ended.exitCode === ABORTED && log.outcome === 'present' && log.data.lines.some(({ text }) => UNCAUGHT.test(text));
}

/** 128 and the number of SIGABRT. */
export const ABORTED = 134;

/** Everything the runtime said about an end that was no program's exit: `executable file not found in $PATH` ... */
export function runtimeWords({ view, ended }: Crash): string {
  return `${ended.reason ?? ''} ${ended.message ?? ''} ${view.status?.state.waiting?.message ?? ''}`.slice(0, 2000);
}
