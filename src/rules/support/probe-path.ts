import type { Citation } from '#domain/finding.ts';
import { list } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { type AskFor, type Circumstances, cite, found, notApplicable, undecided, type Verdict } from '../rule.ts';
import { earlierContainer } from './earlier-template.ts';
import { eventLine } from './events.ts';
import { fields } from './excerpt.ts';
import { earliest } from './instants.ts';
import { kubectl, objectArg } from './kubectl.ts';
import { podRef, podsOf } from './pods.ts';
import { probeSucceeds } from './port-evidence.ts';
import { type ProbeTrouble, probeTroubles } from './probe-trouble.ts';
import { type ProbeKind, probeOf, probeTarget, probeText } from './probes.ts';
import { editWorkload, fix, look, patchContainer } from './workload-edits.ts';

/** Answers that say "there is nothing at this address" or "not for you", as opposed to "I am not well". */
const NO_SUCH_PATH = [404, 405, 410, 501];
const NOT_FOR_YOU = [401, 403, 407];

/** Judges whether a failing HTTP probe of this kind asks a path that the program does not have, or does not give to strangers. */
export async function judgeProbePath(
  kind: ProbeKind,
  workload: Workload,
  ask: AskFor<'pods' | 'events' | 'replicasets'>,
  { now }: Circumstances,
): Promise<Verdict | readonly Verdict[]> {
  const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
  if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
  if (!pods.data.some(({ spec }) => spec.containers.some((container) => probeOf(container, kind)?.httpGet ?? probeOf(container, kind)?.grpc?.service)))
    return notApplicable;
  const events = await ask(list('events', workload.ref.namespace));
  if (events.outcome !== 'present') return events.outcome === 'unavailable' ? undecided(events) : notApplicable;
  const replicaSets = await ask(list('replicasets', workload.ref.namespace));

  return probeTroubles(kind, pods.data, events, now).flatMap((trouble): readonly Verdict[] => {
    const told = trouble.failures.findLast((one) => refusal(one.failure) !== undefined);
    const status = told && refusal(told.failure);
    if (!told || status === undefined) return [];
    const { view, target } = trouble;
    const before = replicaSets.outcome === 'present' ? earlierContainer(workload, replicaSets.data, view.spec.name) : undefined;
    const earlier = before && pathOf(before, kind);
    const other = (['readiness', 'liveness'] as const).find(
      (one) => one !== kind && pathOf(view.spec, one) !== target.path && probeSucceeds(one, view, { events, now }),
    );
    const better = (earlier !== target.path ? earlier : undefined) ?? (other && pathOf(view.spec, other));
    const citations: readonly Citation[] = [
      cite(pods, `The ${kind} probe of container ${view.spec.name} is ${probeText(target)}.`, {
        about: podRef(view.pod),
        excerpt: fields({ [`${kind}Probe`]: trouble.probe, ready: view.status?.ready, restartCount: view.status?.restartCount }),
      }),
      cite(events, `The program answers it with ${status}.`, { about: podRef(view.pod), excerpt: eventLine(told.event) }),
      ...(replicaSets.outcome === 'present' && earlier && earlier !== target.path ? [cite(replicaSets, `In the revision before, it asked ${earlier}.`)] : []),
      ...(other ? [cite(pods, `Its ${other} probe asks ${pathOf(view.spec, other)} and succeeds.`, { about: podRef(view.pod) })] : []),
    ];
    return [found(better ? 'certain' : 'likely', citations, claimOf(workload, trouble, status, better))];
  });
}

function refusal(failure: ProbeTrouble['failures'][number]['failure']): number | undefined {
  return failure.kind === 'status' && [...NO_SUCH_PATH, ...NOT_FOR_YOU].includes(failure.status) ? failure.status : undefined;
}

function pathOf(container: Parameters<typeof probeTarget>[0], kind: ProbeKind): string | undefined {
  const probe = probeOf(container, kind);
  return probe && probeTarget(container, probe).path;
}

function claimOf({ ref }: Workload, { kind, view, target, failures }: ProbeTrouble, status: number, better: string | undefined) {
  const name = view.spec.name;
  const meaning = NOT_FOR_YOU.includes(status) ? 'asks for credentials there, which a probe has none of' : 'has nothing there';
  const effect = kind === 'readiness' ? 'its pods never become ready' : 'the kubelet restarts a working container again and again';
  return {
    title: `The ${kind} probe of container ${name} in ${ref.name} asks ${target.path}, which answers ${status}${better ? `; ${better} works` : ''}`,
    explanation: `The program is up and answers on port ${target.port}, but ${meaning} (HTTP ${status}), so every ${kind} check fails and ${effect}.`,
    remedies: [
      look('See the probe and the answer it gets.', kubectl(ref, 'describe', objectArg(podRef(view.pod)))),
      better && meantFor(better, kind)
        ? fix(`Let the ${kind} probe ask ${better}.`, patchContainer(ref, name, { [`${kind}Probe`]: { httpGet: { path: better } } }))
        : fix(
            `Let the ${kind} probe ask a path that answers without credentials with a status from 200 to 399${better ? `, and that tells ${kind} (${better} answers, but is named after another question)` : ''}.`,
            editWorkload(ref),
          ),
    ],
    since: earliest(view.pod.metadata.creationTimestamp, failures[0]?.event.firstTimestamp),
    affects: [podRef(view.pod)],
  };
}

/** `/health/liveness` answers whether to restart; a readiness probe that asks it would send traffic to what cannot take it yet, and the other way round restart it. */
function meantFor(path: string, kind: ProbeKind): boolean {
  const other = kind === 'readiness' ? /live(?:ness|z)?\b/i : /ready|readiness|readyz/i;
  return !other.test(path);
}
