import type { Draft } from './shape.ts';

type Labels = Readonly<Record<string, string>>;

/** Adds one series to `metrics.om`: a value for every `everyMinutes` from `from` minutes ago to `to`. */
export function series(draft: Draft, name: string, labels: Labels, value: (ago: number) => number, from = 44, everyMinutes = 4, to = 0): void {
  const now = Date.parse(draft.takenAt) / 1000;
  const text = Object.entries(labels)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, one]) => `${key}="${one}"`)
    .join(',');
  const lines: string[] = [];
  for (let ago = from; ago >= to; ago -= everyMinutes) lines.push(`${name}{${text}} ${round(value(ago))} ${now - ago * 60}`);
  draft.metrics.push(() => lines);
}

function round(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
}

/** A repeatable wobble around 1, so that series look like measurements. */
export function wobble(seed: number, ago: number, share = 0.08): number {
  const mixed = Math.sin(seed * 12.9898 + Math.floor(ago * 10) * 78.233) * 43758.5453;
  return 1 + share * ((mixed - Math.floor(mixed)) * 2 - 1);
}

/** kube-state-metrics' view at the snapshot, of the application's own objects. Call it last: it reads the draft as it is then. */
export function stateMetrics(draft: Draft): void {
  draft.metrics.push(({ world }) => {
    const now = Date.parse(draft.takenAt) / 1000;
    const lines: string[] = [];
    const put = (name: string, labels: string, value: number): void => {
      lines.push(`${name}{${labels},job="kube-state-metrics",namespace="${draft.namespace}"} ${value} ${now}`);
    };
    for (const object of world.objects.get('Deployment') ?? []) {
      if (object.metadata.namespace !== draft.namespace) continue;
      const { spec, status } = object as unknown as { spec: { replicas: number }; status: { availableReplicas?: number; unavailableReplicas?: number } };
      const label = `deployment="${object.metadata.name}"`;
      put('kube_deployment_spec_replicas', label, spec.replicas);
      put('kube_deployment_status_replicas_available', label, status.availableReplicas ?? 0);
      put('kube_deployment_status_replicas_unavailable', label, status.unavailableReplicas ?? 0);
    }
    for (const object of world.objects.get('Pod') ?? []) {
      if (object.metadata.namespace !== draft.namespace) continue;
      const { spec, status } = object as unknown as {
        spec: { nodeName?: string };
        status: { phase: string; containerStatuses?: { name: string; restartCount: number }[] };
      };
      put('kube_pod_info', `node="${spec.nodeName ?? ''}",pod="${object.metadata.name}"`, 1);
      put('kube_pod_status_phase', `phase="${status.phase}",pod="${object.metadata.name}"`, 1);
      for (const one of status.containerStatuses ?? [])
        put('kube_pod_container_status_restarts_total', `container="${one.name}",pod="${object.metadata.name}"`, one.restartCount);
    }
    return lines;
  });
}

export interface ServiceLoad {
  readonly rate: number;
  readonly p50: number;
  readonly success?: number;
}

/** A service's traffic as recording rules give it; `change` scales one of them at a time. */
export function serviceMetrics(
  draft: Draft,
  service: string,
  load: ServiceLoad,
  change: (metric: 'rate' | 'success' | 'p50' | 'p90' | 'p95', ago: number) => { readonly times?: number; readonly plus?: number } = () => ({}),
): void {
  const labels = { namespace: draft.namespace, service };
  const seed = service.length * 7 + load.rate;
  const put = (name: string, metric: 'rate' | 'success' | 'p50' | 'p90' | 'p95', base: number, share: number, most = Number.POSITIVE_INFINITY): void => {
    series(draft, name, labels, (ago) => {
      const { times = 1, plus = 0 } = change(metric, ago);
      return Math.min(most, base * wobble(seed + name.length, ago, share) * times + plus);
    });
  };
  put('service:request_rate', 'rate', load.rate, 0.1);
  put('service:success_ratio', 'success', load.success ?? 0.999, 0.001, 1);
  put('service:latency_p50_ms', 'p50', load.p50, 0.08);
  put('service:latency_p90_ms', 'p90', load.p50 * 2.1, 0.1);
  put('service:latency_p95_ms', 'p95', load.p50 * 2.8, 0.12);
}

/** cAdvisor's counters and gauges of a container: cores used, throttled share of periods, memory in bytes. */
export function containerMetrics(
  draft: Draft,
  labels: {
    readonly pod: (of: string) => string;
    readonly workload: string;
    readonly container: string;
    readonly node: string;
    readonly at?: number;
    readonly since?: number;
  },
  use: { readonly cores: (ago: number) => number; readonly throttled?: (ago: number) => number; readonly bytes?: (ago: number) => number },
): void {
  draft.metrics.push(({ podsOf }) => {
    const now = Date.parse(draft.takenAt) / 1000;
    const pod = podsOf(labels.workload)[labels.at ?? 0]?.metadata.name ?? '';
    const text = `container="${labels.container}",job="kubelet",namespace="${draft.namespace}",node="${labels.node}",pod="${labels.pod(pod)}"`;
    const lines: string[] = [];
    let seconds = labels.since === undefined ? 81_223 : 2;
    let periods = labels.since === undefined ? 401_220 : 0;
    let throttled = labels.since === undefined ? 1_233 : 0;
    for (let ago = 44; ago >= 0; ago -= 4) {
      if (ago > (labels.since ?? 44)) continue;
      const at = now - ago * 60;
      seconds += use.cores(ago) * wobble(7, ago, 0.05) * 240;
      periods += 2400;
      throttled += 2400 * (use.throttled?.(ago) ?? 0.001);
      lines.push(`container_cpu_usage_seconds_total{${text}} ${seconds.toFixed(2)} ${at}`);
      lines.push(`container_cpu_cfs_periods_total{${text}} ${periods} ${at}`);
      lines.push(`container_cpu_cfs_throttled_periods_total{${text}} ${Math.round(throttled)} ${at}`);
      if (use.bytes) lines.push(`container_memory_working_set_bytes{${text}} ${Math.round(use.bytes(ago) * wobble(3, ago, 0.01))} ${at}`);
    }
    return lines;
  });
}
