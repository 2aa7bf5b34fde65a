import { alertNameOf } from '#domain/alert.ts';
import type { Ask } from '#domain/evidence.ts';
import type { Past } from '#domain/knowledge.ts';
import type { Analysis } from '#domain/report.ts';
import type { IncidentDetail } from '#domain/views.ts';
import { addBackground } from '#report/add-background.ts';
import type { Source } from '#sources/source.ts';
import type { Conversations } from '#store/store.ts';

/** More alerts than these are of the same storm. */
const MOST_ALERTS = 50;
/** How far back incidents are counted. */
const COUNTED_DAYS = 30;
const NOTHING_BEFORE: Past = { incidents: [], counts: { cause: 0, alert: 0 } };

/** Remembers incidents before, out of the store. */
export function createPastSource(store: Pick<Conversations, 'pastIncidents'>, clock: () => Date): Source {
  return {
    name: 'Memory',
    topics: new Set(['past']),
    async answer(question) {
      const observedAt = clock().toISOString();
      if (question.about !== 'past')
        return { outcome: 'unavailable', question, observedAt, reason: 'not-configured', why: 'Memory answers for incidents before only.' };
      const data = await store.pastIncidents(question);
      // It is asked for its one topic only.
      return { outcome: 'present', question, observedAt, data: data as never };
    },
    check: async () => ({ state: 'ok', detail: 'incidents before are in the database' }),
    close: async () => {},
  };
}

/** Looks up runbooks and incidents before for an answer, and puts them beside it. What cannot be had is named; where no runbooks are configured, nothing is said. */
export async function withBackground(analysis: Analysis, { incident, members }: IncidentDetail, ask: Ask, clock: () => Date): Promise<Analysis> {
  const at = clock();
  const alerts = members.slice(0, MOST_ALERTS);
  const cause = analysis.root_causes[0];
  const [runbooks, past] = await Promise.all([
    ask({ about: 'runbooks', topic: 'runbooks', alerts: alerts.map(({ labels }) => ({ name: alertNameOf(labels), labels })), words: '' }),
    ask({
      about: 'past',
      topic: 'past',
      cluster: incident.cluster,
      fingerprints: [...new Set(alerts.map(({ fingerprint }) => fingerprint))],
      words: cause ? `${cause.subject.name} ${cause.subject.namespace ?? ''}` : '',
      cause: cause ? { code: cause.code, subject: cause.subject } : null,
      since: new Date(at.getTime() - COUNTED_DAYS * 86_400_000).toISOString(),
      except: incident.id,
    }),
  ]);
  const problems = [runbooks, past].flatMap((one) => (one.outcome === 'unavailable' && one.reason !== 'not-configured' ? [one.why] : []));
  return addBackground(analysis, {
    runbooks: runbooks.outcome === 'present' ? runbooks.data : [],
    past: past.outcome === 'present' ? past.data : NOTHING_BEFORE,
    days: COUNTED_DAYS,
    problems,
    at: at.toISOString(),
    cluster: incident.cluster,
  });
}
