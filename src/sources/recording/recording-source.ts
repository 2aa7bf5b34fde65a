import { join } from 'node:path';
import { messageOf } from '#domain/error.ts';
import type { Evidence, UnavailableReason } from '#domain/evidence.ts';
import type { Answer, ListQuestion, LogLines, LogQuestion, Question, Topic } from '#domain/question.ts';
import { type KubernetesTopic, type KubernetesTopics, TOPIC_FACTS } from '#domain/topic.ts';
import { CALL_METRICS, callsIn } from '../call-metrics.ts';
import { looksStamped, readLogLines } from '../kubernetes/schema/log-lines.ts';
import { isKubeletComplaint, readLogRefusal } from '../kubernetes/schema/log-refusal.ts';
import { parseList } from '../kubernetes/schema/parse-list.ts';
import type { Source } from '../source.ts';
import { indexMetrics, type MetricIndex, selectSeries } from './open-metrics.ts';
import { isDirectory, logPath, readOptional, readOptionalJson, resourceFiles } from './recording-files.ts';

const LOG_BOUNDS = { maxLines: 2000, maxBytes: 1024 * 1024 };

export interface RecordingFacts {
  readonly dir: string;
  readonly takenAt: string;
  /** The namespaces that were recorded; undefined: all of them. */
  readonly namespaces: readonly string[] | undefined;
  /** Undefined: found out by looking. */
  readonly logTimestamps: boolean | undefined;
  /** Topics of add-ons that the cluster did not have. */
  readonly notServed: readonly string[];
}

type Outcome<T> =
  | { readonly outcome: 'present'; readonly data: T }
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'unavailable'; readonly reason: UnavailableReason; readonly why: string };

const ABSENT = { outcome: 'absent' } as const;
const unavailable = (reason: UnavailableReason, why: string) => ({ outcome: 'unavailable', reason, why }) as const;
const present = <T>(data: T) => ({ outcome: 'present', data }) as const;

/** Answers from the files of one recording; each is read once, when first needed. What was not recorded is a gap, not a fact. */
export function createRecordingSource(facts: RecordingFacts): Source {
  const lists = new Map<KubernetesTopic, Promise<Outcome<readonly KubernetesTopics[KubernetesTopic][]>>>();
  let metrics: Promise<MetricIndex | undefined> | undefined;

  function metricsOf(): Promise<MetricIndex | undefined> {
    metrics ??= readOptional(join(facts.dir, 'metrics.om')).then((text) => (text === undefined ? undefined : indexMetrics(text)));
    return metrics;
  }

  async function outcomeOf(question: Question): Promise<Outcome<unknown>> {
    switch (question.about) {
      case 'list': {
        const read = lists.get(question.topic) ?? readTopic(facts, question.topic);
        lists.set(question.topic, read);
        return scoped(facts, question, await read);
      }
      case 'log':
        return readLog(facts, question);
      case 'series':
        return onMetrics(await metricsOf(), (index) => selectSeries(index, question));
      case 'calls':
        return onMetrics(await metricsOf(), (index) => callsIn(CALL_METRICS.flatMap((metric) => index.get(metric) ?? [])));
      case 'alerts':
        return unavailable('not-recorded', 'The alerts of an incident come with it.');
      case 'runbooks':
      case 'past':
        return unavailable('not-recorded', `A recording keeps no ${question.about === 'past' ? 'earlier incidents' : 'runbooks'}.`);
    }
  }

  return {
    name: 'recording',
    topics: new Set<Topic>([...(Object.keys(TOPIC_FACTS) as KubernetesTopic[]), 'logs', 'metrics']),
    async answer<Q extends Question>(question: Q, _signal: AbortSignal): Promise<Evidence<Answer<Q>>> {
      const outcome = await outcomeOf(question).catch((error: unknown) => unavailable('invalid', messageOf(error)));
      // outcomeOf answers each kind of question with its own type of answer; the union cannot say so.
      return { ...outcome, question, observedAt: facts.takenAt } as Evidence<Answer<Q>>;
    },
    check: async () => ({ state: 'ok', detail: `recording of ${facts.takenAt}` }),
    close: async () => {},
  };
}

async function readTopic(facts: RecordingFacts, topic: KubernetesTopic): Promise<Outcome<readonly KubernetesTopics[KubernetesTopic][]>> {
  const files = resourceFiles(topic);
  for (const file of files) {
    const raw = await readOptionalJson(join(facts.dir, 'resources', file));
    if (raw === undefined) continue;
    const parsed = parseList(topic, raw);
    return parsed ? present(parsed.items) : unavailable('invalid', `resources/${file} is not a Kubernetes List.`);
  }
  return facts.notServed.includes(topic) ? ABSENT : unavailable('not-recorded', `The recording has no ${files.join(' or ')}.`);
}

function scoped(
  { namespaces }: RecordingFacts,
  { topic, namespace }: ListQuestion,
  outcome: Outcome<readonly KubernetesTopics[KubernetesTopic][]>,
): Outcome<readonly KubernetesTopics[KubernetesTopic][]> {
  if (outcome.outcome !== 'present' || !TOPIC_FACTS[topic].namespaced) return outcome;
  // Of an add-on, what delivers into the namespace is recorded, wherever it is itself.
  const isElsewhere = TOPIC_FACTS[topic].addOn && (namespace === undefined || outcome.data.some(({ metadata }) => metadata.namespace === namespace));
  if (namespaces && !isElsewhere && (namespace === undefined || !namespaces.includes(namespace))) {
    return unavailable('not-recorded', `Only ${topic} of ${namespaces.join(', ')} were recorded, not of ${namespace ?? 'all namespaces'}.`);
  }
  return namespace === undefined ? outcome : present(outcome.data.filter(({ metadata }) => metadata.namespace === namespace));
}

async function readLog({ dir, logTimestamps, namespaces }: RecordingFacts, question: LogQuestion): Promise<Outcome<LogLines>> {
  const { namespace, pod, container, previous } = question;
  const path = logPath(dir, namespace, pod, container, previous);
  if (path === undefined) return ABSENT;
  const log = await readOptional(`${path}.log`);
  const refusal = await readOptional(`${path}.log.error`);
  const complaint = refusal ?? (log !== undefined && isKubeletComplaint(log) ? log : undefined);
  if (complaint !== undefined) {
    const meaning = readLogRefusal(complaint);
    return meaning === 'absent' ? ABSENT : unavailable(meaning, complaint.replaceAll(/\s+/g, ' ').trim().slice(0, 500));
  }
  if (log !== undefined) return present(readLogLines(log, logTimestamps ?? looksStamped(log), LOG_BOUNDS));
  const recorded = (namespaces?.includes(namespace) ?? true) && (await isDirectory(join(dir, 'logs')));
  return recorded ? ABSENT : unavailable('not-recorded', `The recording has no logs of ${namespace}.`);
}

function onMetrics<T>(index: MetricIndex | undefined, read: (index: MetricIndex) => T): Outcome<T> {
  return index ? present(read(index)) : unavailable('not-recorded', 'Prometheus: metrics are not part of this recording');
}
