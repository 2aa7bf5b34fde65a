import type { Evidence, UnavailableReason } from '#domain/evidence.ts';
import type { ObservedCall } from '#domain/observed-call.ts';
import { type Answer, type CallsQuestion, type Question, questionKey, type Series, type SeriesQuestion, type Topic } from '#domain/question.ts';
import { CALL_LABELS, CALL_METRICS, callsIn } from '../call-metrics.ts';
import { createHttpApi, type HttpApi, type HttpApiOptions } from '../http-api.ts';
import { createSharedReads } from '../kubernetes/shared-reads.ts';
import type { MetricsServer } from '../metrics-server.ts';
import type { Source, SourceCheck } from '../source.ts';
import { type AlertRule, readAlertRules } from './alert-rule.ts';
import { familyOf, readMetricFacts } from './metric-facts.ts';
import { readEnvelope, readSeries } from './read-result.ts';
import { quote, selectorOf } from './selector.ts';

/** Prometheus refuses more than 11,000 points per series. */
const MAX_POINTS = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;
const COOL_OFF_MS = 30_000;
const SHARE_MS = 5_000;
const GIVEN_UP = 'Given up waiting for Prometheus.';

export interface PrometheusOptions extends Omit<HttpApiOptions, 'url' | 'maxBytes' | 'coolOffMs'> {
  /** Base address of Prometheus, Thanos, Mimir (with /prometheus) or VictoriaMetrics; undefined: not configured. */
  readonly url: string | undefined;
  /** 16 MiB unless given; a longer answer is not read. */
  readonly maxBytes?: number;
  /** 30 seconds unless given. */
  readonly coolOffMs?: number;
  /** How long an answer serves others who ask the same; 5 seconds unless given. */
  readonly shareMs?: number;
  /** A static message and fields, for what was answered in part only. */
  readonly log?: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** What an instant query or a look at the rules came to. */
export type Reading<T> =
  | {
      readonly outcome: 'present';
      readonly data: T;
      /** One line: what the server warned of, which may be that some of it is missing. */
      readonly lacks?: string;
    }
  | { readonly outcome: 'unavailable'; readonly reason: UnavailableReason; readonly why: string };

export interface PrometheusSource extends Source, MetricsServer {
  /** The value of any PromQL expression at one time (RFC 3339). */
  instant(expression: string, at: string, signal: AbortSignal): Promise<Reading<readonly Series[]>>;
  requestCount(): number;
}

/**
 * Answers questions about metrics from anything that speaks the Prometheus HTTP API. Only the configured origin is called, redirects are not followed;
 * a server that does not answer costs one deadline, then it is left alone for a while.
 */
export function createPrometheusSource(options: PrometheusOptions): PrometheusSource {
  const { url, clock } = options;
  const api =
    url === undefined ? undefined : createHttpApi({ ...options, url, maxBytes: options.maxBytes ?? MAX_BYTES, coolOffMs: options.coolOffMs ?? COOL_OFF_MS });
  const askApi = createAsk(api, options);
  const shared = createSharedReads(() => clock().getTime(), options.shareMs ?? SHARE_MS);
  const closing = new AbortController();
  let last: Reading<Answered> | undefined;
  const ask: AskApi = async (...what) => {
    const reading = await askApi(...what);
    // A query that was wrong or too large says nothing about the server.
    if (reading.outcome === 'present' || !['invalid', 'budget'].includes(reading.reason) || last === undefined) last = reading;
    return reading;
  };

  async function answerSeries(question: SeriesQuestion, signal: AbortSignal): Promise<Reading<readonly Series[]>> {
    const range = rangeOf(question);
    if (!range) return unavailable('invalid', `No such range of time: ${question.from} to ${question.to}.`);
    const query = selectorOf(question);
    const timeout = `${Math.ceil(options.timeoutMs / 1000)}s`;
    const rawSeconds = rawSecondsOf(question);
    if (rawSeconds === undefined) return toSeries(await ask('/api/v1/query_range', { query, ...range, timeout }, signal), query);
    const samples = `${query}[${rawSeconds}s]`;
    const found = toSeries(await ask('/api/v1/query', { query: samples, time: range.end, timeout }, signal), samples);
    return found.outcome === 'present' ? { ...found, data: thinned(found.data, question) } : found;
  }

  async function answerCalls({ at }: CallsQuestion, signal: AbortSignal): Promise<Reading<readonly ObservedCall[]>> {
    const query = `count by (${CALL_LABELS.join(', ')}) ({__name__=~${quote(CALL_METRICS.join('|'))}})`;
    // Of a large mesh these are many series: the server is to give up by itself, in good time, rather than be taken for one that hangs.
    const timeout = `${Math.max(1, Math.floor(options.timeoutMs / 2000))}s`;
    const found = toSeries(await ask('/api/v1/query', { query, time: seconds(Date.parse(at)), timeout }, signal), query);
    return found.outcome === 'present' ? { outcome: 'present', data: callsIn(found.data) } : found;
  }

  async function readRules(alertName: string, signal: AbortSignal): Promise<Reading<readonly AlertRule[]>> {
    // `rule_name[]` and `exclude_alerts` are newer than the path; a server that does not know them answers with all rules.
    const asked = await ask('/api/v1/rules', { type: 'alert', 'rule_name[]': alertName, exclude_alerts: 'true' }, signal);
    if (asked.outcome === 'unavailable') return asked;
    const rules = readAlertRules(asked.data.data, alertName);
    return rules ? { outcome: 'present', data: rules } : unavailable('invalid', 'Prometheus answered /api/v1/rules with something else.');
  }

  /** What many investigations ask at once is asked once; one that gives up does not take it from the others. */
  async function share<T>(key: string, read: (signal: AbortSignal) => Promise<Reading<T>>, signal: AbortSignal): Promise<Reading<T>> {
    if (signal.aborted) return unavailable('timeout', GIVEN_UP);
    const { promise, resolve } = Promise.withResolvers<Reading<T>>();
    const giveUp = () => resolve(unavailable('timeout', GIVEN_UP));
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const reading = shared.share(key, async () => {
        const value = await read(closing.signal);
        return { value, keep: value.outcome === 'present' };
      });
      return await Promise.race([reading, promise]);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  async function answerOf(question: Question, signal: AbortSignal): Promise<Reading<unknown>> {
    const key = questionKey(question);
    if (question.about === 'series') return await share(key, (own) => answerSeries(question, own), signal);
    if (question.about === 'calls') return await share(key, (own) => answerCalls(question, own), signal);
    return unavailable('not-configured', `Prometheus keeps no ${question.topic}.`);
  }

  return {
    name: 'Prometheus',
    topics: new Set<Topic>(['metrics']),
    async answer<Q extends Question>(question: Q, signal: AbortSignal): Promise<Evidence<Answer<Q>>> {
      const reading = await answerOf(question, signal);
      // answerOf answers each kind of question with its own type of answer; the union cannot say so.
      return { ...reading, question, observedAt: clock().toISOString() } as Evidence<Answer<Q>>;
    },
    rules: (alertName, signal) => share(`rules ${alertName}`, (own) => readRules(alertName, own), signal),
    async instant(expression, at, signal) {
      const asked = await ask('/api/v1/query', { query: expression, time: seconds(Date.parse(at)) }, signal);
      return toSeries(asked, expression);
    },
    async range(expression, stretch, signal) {
      const range = rangeOf(stretch);
      if (!range) return unavailable('invalid', `No such range of time: ${stretch.from} to ${stretch.to}.`);
      return toSeries(
        await ask('/api/v1/query_range', { query: expression, ...range, timeout: `${Math.ceil(options.timeoutMs / 1000)}s` }, signal),
        expression,
      );
    },
    describe: (metric, signal) =>
      share(
        `metadata ${metric}`,
        async (own) => {
          const asked = await ask('/api/v1/metadata', { metric: familyOf(metric), limit: '1' }, own);
          return asked.outcome === 'present' ? { outcome: 'present', data: readMetricFacts(asked.data.data, metric) } : asked;
        },
        signal,
      ),
    check: async (signal) => checkOf(api, url, last ?? (await ask('/api/v1/query', { query: 'vector(1)' }, signal))),
    requestCount: () => api?.requestCount() ?? 0,
    async close() {
      closing.abort();
      shared.clear();
      api?.close();
    },
  };
}

interface Answered {
  readonly data: unknown;
  /** Not empty: some of what stands behind the server did not answer (Thanos, Mimir, remote read). */
  readonly warnings: readonly string[];
}

type AskApi = (path: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Reading<Answered>>;

/** Queries go as a POST (long selectors), or as a GET where POST is not allowed; the rest is always a GET. */
function createAsk(api: HttpApi | undefined, { url, log }: PrometheusOptions): AskApi {
  let postAllowed = true;
  return async (path, parameters, signal) => {
    if (url === undefined) return unavailable('not-configured', 'Prometheus is not configured (PROMETHEUS_URL).');
    if (!api) return unavailable('invalid', 'PROMETHEUS_URL is not an http or https address.');
    const form = new URLSearchParams(parameters);
    const posts = path.startsWith('/api/v1/query') && postAllowed;
    let answer = await api.ask(posts ? 'POST' : 'GET', path, form, signal);
    if (posts && refusesPost(answer)) {
      postAllowed = false;
      answer = await api.ask('GET', path, form, signal);
    }
    if (answer.outcome === 'failed') return unavailable(answer.reason, answer.why);
    const envelope = readEnvelope(answer.json);
    if (!envelope || (envelope.status === 'success' && envelope.data === undefined)) {
      return unavailable('invalid', `${api.address}${path}: answered ${answer.status} with JSON that is not of the Prometheus API.`);
    }
    if (envelope.status === 'error')
      return unavailable(reasonOf(envelope.errorType ?? ''), `${api.address}${path}: ${envelope.errorType}: ${oneLine(envelope.error ?? '')}`);
    const warnings = [...(envelope.warnings ?? []), ...(envelope.isPartial ? ['some of its storage did not answer (isPartial)'] : [])];
    if (warnings.length > 0) log?.('Prometheus answered in part only', { path, warning: oneLine(warnings[0] ?? '') });
    return { outcome: 'present', data: { data: envelope.data, warnings } };
  };
}

/** 405 by the book; a proxy that checks verbs says 403 to a POST that it would let through as a GET. */
function refusesPost(answer: Awaited<ReturnType<HttpApi['ask']>>): boolean {
  return answer.status === 405 || answer.status === 403;
}

function toSeries(asked: Reading<Answered>, query: string): Reading<readonly Series[]> {
  if (asked.outcome === 'unavailable') return asked;
  const series = readSeries(asked.data.data);
  if (!series) return unavailable('invalid', `Prometheus answered ${query} with something that is no series.`);
  const [warning] = asked.data.warnings;
  if (warning === undefined) return { outcome: 'present', data: series };
  const lacks = `Prometheus answered ${query} in part only: ${oneLine(warning)}`;
  // Nothing found while somebody did not answer is no fact.
  return series.length === 0 ? unavailable('unreachable', lacks) : { outcome: 'present', data: series, lacks };
}

/** undefined for times that are none or in the wrong order. The step grows until the points are few enough. */
function rangeOf({
  from,
  to,
  stepSeconds,
}: Pick<SeriesQuestion, 'from' | 'to' | 'stepSeconds'>): { readonly start: string; readonly end: string; readonly step: string } | undefined {
  const start = Date.parse(from);
  const end = Date.parse(to);
  if (!(end >= start)) return undefined;
  const least = Math.ceil((end - start) / 1000 / MAX_POINTS);
  const step = Math.max(1, least, Number.isFinite(stepSeconds) ? stepSeconds : 1);
  return { start: seconds(start), end: seconds(end), step: String(step) };
}

/** The usual scrape intervals are up to a minute. */
const RAREST_SCRAPE_SECONDS = 60;
const MOST_RAW_SECONDS = 6 * 3_600;

/**
 * How many seconds of samples to ask for as they were scraped; undefined: in steps. Asked in steps finer than samples lie apart, a server repeats each until the next one comes
 * (https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness): a counter then stands still and jumps, and what it does in between cannot be told.
 */
function rawSecondsOf({ from, to, stepSeconds }: SeriesQuestion): number | undefined {
  const lasts = Math.ceil((Date.parse(to) - Date.parse(from)) / 1000);
  return stepSeconds < RAREST_SCRAPE_SECONDS && lasts > 0 && lasts <= MOST_RAW_SECONDS ? lasts : undefined;
}

/** The newest sample of each step, where samples lie closer together than that. */
function thinned(series: readonly Series[], { from, stepSeconds }: SeriesQuestion): readonly Series[] {
  const start = Date.parse(from);
  const stepOf = (at: number) => Math.floor((at - start) / (stepSeconds * 1000));
  return series.map(({ labels, samples }) => ({
    labels,
    samples: samples.filter(({ at }, index) => {
      const next = samples[index + 1];
      return next === undefined || stepOf(next.at) !== stepOf(at);
    }),
  }));
}

function seconds(milliseconds: number): string {
  return String(milliseconds / 1000);
}

/** https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview names the error types. */
function reasonOf(errorType: string): UnavailableReason {
  if (errorType === 'timeout' || errorType === 'canceled') return 'timeout';
  if (errorType === 'bad_data' || errorType === 'not_found') return 'invalid';
  return errorType === 'execution' || errorType === 'too_many_requests' ? 'budget' : 'unreachable';
}

function checkOf(api: HttpApi | undefined, url: string | undefined, asked: Reading<Answered>): SourceCheck {
  if (url === undefined)
    return { state: 'not-configured', detail: 'no address', fix: 'Set PROMETHEUS_URL to the address of Prometheus, Thanos, Mimir or VictoriaMetrics.' };
  if (asked.outcome === 'present') return { state: 'ok', detail: api?.address ?? '' };
  return { state: 'failing', detail: asked.why, fix: 'Check that PROMETHEUS_URL can be reached from here and that its credentials are right.' };
}

function unavailable(reason: UnavailableReason, why: string): Reading<never> & { readonly outcome: 'unavailable' } {
  return { outcome: 'unavailable', reason, why };
}

function oneLine(text: string): string {
  return text
    .slice(0, 600)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300);
}
