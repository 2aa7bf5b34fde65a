import type { Episode } from '#domain/episode.ts';
import type { Unavailable } from '#domain/evidence.ts';
import type { Exclusion } from '#domain/finding.ts';
import type { Incident } from '#domain/incident.ts';
import type { Analysis } from '#domain/report.ts';
import type { Symptom } from '#domain/symptom.ts';
import { buildAnalysis } from '#report/build-analysis.ts';
import type { Circumstances, Rule } from '#rules/rule.ts';
import { callsBefore } from '#rules/support/metric-questions.ts';
import type { MetricsServer } from '#sources/metrics-server.ts';
import type { Source } from '#sources/source.ts';
import { alertEvidence } from './alert-evidence.ts';
import { alertsSource } from './alerts-source.ts';
import { chooseLogs } from './choose-logs.ts';
import { expectedQuestions } from './expected-questions.ts';
import { findScope, namedNamespaces } from './find-scope.ts';
import { gatherSubjects } from './gather-subjects.ts';
import { judge } from './judge.ts';
import { learnRules, onsetOf } from './learn-rules.ts';
import { nextSteps } from './next-steps.ts';
import { openDoor } from './open-door.ts';
import { rank } from './rank.ts';
import { allIsWell, impactOf, isCounted, lookedAt } from './read-state.ts';
import { isMeasured, isUnseen, readSymptoms } from './read-symptoms.ts';
import { readTimeline } from './read-timeline.ts';
import { relate } from './relations.ts';

/** What is investigated: an incident with its episodes. */
export interface Work {
  readonly incident: Pick<Incident, 'id' | 'cluster'>;
  readonly episodes: readonly Episode[];
}

/** What an investigation may use. */
export interface Equipment {
  readonly sources: readonly Source[];
  readonly rules: readonly Rule[];
  /** Now; for a recording, when it was taken. */
  readonly clock: () => Date;
  /** Milliseconds of real time, for the duration on the report. */
  readonly stopwatch: () => number;
  /** Evaluates PromQL, when there is something that does: for the alerts' own rules. */
  readonly metricsServer?: MetricsServer | undefined;
  /** Requests that the sources have made to the Kubernetes API so far; shared reads count once. */
  readonly kubernetesRequests?: () => number;
  readonly signal: AbortSignal;
  /** Hears what is being done, a line each. */
  readonly step: (what: string) => void;
}

/** Finds out why the alerts of an incident fired, by rules alone. Always answers; what could not be read is named in the answer. */
export async function investigate({ episodes }: Work, equipment: Equipment): Promise<Analysis> {
  const { sources, rules, clock, stopwatch, signal, step, metricsServer } = equipment;
  const began = stopwatch();
  const requestsBefore = equipment.kubernetesRequests?.() ?? 0;
  const door = openDoor([...sources, alertsSource(episodes, clock)], clock, signal);

  step('Finding out what the alerts are about');
  const named = namedNamespaces(episodes);
  if (named.length > 0) door.expect(expectedQuestions(named, rules));
  const [ruleOf, scope] = await Promise.all([learnRules(episodes, metricsServer, signal), findScope(episodes, door.ask)]);
  const now = clock();
  const circumstances: Circumstances = { now: now.toISOString(), onset: onsetOf(episodes, ruleOf, now) };
  // Asked meanwhile: no rule waits for it.
  const observed = door.glance(callsBefore(circumstances));
  const aboutAlerts = alertEvidence(episodes, ruleOf, metricsServer, circumstances, signal);
  const symptoms = new Set(
    episodes.flatMap(({ labels, annotations, ...one }) => readSymptoms({ labels, annotations, expression: ruleOf({ labels, ...one }).expression })),
  );
  step(`Reading ${scope.namespaces.length === 1 ? `namespace ${scope.namespaces[0]}` : `${scope.namespaces.length} namespaces`} and the nodes`);
  const subjects = await gatherSubjects(scope.namespaces, door.ask, circumstances.onset);
  const logs = await chooseLogs(subjects, scope, () => relate(subjects, door.ask), door.ask);
  if (logs) door.refuse(logs);
  step(`Judging ${subjects.length} objects by ${rules.length} rules`);
  const judgement = await judge(subjects, rules, door.ask, circumstances);
  step('Telling causes from consequences');
  const calls = await observed;
  const relations = await relate(subjects, door.ask, calls.outcome === 'present' ? calls.data : []);
  const ranking = rank(judgement.findings, scope, relations, circumstances);
  const shown = [...ranking.causes.slice(0, 3), ...ranking.consequences];
  const allWell =
    judgement.findings.length === 0 && judgement.broken.length === 0 && (await allIsWell(subjects, scope.namespaces, door.ask, circumstances.now));
  const unseen = allWell && isUnseen(symptoms) ? DECISIVE.filter((topic) => door.gaps().some((gap) => decides(gap, topic, symptoms))) : [];
  const timeline = await readTimeline(episodes, scope.namespaces, shown, circumstances.onset, door);

  return buildAnalysis({
    ...ranking,
    exclusions: fittingFirst(judgement.exclusions, rules, symptoms),
    open: judgement.open,
    gaps: door.gaps(),
    broken: judgement.broken,
    namespaces: scope.namespaces,
    // Where nothing could be read, "0 nodes" would sound as if there were none.
    lookedAt: allWell || subjects.some(isCounted) ? lookedAt(subjects, scope.namespaces) : '',
    well: allWell && unseen.length === 0,
    unseen,
    impact: impactOf(subjects, ranking.causes),
    timeline: timeline.entries,
    extraEvidence: [...(await aboutAlerts), ...timeline.evidence],
    nextSteps: nextSteps(episodes, scope.focus, symptoms),
    usage: { duration_ms: Math.round(stopwatch() - began), kubernetes_requests: (equipment.kubernetesRequests?.() ?? 0) - requestsBefore, llm: null },
  });
}

/** Where trouble shows that objects do not show. */
const DECISIVE = ['metrics', 'logs'] as const;

/** Whether a gap hides what an alert of these symptoms may be about. That one container's log could not be read hides little; that none may be read hides all of them. */
function decides({ question, reason }: Unavailable, topic: (typeof DECISIVE)[number], symptoms: ReadonlySet<Symptom>): boolean {
  return question.topic === topic && (topic === 'metrics' ? isMeasured(symptoms) : reason === 'forbidden');
}

/** What could explain what the alerts look like comes first: a reader asks for that. */
function fittingFirst(exclusions: readonly Exclusion[], rules: readonly Rule[], symptoms: ReadonlySet<Symptom>): readonly Exclusion[] {
  const fitting = new Set(rules.filter((rule) => rule.symptoms.some((one) => symptoms.has(one))).map(({ id }) => id));
  return exclusions.toSorted((left, right) => Number(fitting.has(right.rule)) - Number(fitting.has(left.rule)));
}
