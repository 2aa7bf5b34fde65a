import type { Present } from '#domain/evidence.ts';
import type { Series } from '#domain/question.ts';
import { rate } from '#lib/series.ts';
import type { AskFor, Circumstances } from '../rule.ts';
import { inCluster, STEP_SECONDS } from './metric-questions.ts';
import { type Rise, riseOf, sumOf } from './rises.ts';

/** How slow one service is by one measure. */
export interface Latency {
  /** undefined: the measure does not say. */
  readonly namespace: string | undefined;
  readonly service: string;
  /** `p50`, `p95`, `mean`. */
  readonly measure: string;
  /** In milliseconds; undefined when it did not rise. */
  readonly rise: Rise | undefined;
  readonly fact: Present<readonly Series[]>;
}

/** A latency that rose threefold and by 20 ms is slower for a person too. */
const SLOWER = { ratio: 3, by: 20 };
/** Gauges of quantiles by service, in milliseconds, as recording rules name them. */
const GAUGES = ['service:latency_p50_ms', 'service:latency_p90_ms', 'service:latency_p95_ms', 'service:latency_p99_ms'] as const;
/** Histograms and summaries, of which sum by count is the mean; the scale makes milliseconds of their unit. */
const HISTOGRAMS = [
  { metric: 'istio_request_duration_milliseconds', scale: 1, more: [{ label: 'reporter', op: '=', value: 'destination' }] },
  { metric: 'http_server_request_duration_seconds', scale: 1000, more: [] },
  { metric: 'http_server_requests_seconds', scale: 1000, more: [] },
  { metric: 'http_request_duration_seconds', scale: 1000, more: [] },
  { metric: 'grpc_server_handling_seconds', scale: 1000, more: [] },
  { metric: 'traces_spanmetrics_latency', scale: 1000, more: [] },
] as const;
/** Labels that name the service that answered, most telling first. */
const NAMES = ['destination_service_name', 'destination_workload', 'service', 'service_name', 'app', 'deployment', 'job'];

/** Labels that name its namespace. */
const NAMESPACES = ['destination_service_namespace', 'namespace', 'kubernetes_namespace'];

/** What was made of the answers, so that every workload shares the work. */
const known = new WeakMap<object, readonly Latency[]>();

/**
 * The latencies of all services by every measure there is; empty when nothing measures them. One question per metric for the whole cluster: few installations have
 * more than one of these.
 */
export async function latenciesOf(ask: AskFor<'metrics'>, circumstances: Circumstances): Promise<readonly Latency[]> {
  const gauges = await Promise.all(GAUGES.map(async (metric) => ({ metric, fact: await ask(inCluster(metric, circumstances)) })));
  const key = gauges[0]?.fact ?? {};
  const before = known.get(key);
  if (before) return before;
  const told = gauges.flatMap(({ metric, fact }): readonly Latency[] => {
    if (fact.outcome !== 'present') return [];
    const measure = /p\d+/.exec(metric)?.[0] ?? metric;
    return byService(fact.data).map(({ namespace, service, series }) => ({
      namespace,
      service,
      measure,
      rise: riseOf(series[0]?.samples ?? [], SLOWER),
      fact,
    }));
  });
  const latencies = told.length > 0 ? told : await meansOf(ask, circumstances);
  known.set(key, latencies);
  return latencies;
}

/** From the first of the usual histograms that there is. */
async function meansOf(ask: AskFor<'metrics'>, circumstances: Circumstances): Promise<readonly Latency[]> {
  const found = await Promise.all(HISTOGRAMS.map(async (one) => ({ ...one, sums: await ask(inCluster(`${one.metric}_sum`, circumstances, one.more)) })));
  for (const { metric, scale, more, sums } of found) {
    if (sums.outcome !== 'present' || sums.data.length === 0) continue;
    const counts = await ask(inCluster(`${metric}_count`, circumstances, more));
    if (counts.outcome !== 'present') continue;
    const requests = byService(counts.data);
    return byService(sums.data).map(({ namespace, service, series }): Latency => {
      const own = requests.find((one) => one.service === service && one.namespace === namespace)?.series ?? [];
      return { namespace, service, measure: 'mean', rise: riseOf(meanOf(series, own, scale), SLOWER), fact: sums };
    });
  }
  return [];
}

function byService(
  all: readonly Series[],
): readonly { readonly namespace: string | undefined; readonly service: string; readonly series: readonly Series[] }[] {
  const named = all.flatMap((one) => {
    const service = NAMES.map((label) => one.labels[label]).find((value) => value !== undefined && value !== '' && value !== 'unknown');
    const namespace = NAMESPACES.map((label) => one.labels[label]).find((value) => value !== undefined && value !== '');
    return service === undefined ? [] : [{ service, namespace, one }];
  });
  return [...Map.groupBy(named, ({ service, namespace }) => `${namespace ?? ''}/${service}`).values()].flatMap((own) =>
    own[0] ? [{ service: own[0].service, namespace: own[0].namespace, series: own.map(({ one }) => one) }] : [],
  );
}

/** The mean at each time: what was spent by how many there were; nothing where there were none. */
function meanOf(sums: readonly Series[], counts: readonly Series[], scale: number) {
  const stepMs = STEP_SECONDS * 1000;
  const total = (all: readonly Series[]) =>
    sumOf(
      all.map(({ samples }) => rate(samples)),
      stepMs,
    );
  const requests = new Map(total(counts).map(({ at, value }) => [at, value]));
  return total(sums).flatMap(({ at, value }) => {
    const count = requests.get(at) ?? 0;
    return count > 0 ? [{ at, value: (value / count) * scale }] : [];
  });
}
