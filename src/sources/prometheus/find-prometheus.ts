import type { Service } from '#domain/kubernetes/network.ts';

/** How a server that speaks the Prometheus API is usually called and where it listens. Better ones first: a querier sees more than one server. */
interface Known {
  readonly name: RegExp;
  readonly ports: readonly number[];
  /** Behind which the API is. */
  readonly prefix: string;
}

const KNOWN: readonly Known[] = [
  { name: /^(?:.*-)?thanos-(?:query-frontend|query-frontend-http|query|querier)$/, ports: [9090, 10902, 9092], prefix: '' },
  { name: /^(?:.*-)?(?:mimir-nginx|mimir-gateway|mimir-query-frontend)$/, ports: [80, 8080], prefix: '/prometheus' },
  { name: /^(?:.*-)?vmselect(?:-.*)?$/, ports: [8481], prefix: '/select/0/prometheus' },
  { name: /^(?:.*-)?(?:vmsingle|victoria-metrics-single-server)(?:-.*)?$/, ports: [8428, 8429], prefix: '' },
  { name: /^(?:.*-)?kube-prom(?:etheus)?(?:-stack)?-prometheus$/, ports: [9090], prefix: '' },
  { name: /^(?:prometheus-k8s|prometheus-server|prometheus|.*-prometheus-server|.*-prometheus)$/, ports: [9090, 80], prefix: '' },
  { name: /^prometheus-operated$/, ports: [9090], prefix: '' },
];

/**
 * Addresses inside the cluster at which a Prometheus-compatible server probably answers, the best first; read from the Services by name, port and the
 * label app.kubernetes.io/name. Empty when there is none. Asking decides.
 */
export function findPrometheus(services: readonly Service[]): readonly string[] {
  return services
    .flatMap((service) => {
      const label = service.metadata.labels['app.kubernetes.io/name'];
      const rank = KNOWN.findIndex(({ name }) => name.test(service.metadata.name));
      const known = KNOWN[rank] ?? (label === 'prometheus' ? KNOWN.at(-1) : undefined);
      const port = known?.ports.find((wanted) => service.spec.ports.some((offered) => offered.port === wanted));
      if (!known || port === undefined || service.metadata.namespace === undefined) return [];
      return [{ rank: rank < 0 ? KNOWN.length : rank, url: `http://${service.metadata.name}.${service.metadata.namespace}.svc:${port}${known.prefix}` }];
    })
    .sort((left, right) => left.rank - right.rank || (left.url < right.url ? -1 : 1))
    .map(({ url }) => url);
}
