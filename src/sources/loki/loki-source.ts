import type { Evidence, UnavailableReason } from '#domain/evidence.ts';
import type { Answer, LogLines, LogQuestion, Question, Topic } from '#domain/question.ts';
import { createHttpApi, type HttpApiOptions } from '../http-api.ts';
import type { Source, SourceCheck } from '../source.ts';
import { readStreams } from './read-streams.ts';

const MAX_LINES = 2000;
const MAX_CHARS = 1024 * 1024;
const MAX_BYTES = 16 * 1024 * 1024;
const COOL_OFF_MS = 30_000;
const LOOKBACK_MS = 6 * 3_600_000;
const LABELS = { namespace: 'namespace', pod: 'pod', container: 'container' };
const PATH = '/loki/api/v1/query_range';

export interface LokiOptions extends Omit<HttpApiOptions, 'url' | 'maxBytes' | 'coolOffMs'> {
  /** undefined: not configured. */
  readonly url: string | undefined;
  /** Sent as X-Scope-OrgID. */
  readonly tenant?: string | undefined;
  /** What the labels are called that hold namespace, pod and container; `namespace`, `pod`, `container` unless given. */
  readonly labels?: { readonly namespace: string; readonly pod: string; readonly container: string };
  /** How far back lines are looked for; six hours unless given. */
  readonly lookbackMs?: number;
  /** 2,000 unless given; Loki itself refuses more than 5,000 by default. */
  readonly maxLines?: number;
  readonly coolOffMs?: number;
}

export interface LokiSource extends Source {
  requestCount(): number;
}

type Reading =
  | { readonly outcome: 'present'; readonly data: LogLines }
  | { readonly outcome: 'unavailable'; readonly reason: UnavailableReason; readonly why: string };

/**
 * Answers questions about logs from Loki: the last lines of a container, also of pods that are gone. Loki keeps the runs of a container in one
 * stream, so the run before cannot be told apart and is `unavailable`; so is a container without lines, since nobody knows whether it was collected.
 */
export function createLokiSource(options: LokiOptions): LokiSource {
  const { url, clock, tenant } = options;
  const headers = { ...(tenant !== undefined && { 'X-Scope-OrgID': tenant }), ...options.headers };
  const api = url === undefined ? undefined : createHttpApi({ ...options, url, headers, maxBytes: MAX_BYTES, coolOffMs: options.coolOffMs ?? COOL_OFF_MS });
  const maxLines = options.maxLines ?? MAX_LINES;
  const lookbackMs = options.lookbackMs ?? LOOKBACK_MS;
  let last: Reading | undefined;

  async function ask(query: string, limit: number, signal: AbortSignal): Promise<Reading> {
    if (url === undefined) return unavailable('not-configured', 'Loki is not configured (LOKI_URL).');
    if (!api) return unavailable('invalid', 'LOKI_URL is not an http or https address.');
    const now = clock().getTime();
    const parameters = { query, limit: String(limit), direction: 'backward', start: nanoseconds(now - lookbackMs), end: nanoseconds(now) };
    const answer = await api.ask('GET', PATH, new URLSearchParams(parameters), signal);
    if (answer.outcome === 'failed') return unavailable(answer.reason, answer.why);
    const lines = readStreams(answer.json, { maxLines, maxChars: MAX_CHARS });
    return lines
      ? { outcome: 'present', data: lines }
      : unavailable(answer.status >= 500 ? 'unreachable' : 'invalid', `${api.address}${PATH}: answered ${answer.status} with no log lines.`);
  }

  async function answerLog(question: LogQuestion, signal: AbortSignal): Promise<Reading> {
    if (question.previous) return unavailable('not-recorded', 'Loki does not tell one run of a container from the next.');
    const query = streamSelector(question, options.labels ?? LABELS);
    // One line more than is kept tells whether there were more.
    const reading = await ask(query, maxLines + 1, signal);
    last = reading;
    if (reading.outcome === 'unavailable' || reading.data.lines.length > 0) return reading;
    return unavailable('not-recorded', `Loki has no lines for ${query} in the last ${lookbackMs / 3_600_000} hours.`);
  }

  return {
    name: 'Loki',
    topics: new Set<Topic>(['logs']),
    async answer<Q extends Question>(question: Q, signal: AbortSignal): Promise<Evidence<Answer<Q>>> {
      const reading = question.about === 'log' ? await answerLog(question, signal) : unavailable('not-configured', `Loki keeps no ${question.topic}.`);
      // answerLog answers the only kind of question that belongs here; the union cannot say so.
      return { ...reading, question, observedAt: clock().toISOString() } as Evidence<Answer<Q>>;
    },
    async check(signal): Promise<SourceCheck> {
      const labels = options.labels ?? LABELS;
      last ??= await ask(`{${labels.namespace}="default"}`, 1, signal);
      if (url === undefined) return { state: 'not-configured', detail: 'no address', fix: 'Set LOKI_URL to the address of Loki.' };
      if (last.outcome === 'present') return { state: 'ok', detail: api?.address ?? '' };
      return { state: 'failing', detail: last.why, fix: 'Check that LOKI_URL can be reached from here and that tenant and credentials are right.' };
    },
    requestCount: () => api?.requestCount() ?? 0,
    close: async () => api?.close(),
  };
}

/** LogQL for the lines of one container; values are quoted, so nothing in them can be anything but a value. */
export function streamSelector(
  { namespace, pod, container }: Pick<LogQuestion, 'namespace' | 'pod' | 'container'>,
  labels: NonNullable<LokiOptions['labels']>,
): string {
  const quote = (value: string) => JSON.stringify(value.toWellFormed());
  return `{${labels.namespace}=${quote(namespace)},${labels.pod}=${quote(pod)},${labels.container}=${quote(container)}}`;
}

function nanoseconds(milliseconds: number): string {
  return `${Math.max(0, Math.round(milliseconds))}000000`;
}

function unavailable(reason: UnavailableReason, why: string): Reading & { readonly outcome: 'unavailable' } {
  return { outcome: 'unavailable', reason, why };
}
