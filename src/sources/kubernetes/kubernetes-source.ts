import { messageOf } from '#domain/error.ts';
import type { Evidence, UnavailableReason } from '#domain/evidence.ts';
import { type Answer, type LogLines, type LogQuestion, type Question, questionKey, type Topic } from '#domain/question.ts';
import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';
import type { Source, SourceCheck } from '../source.ts';
import type { ApiReaderOptions } from './api-ask.ts';
import { createClusterLink, NO_CLUSTER } from './cluster-link.ts';
import { type ClusterReader, failed, type Read, read } from './cluster-reader.ts';
import type { ClusterChoice, Connection } from './connection.ts';
import { createGatheredLists, type GatheredLists } from './gathered-lists.ts';
import { readTopic } from './read-topic.ts';
import { type LogBounds, readLogLines } from './schema/log-lines.ts';
import { createSharedReads } from './shared-reads.ts';

const SHARE_MS = 5000;
const LOG_BOUNDS: LogBounds = { maxLines: 2000, maxBytes: 1024 * 1024 };
/** The events of some 6,000 pods: 100 MB when read. */
const MAX_LIST_ITEMS = 60_000;
const MAX_LIST_BYTES = 256 * 1024 * 1024;
const NEEDS_CLUSTER = 'Set KUBECONFIG, or run OnCallM in the cluster (deploy/kubernetes.yaml).';
const CHECK_CLUSTER = 'Check that the cluster is up, and that the address and the credentials in the kubeconfig are right.';
/** Failures that say nothing about whether the API server is well. */
const OURS: ReadonlySet<UnavailableReason> = new Set<UnavailableReason>(['forbidden', 'not-configured', 'budget']);

export interface KubernetesSourceOptions {
  /** See chooseCluster. */
  readonly cluster: ClusterChoice;
  /** For one question, all pages and a second try included. */
  readonly requestTimeoutMs: number;
  /** How long a list serves others too; 5 seconds unless given. */
  readonly shareMs?: number;
  /** 2,000 unless given. */
  readonly maxLogLines?: number;
  /** 1 MiB unless given. */
  readonly maxLogBytes?: number;
  /** 60,000 objects unless given; a longer list is not read at all. */
  readonly maxListItems?: number;
  /** A static message and fields, for what was read but could not be used. */
  readonly log?: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly clock: () => Date;
  /** How to wait before a second try; by a timer unless given. */
  readonly pause?: NonNullable<ApiReaderOptions['pause']>;
  /** How to connect, when not as `cluster` says. */
  readonly connect?: () => Promise<Connection>;
}

export interface KubernetesSource extends Source {
  /** Requests sent to the API since the start. */
  requestCount(): number;
  /** The reader beneath, for recording and for checkAccess. Throws when the cluster is not configured or its configuration cannot be read. */
  reader(): Promise<ClusterReader>;
}

/**
 * Answers from a live cluster. Whole lists are read once for all who ask within `shareMs`; the client library is loaded with the first
 * question. Every question ends within its deadline, and only reads.
 */
export function createKubernetesSource(options: KubernetesSourceOptions): KubernetesSource {
  const { cluster, clock } = options;
  const now = () => clock().getTime();
  const { requestTimeoutMs, maxListItems = MAX_LIST_ITEMS, pause } = options;
  const link = createClusterLink(cluster, { requestTimeoutMs, maxListItems, maxListBytes: MAX_LIST_BYTES, now, ...(pause && { pause }) }, options.connect);
  const shared = createSharedReads(now, options.shareMs ?? SHARE_MS);
  const health = createHealth(cluster);
  const closing = new AbortController();
  const lists = createGatheredLists(async (topic, namespace, atMost) => readTopic(await link.reader(), topic, namespace, closing.signal, atMost), {
    now,
    keepMs: options.shareMs ?? SHARE_MS,
    patienceMs: requestTimeoutMs,
  });

  async function ask(question: Question): Promise<{ readonly value: Evidence<unknown>; readonly keep: boolean }> {
    const answer = await link.reader().then(
      (reader) => readAnswer(reader, question, options, lists, closing.signal),
      (error: unknown) => failed(cluster.kind === 'none' ? 'not-configured' : 'invalid', messageOf(error)),
    );
    if (question.about === 'list') health.learn(answer);
    return {
      value: toEvidence(answer, question, clock().toISOString()),
      keep: answer.outcome !== 'failed' || OURS.has(answer.reason) || isWaiting(question, answer.reason),
    };
  }

  return {
    name: 'Kubernetes API',
    topics: new Set<Topic>([...(Object.keys(TOPIC_FACTS) as KubernetesTopic[]), 'logs']),
    async answer<Q extends Question>(question: Q, signal: AbortSignal): Promise<Evidence<Answer<Q>>> {
      const evidence = await givingUp(
        shared.share(keyOf(question), () => ask(question)),
        signal,
      );
      const value = evidence ?? toEvidence(failed('timeout', 'Given up waiting for the Kubernetes API.'), question, clock().toISOString());
      // readAnswer answers each kind of question with its own type of answer; the union cannot say so.
      return { ...value, question } as Evidence<Answer<Q>>;
    },
    async check(signal) {
      if (cluster.kind !== 'none' && health.unknown()) {
        health.learn(
          await link.reader().then(
            (reader) => reader.version(signal),
            (error: unknown) => failed('invalid', messageOf(error)),
          ),
        );
      }
      return health.state();
    },
    requestCount: () => link.requestCount(),
    reader: () => link.reader(),
    async close() {
      closing.abort();
      shared.clear();
      lists.clear();
      link.close();
    },
  };
}

