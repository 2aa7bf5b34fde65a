import type { Evidence } from '#domain/evidence.ts';
import { type Answer, type LogQuestion, type Question, questionKey, type Topic } from '#domain/question.ts';
import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';
import { CALL_METRICS, callsIn } from '#sources/call-metrics.ts';
import { type ClusterReader, failed, type ListRequest, read } from '#sources/kubernetes/cluster-reader.ts';
import { readTopic } from '#sources/kubernetes/read-topic.ts';
import { looksStamped, readLogLines } from '#sources/kubernetes/schema/log-lines.ts';
import { indexMetrics, selectSeries } from '#sources/recording/open-metrics.ts';
import type { Source } from '#sources/source.ts';
import type { RecordedCluster } from './corpus.ts';

const LOG_BOUNDS = { maxLines: 2_000, maxBytes: 1024 * 1024 };

/** A recorded cluster behind the port that the wire is behind too: what it answers is read as if it came from an API server. */
export function createReader({ lists, logs }: Pick<RecordedCluster, 'lists' | 'logs'>): ClusterReader {
  const listOf = ({ group, plural }: ListRequest): readonly unknown[] | undefined => lists.get(group ? `${plural}.${group}` : plural);
  const end = async (request: ListRequest) => {
    const items = listOf(request);
    return items === undefined ? failed('not-configured', `The server has no ${request.plural}.`) : read({ items: items.length });
  };
  return {
    async list(request, takePage) {
      const items = listOf(request) ?? [];
      const wanted = request.namespace === undefined ? items : items.filter((item) => namespaceIn(item) === request.namespace);
      takePage(wanted, 0);
      return await end(request);
    },
    probe: end,
    async log({ namespace, pod, container, previous }) {
      const text = logs.get(`${namespace}/${pod}/${container}${previous ? '.previous' : ''}`);
      return text === undefined ? { outcome: 'absent', why: 'no such log' } : read({ text, cut: false });
    },
    version: async () => read('v1.34.0'),
    requestCount: () => 0,
    close: () => {},
  };
}

/** An API server filters by what it stored: a namespace that is no text is none. */
function namespaceIn(item: unknown): unknown {
  const metadata = typeof item === 'object' && item !== null && 'metadata' in item ? item.metadata : undefined;
  return typeof metadata === 'object' && metadata !== null && 'namespace' in metadata ? metadata.namespace : undefined;
}

/** Answers every question from a reader and the text of `metrics.om`. */
export function createSource(reader: ClusterReader, metrics: string, takenAt: string): Source {
  const lists = new Map<string, Promise<unknown>>();
  const index = metrics === '' ? undefined : indexMetrics(metrics);
  const { signal } = new AbortController();

  async function answerOf(question: Question): Promise<unknown> {
    switch (question.about) {
      case 'list': {
        const found = await readTopic(reader, question.topic, question.namespace, signal);
        if (found.outcome === 'read') return { outcome: 'present', data: found.value.items };
        return found.outcome === 'absent' ? { outcome: 'absent' } : { outcome: 'unavailable', reason: found.reason, why: found.why };
      }
      case 'log':
        return await logOf(reader, question, signal);
      case 'calls':
        return { outcome: 'present', data: callsIn(CALL_METRICS.flatMap((metric) => index?.get(metric) ?? [])) };
      case 'series':
        return index ? { outcome: 'present', data: selectSeries(index, question) } : { outcome: 'unavailable', reason: 'not-recorded', why: 'no metrics' };
    }
  }
  return {
    name: 'recorded',
    topics: new Set<Topic>([...(Object.keys(TOPIC_FACTS) as KubernetesTopic[]), 'logs', 'metrics']),
    async answer<Q extends Question>(question: Q): Promise<Evidence<Answer<Q>>> {
      const key = questionKey(question);
      const asked = lists.get(key) ?? answerOf(question);
      lists.set(key, asked);
      return { ...((await asked) as object), question, observedAt: takenAt } as Evidence<Answer<Q>>;
    },
    check: async () => ({ state: 'ok', detail: 'recorded' }),
    close: async () => {},
  };
}

async function logOf(reader: ClusterReader, { namespace, pod, container, previous }: LogQuestion, signal: AbortSignal): Promise<unknown> {
  const found = await reader.log({ namespace, pod, container, previous, tailLines: 2_001, maxBytes: LOG_BOUNDS.maxBytes }, signal);
  if (found.outcome !== 'read') return { outcome: 'absent' };
  return { outcome: 'present', data: readLogLines(found.value.text, looksStamped(found.value.text), LOG_BOUNDS) };
}
