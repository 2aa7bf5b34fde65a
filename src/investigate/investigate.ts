import type { Episode } from '#domain/episode.ts';
import type { Incident } from '#domain/incident.ts';
import type { Analysis } from '#domain/report.ts';
import { buildAnalysis } from '#report/build-analysis.ts';
import type { Circumstances, Rule } from '#rules/rule.ts';
import type { Source } from '#sources/source.ts';
import { findScope } from './find-scope.ts';
import { gatherSubjects } from './gather-subjects.ts';
import { judge } from './judge.ts';
import { openDoor } from './open-door.ts';
import { rank } from './rank.ts';
import { allIsWell, impactOf, lookedAt } from './read-state.ts';
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
  /** Requests that the sources have made to the Kubernetes API so far; shared reads count once. */
  readonly kubernetesRequests?: () => number;
  readonly signal: AbortSignal;
  /** Hears what is being done, a line each. */
  readonly step: (what: string) => void;
}

/**
 * Alerts fire after their rule's `for` and window: KubePodCrashLooping 15 to 20 minutes after the trouble began.
 * Without the rule itself this is how far before startsAt the onset is taken to be.
 */
const ONSET_BEFORE_MS = 20 * 60_000;

/** Finds out why the alerts of an incident fired, by rules alone. Always answers; what could not be read is named in the answer. */
export async function investigate({ episodes }: Work, equipment: Equipment): Promise<Analysis> {
  const { sources, rules, clock, stopwatch, signal, step } = equipment;
  const began = stopwatch();
  const requestsBefore = equipment.kubernetesRequests?.() ?? 0;
  const door = openDoor(sources, clock, signal);
  const circumstances = circumstancesOf(episodes, clock());

  step('Finding out what the alerts are about');
  const scope = await findScope(episodes, door.ask);
  step(`Reading ${scope.namespaces.length === 1 ? `namespace ${scope.namespaces[0]}` : `${scope.namespaces.length} namespaces`} and the nodes`);
  const subjects = await gatherSubjects(scope.namespaces, door.ask);
  step(`Judging ${subjects.length} objects by ${rules.length} rules`);
  const judgement = await judge(subjects, rules, door.ask, circumstances);
  step('Telling causes from consequences');
  const ranking = rank(judgement.findings, scope, await relate(subjects, door.ask), circumstances);
  const shown = [...ranking.causes.slice(0, 3), ...ranking.consequences];
  const well = judgement.findings.length === 0 && judgement.broken.length === 0 && (await allIsWell(subjects, scope.namespaces, door.ask, circumstances.now));
  const timeline = await readTimeline(episodes, scope.namespaces, shown, door.ask);

  return buildAnalysis({
    ...ranking,
    exclusions: judgement.exclusions,
    open: judgement.open,
    gaps: door.gaps(),
    broken: judgement.broken,
    namespaces: scope.namespaces,
    lookedAt: lookedAt(subjects, scope.namespaces),
    well,
    impact: impactOf(subjects, ranking.causes),
    timeline,
    usage: { duration_ms: Math.round(stopwatch() - began), kubernetes_requests: (equipment.kubernetesRequests?.() ?? 0) - requestsBefore, llm: null },
  });
}

function circumstancesOf(episodes: readonly Episode[], now: Date): Circumstances {
  const starts = episodes.map(({ startsAt }) => Date.parse(startsAt)).filter((time) => !Number.isNaN(time));
  const earliest = starts.length > 0 ? Math.min(...starts) : now.getTime();
  return { now: now.toISOString(), onset: new Date(earliest - ONSET_BEFORE_MS).toISOString() };
}