async function readAnswer(
  reader: ClusterReader,
  question: Question,
  options: KubernetesSourceOptions,
  lists: GatheredLists,
  signal: AbortSignal,
): Promise<Read<unknown>> {
  switch (question.about) {
    case 'list': {
      const { topic, namespace } = question;
      const found = await lists.read(topic, namespace);
      if (found.outcome !== 'read') return found;
      const { items, skipped } = found.value;
      if (skipped === 0) return read(items);
      options.log?.('objects without a name were left out', { topic, namespace, skipped });
      return read(items, `${skipped} of ${items.length + skipped} ${topic} that the API server sent are no such objects: they have no name.`);
    }
    case 'log':
      return readLog(reader, question, options, signal);
    case 'series':
    case 'calls':
    case 'alerts':
    case 'runbooks':
    case 'past':
      return failed('not-configured', `The Kubernetes API keeps no ${question.topic}.`);
  }
}

async function readLog(reader: ClusterReader, question: LogQuestion, options: KubernetesSourceOptions, signal: AbortSignal): Promise<Read<LogLines>> {
  const { namespace, pod, container, previous } = question;
  const bounds = { maxLines: options.maxLogLines ?? LOG_BOUNDS.maxLines, maxBytes: options.maxLogBytes ?? LOG_BOUNDS.maxBytes };
  // One line more than is kept tells whether there were more.
  const found = await reader.log({ namespace, pod, container, previous, tailLines: bounds.maxLines + 1, maxBytes: bounds.maxBytes }, signal);
  if (found.outcome !== 'read') return found;
  const lines = readLogLines(found.value.text, true, bounds);
  return read({ ...lines, truncated: lines.truncated || found.value.cut });
}

function toEvidence(answer: Read<unknown>, question: Question, observedAt: string): Evidence<unknown> {
  switch (answer.outcome) {
    case 'read':
      return { question, observedAt, outcome: 'present', data: answer.value, ...(answer.lacks !== undefined && { lacks: answer.lacks }) };
    case 'absent':
      return { question, observedAt, outcome: 'absent' };
    case 'failed':
      return { question, observedAt, outcome: 'unavailable', reason: answer.reason, why: answer.why };
  }
}

/** The log of a container that has not started is refused with 400: the same for all who ask now. */
function isWaiting({ about }: Question, reason: UnavailableReason): boolean {
  return about === 'log' && reason === 'invalid';
}

/** What was learnt of the API server while it was asked. */
function createHealth(cluster: ClusterChoice) {
  let state: SourceCheck | undefined;
  return {
    unknown: () => state === undefined,
    learn(answer: Read<unknown>): void {
      if (answer.outcome === 'failed' && !OURS.has(answer.reason)) state = { state: 'failing', detail: answer.why, fix: CHECK_CLUSTER };
      else if (state?.state !== 'ok') state = { state: 'ok', detail: answer.outcome === 'read' ? detailOf(answer.value) : 'answers' };
    },
    state: (): SourceCheck =>
      cluster.kind === 'none' ? { state: 'not-configured', detail: NO_CLUSTER, fix: NEEDS_CLUSTER } : (state ?? { state: 'ok', detail: 'not asked yet' }),
  };
}

/** The version, where that was what was asked. */
function detailOf(value: unknown): string {
  return typeof value === 'string' ? `Kubernetes ${value}` : 'answers';
}

/** The same for questions whose answers are the same list. */
function keyOf(question: Question): string {
  const scoped = question.about !== 'list' || TOPIC_FACTS[question.topic].namespaced;
  return questionKey(scoped ? question : { ...question, namespace: undefined });
}

/** Undefined when this one waits no more; what is shared goes on for the others. */
async function givingUp<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const abort = () => resolve(undefined);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
