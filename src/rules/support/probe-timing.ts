import type { Fact } from '#domain/evidence.ts';
import type { Citation, Confidence } from '#domain/finding.ts';
import { list, log } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { type AskFor, type Circumstances, cite, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { earlierContainer } from './earlier-template.ts';
import { eventLine } from './events.ts';
import { fields } from './excerpt.ts';
import { earliest, secondsBetween } from './instants.ts';
import { kubectl, objectArg } from './kubectl.ts';
import { podRef, podsOf } from './pods.ts';
import { type PortReason, portReasons } from './port-evidence.ts';
import type { ProbeTopics } from './probe-port.ts';
import { type ProbeTrouble, probeTroubles } from './probe-trouble.ts';
import { patienceSeconds, probeOf, timing } from './probes.ts';
import { fix, look, patchContainer } from './workload-edits.ts';

/** Few programs are up in less; a runtime with a virtual machine or many modules needs longer than this on a busy node. */
const HASTY_SECONDS = 10;
/** What is more patient than this needs another reason to be called impatient. */
const SHORT_SECONDS = 60;
/** A start that this is enough for is what we propose when nothing tells how long it takes. */
const PROPOSED_SECONDS = 300;

/** What tells that the container is killed by impatience and not because it is unwell. */
interface Sign {
  readonly weight: number;
  readonly text: string;
  readonly fact: Fact;
  readonly excerpt?: string;
}

/** Judges whether a liveness or startup probe kills a container that starts slowly, or answers slowly, but is healthy. */
export async function judgeProbeTiming(
  kind: 'liveness' | 'startup',
  workload: Workload,
  ask: AskFor<ProbeTopics>,
  { now }: Circumstances,
): Promise<Verdict | readonly Verdict[]> {
  const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
  if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
  if (!pods.data.some(({ spec }) => spec.containers.some((container) => probeOf(container, kind)))) return notApplicable;
  const events = await ask(list('events', workload.ref.namespace));
  if (events.outcome !== 'present') return events.outcome === 'unavailable' ? undecided(events) : notApplicable;
  const troubles = probeTroubles(kind, pods.data, events, now).filter(({ failures }) =>
    failures.every(({ failure }) => failure.kind !== 'other-protocol' && failure.kind !== 'no-such-port-name'),
  );
  if (troubles.length === 0) return notApplicable;

  const services = await ask(list('services', workload.ref.namespace));
  const replicaSets = await ask(list('replicasets', workload.ref.namespace));
  const verdicts: Verdict[] = [];
  for (const trouble of troubles) {
    const container = trouble.view.spec.name;
    const [current, previous] = [await ask(log(podRef(trouble.view.pod), container)), await ask(log(podRef(trouble.view.pod), container, 'previous'))];
    const reasons = [current, previous].flatMap((logged) =>
      portReasons(kind, trouble.view, { pods, services, replicaSets, log: logged, workload, events, now }),
    );
    if (!onServedPort(trouble, reasons)) continue;
    const before = replicaSets.outcome === 'present' ? earlierContainer(workload, replicaSets.data, container) : undefined;
    const signs = [
      ...hasteOf(trouble, pods),
      ...(replicaSets.outcome === 'present' && before ? morePatientBefore(trouble, before, replicaSets) : []),
      ...reasons
        .filter(({ by, port }) => by === 'logged' && port === trouble.target.number)
        .slice(0, 1)
        .map(({ fact, excerpt }): Sign => ({ weight: 2, text: 'Its log shows that it did come up and listen.', fact, ...(excerpt ? { excerpt } : {}) })),
    ];
    verdicts.push(judge(workload, trouble, signs, pods, events));
  }
  return verdicts;
}

/** A probe on a port that nothing vouches for fails for that, however patient it is. */
function onServedPort({ target }: ProbeTrouble, reasons: readonly PortReason[]): boolean {
  return (
    target.number === undefined || target.protocol === 'exec' || reasons.some(({ port, by }) => port === target.number && by !== 'earlier' && by !== 'service')
  );
}

function hasteOf({ kind, probe, view, failures }: ProbeTrouble, pods: Fact): readonly Sign[] {
  const patience = patienceSeconds(probe);
  const lives = view.status?.lastState.terminated ?? view.status?.state.terminated;
  const lived = secondsBetween(lives?.startedAt, lives?.finishedAt);
  const startsOnly = failures.every(({ failure }) => failure.kind === 'no-connection' || failure.kind === 'too-slow' || failure.kind === 'hung-up');
  if (kind === 'liveness' && view.spec.startupProbe && startsOnly) return [];
  const text = `It allows ${patience} s from the start until the container is killed${lived === undefined ? '' : `; the last run was ended after ${Math.round(lived)} s`}.`;
  if (startsOnly && patience <= HASTY_SECONDS) return [{ weight: patience <= HASTY_SECONDS / 2 ? 6 : 4, text, fact: pods }];
  if (startsOnly && patience <= SHORT_SECONDS) return [{ weight: 1, text, fact: pods }];
  const slow = failures.some(({ failure }) => failure.kind === 'too-slow');
  if (slow && timing(probe).timeoutSeconds <= 1) return [{ weight: 1, text: 'It waits 1 s for each answer, and the program is there but slower.', fact: pods }];
  return [];
}

function morePatientBefore({ kind, probe }: ProbeTrouble, before: Parameters<typeof probeOf>[0], fact: Fact): readonly Sign[] {
  const earlier = probeOf(before, kind);
  const patience = earlier ? patienceSeconds(earlier) : undefined;
  if (!earlier) return [{ weight: 1, text: `The revision before had no ${kind} probe.`, fact }];
  if (patience !== undefined && patience > 1.5 * patienceSeconds(probe)) {
    return [{ weight: 3, text: `The revision before allowed ${patience} s.`, fact, excerpt: fields({ [`${kind}Probe`]: earlier }) }];
  }
  return [];
}

function judge(workload: Workload, trouble: ProbeTrouble, signs: readonly Sign[], pods: Fact, events: Fact): Verdict {
  const { kind, probe, view, count, failures } = trouble;
  const { ref } = workload;
  const name = view.spec.name;
  const patience = patienceSeconds(probe);
  const weight = signs.reduce((sum, sign) => sum + sign.weight, 0);
  if (weight === 0) return ruledOut(pods, `The ${kind} probe of ${name} is patient enough: it allows ${patience} s.`);
  const last = failures.at(-1);
  const citations: readonly Citation[] = [
    cite(pods, `The ${kind} probe of container ${name} ends it after ${patience} s without an answer.`, {
      about: podRef(view.pod),
      excerpt: fields({
        [`${kind}Probe`]: probe,
        startupProbe: view.spec.startupProbe ?? 'none',
        restartCount: view.status?.restartCount,
        'lastState.terminated': view.status?.lastState.terminated,
      }),
    }),
    ...(last
      ? [cite(events, `It failed ${count} times, and the container was killed for it.`, { about: podRef(view.pod), excerpt: eventLine(last.event) })]
      : []),
    ...signs.map(({ fact, text, excerpt }) => cite(fact, text, { about: podRef(view.pod), ...(excerpt ? { excerpt } : {}) })),
  ];
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } = timing(probe);
  return found(confidenceOf(weight), citations, {
    title: `The ${kind} probe of container ${name} in ${ref.name} is too impatient: it kills the container ${patience} s after its start`,
    explanation: `With initialDelaySeconds ${initialDelaySeconds}, periodSeconds ${periodSeconds}, timeoutSeconds ${timeoutSeconds} and failureThreshold ${failureThreshold}, container ${name} is killed ${patience} s after its start unless it answers by then. It is not given the time to come up${view.spec.startupProbe ? '' : ', and it has no startupProbe, which is what slow starts are for'}; after each kill it must begin again.`,
    remedies: [
      look('See the probe, and how long each run lasted.', kubectl(ref, 'describe', objectArg(podRef(view.pod)))),
      fix(
        kind === 'liveness'
          ? `Give the container up to ${PROPOSED_SECONDS} s to start with a startupProbe; the liveness probe begins only after it succeeded.`
          : `Give the container up to ${PROPOSED_SECONDS} s to start.`,
        patchContainer(
          ref,
          name,
          kind === 'liveness'
            ? { livenessProbe: lenient(probe), startupProbe: { ...handlerOf(probe), periodSeconds: 10, failureThreshold: 30 } }
            : { startupProbe: { periodSeconds: 10, failureThreshold: 30 } },
        ),
      ),
    ],
    since: earliest(view.pod.metadata.creationTimestamp, failures[0]?.event.firstTimestamp),
    affects: [podRef(view.pod)],
  });
}

function confidenceOf(weight: number): Confidence {
  return weight >= 6 ? 'certain' : weight >= 4 ? 'likely' : 'possible';
}

function lenient(probe: ProbeTrouble['probe']): Readonly<Record<string, number>> {
  const now = timing(probe);
  return {
    periodSeconds: Math.max(now.periodSeconds, 10),
    timeoutSeconds: Math.max(now.timeoutSeconds, 5),
    failureThreshold: Math.max(now.failureThreshold, 3),
  };
}

function handlerOf({ httpGet, grpc, tcpSocket, exec }: ProbeTrouble['probe']): Readonly<Record<string, unknown>> {
  return { ...(httpGet ? { httpGet } : {}), ...(grpc ? { grpc } : {}), ...(tcpSocket ? { tcpSocket } : {}), ...(exec ? { exec } : {}) };
}
