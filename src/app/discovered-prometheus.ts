import type { Evidence } from '#domain/evidence.ts';
import { type Answer, list, type Question } from '#domain/question.ts';
import type { MetricsServer, Reading } from '#sources/metrics-server.ts';
import { findPrometheus } from '#sources/prometheus/find-prometheus.ts';
import type { Source, SourceCheck } from '#sources/source.ts';

export interface Discovery {
  /** Where the Services are read. */
  readonly cluster: Source;
  /** Makes the source for an address. */
  readonly connect: (url: string) => Source & MetricsServer;
  readonly clock: () => Date;
}

/** How long "there is none" is believed. */
const LOOK_AGAIN_MS = 10 * 60_000;
const NONE = 'PROMETHEUS_URL is not set, and no Prometheus that answers was found in the cluster';
const NOTHING: Reading<never> = { outcome: 'unavailable', reason: 'not-configured', why: `Prometheus: ${NONE}.` };
const FIX = 'Set PROMETHEUS_URL to the address of Prometheus, Thanos, Mimir or VictoriaMetrics.';

/**
 * The Prometheus of the cluster that this process runs in: the first of the Services with a known name that answers. Looked for with the first
 * question; once found it is kept.
 */
export function createDiscoveredPrometheus({ cluster, connect, clock }: Discovery): Source & MetricsServer {
  let found: Promise<(Source & MetricsServer) | undefined> | undefined;
  let lookedAt = 0;

  async function look(signal: AbortSignal): Promise<(Source & MetricsServer) | undefined> {
    const services = await cluster.answer(list('services'), signal);
    for (const url of services.outcome === 'present' ? findPrometheus(services.data) : []) {
      const source = connect(url);
      if ((await source.check(signal)).state === 'ok') return source;
      await source.close();
    }
    return undefined;
  }
  async function current(signal: AbortSignal): Promise<(Source & MetricsServer) | undefined> {
    const now = clock().getTime();
    if (found === undefined || ((await found) === undefined && now - lookedAt >= LOOK_AGAIN_MS)) {
      lookedAt = now;
      found = look(signal);
    }
    return await found;
  }

  return {
    name: 'Prometheus',
    topics: new Set(['metrics']),
    async answer<Q extends Question>(question: Q, signal: AbortSignal): Promise<Evidence<Answer<Q>>> {
      const source = await current(signal);
      if (source) return await source.answer(question, signal);
      return { outcome: 'unavailable', question, observedAt: clock().toISOString(), reason: 'not-configured', why: `Prometheus: ${NONE}.` };
    },
    rules: async (alertName, signal) => (await current(signal))?.rules(alertName, signal) ?? NOTHING,
    range: async (expression, stretch, signal) => (await current(signal))?.range(expression, stretch, signal) ?? NOTHING,
    describe: async (metric, signal) => (await current(signal))?.describe(metric, signal) ?? NOTHING,
    async check(signal): Promise<SourceCheck> {
      const source = await current(signal);
      return source ? await source.check(signal) : { state: 'not-configured', detail: NONE, fix: FIX };
    },
    close: async () => void (await (await found)?.close()),
  };
}
