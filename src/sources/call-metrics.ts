import type { CallParty, ObservedCall } from '#domain/observed-call.ts';
import type { Series } from '#domain/question.ts';

/**
 * Metrics that have a series for each pair of programs that talk to each other: of Istio's proxies, and of Tempo's metrics generator and the OpenTelemetry
 * Collector's service graph connector, which have them from traces. (Span metrics name one program only.)
 * https://istio.io/latest/docs/reference/config/metrics/ · https://grafana.com/docs/tempo/latest/metrics-from-traces/service_graphs/
 */
export const CALL_METRICS = ['istio_requests_total', 'istio_tcp_connections_opened_total', 'traces_service_graph_request_total'] as const;

/** Where each party stands in the labels: name, namespace. */
const PARTIES = {
  client: [
    ['source_workload', 'source_workload_namespace'],
    ['client', 'client_k8s_namespace_name'],
  ],
  server: [
    ['destination_workload', 'destination_workload_namespace'],
    ['server', 'server_k8s_namespace_name'],
  ],
} as const;

/** The labels that tell who calls whom. */
export const CALL_LABELS: readonly string[] = [...PARTIES.client, ...PARTIES.server].flat();

/** What Istio writes where it does not know, and traces where the caller is not traced. */
const NOBODY = new Set(['', 'unknown', 'user']);

/** Who calls whom, each pair once. */
export function callsIn(series: readonly Pick<Series, 'labels'>[]): readonly ObservedCall[] {
  const calls = series.flatMap(({ labels }) => {
    const [client, server] = [partyIn(labels, PARTIES.client), partyIn(labels, PARTIES.server)];
    return client && server ? [{ client, server }] : [];
  });
  return [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()];
}

function partyIn(labels: Series['labels'], places: (typeof PARTIES)['client' | 'server']): CallParty | undefined {
  for (const [name, namespace] of places) {
    const called = labels[name] ?? '';
    if (!NOBODY.has(called)) return { name: called, namespace: labels[namespace] || undefined };
  }
  return undefined;
}
