import { alertNameOf } from '#domain/alert.ts';
import type { Episode } from '#domain/episode.ts';
import type { Evidence } from '#domain/evidence.ts';
import type { Answer, FiringAlert, Question } from '#domain/question.ts';
import type { Source } from '#sources/source.ts';

/** More alerts than these are of the same storm. */
const MOST_ALERTS = 500;

/** Answers which alerts the incident under investigation consists of, from its episodes. */
export function alertsSource(episodes: readonly Episode[], clock: () => Date): Source {
  return {
    name: 'Alertmanager',
    topics: new Set(['alerts']),
    async answer<Q extends Question>(question: Q): Promise<Evidence<Answer<Q>>> {
      const data: readonly FiringAlert[] = episodes.slice(0, MOST_ALERTS).map(({ labels, annotations, startsAt, generatorUrl }) => ({
        name: alertNameOf(labels),
        labels,
        annotations,
        startsAt,
        expression: expressionIn(generatorUrl),
      }));
      // It is asked for its one topic only.
      return { outcome: 'present', question, observedAt: clock().toISOString(), data: data as Answer<Q> };
    },
    check: async () => ({ state: 'ok', detail: 'the alerts of the incident' }),
    close: async () => {},
  };
}

/** Prometheus links to the graph of the rule's expression. */
function expressionIn(generatorUrl: string): string | undefined {
  const expression = URL.canParse(generatorUrl) ? new URL(generatorUrl).searchParams.get('g0.expr') : null;
  return expression ? expression.slice(0, 5_000) : undefined;
}
