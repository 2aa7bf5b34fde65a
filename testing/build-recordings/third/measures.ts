import { series, wobble } from '../metrics.ts';
import type { Draft } from '../shape.ts';
import { anomaly } from './tell.ts';

/** Minutes before the snapshot between which the anomaly was measured. It is over when the snapshot is taken. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const STEP_SECONDS = 5;
const SINCE_SECONDS = 265;
const AGES = Array.from({ length: SINCE_SECONDS / STEP_SECONDS + 1 }, (_, at) => (SINCE_SECONDS - at * STEP_SECONDS) / 60);

export interface Effect {
  readonly rate?: number;
  readonly latency?: number;
  readonly success?: number;
  readonly packets?: number;
  readonly cores?: number;
  /** Seconds of throttling in each second. */
  readonly throttled?: number;
  readonly memory?: number;
}

/** One series over the stretch that was recorded, a value every five seconds. */
function track(draft: Draft, name: string, labels: Readonly<Record<string, string>>, value: (ago: number) => number): void {
  const now = Date.parse(draft.takenAt) / 1000;
  const text = Object.entries(labels)
    .map(([key, one]) => `${key}="${one}"`)
    .join(',');
  draft.metrics.push(() => AGES.map((ago) => `${name}{${text}} ${Number(value(ago).toPrecision(5))} ${now - Math.round(ago * 60)}`));
}

/** What is measured of every service and of its pods, every five seconds: as ever, but times the effect while the window is open. */
export function measureServices(draft: Draft, window: Window, effects: Readonly<Record<string, Effect>>): void {
  const within = (ago: number): boolean => ago <= window.from && ago >= window.to;
  for (const workload of draft.workloads) {
    const [{ name, labels }] = [{ name: workload.name, labels: { namespace: draft.namespace, service: workload.name } }];
    const effect = effects[name] ?? {};
    const seed = name.length * 3.7;
    const put = (metric: string, base: number, factor = 1, share = 0.06): void =>
      track(draft, metric, labels, (ago) => base * wobble(seed + metric.length, ago, share) * (within(ago) ? factor : 1));
    put('service:request_rate', 2 + (seed % 11), effect.rate);
    put('service:latency_p50_ms', 3 + (seed % 14), effect.latency, 0.04);
    put('service:latency_p90_ms', 8 + (seed % 14) * 2, effect.latency === undefined ? 1 : effect.latency * 1.4, 0.07);
    track(draft, 'service:success_ratio', labels, (ago) => (within(ago) ? (effect.success ?? 1) : 1));
    measurePods(draft, name, effect, within);
  }
}

function measurePods(draft: Draft, workload: string, effect: Effect, within: (ago: number) => boolean): void {
  const seed = workload.length * 5.3;
  draft.metrics.push(({ podsOf }) => {
    const now = Date.parse(draft.takenAt) / 1000;
    return podsOf(workload).flatMap((pod) => {
      const { nodeName = '', containers } = pod['spec'] as { nodeName?: string; containers: readonly { name: string }[] };
      const where = `namespace="${draft.namespace}",node="${nodeName}",pod="${pod.metadata.name}"`;
      const container = `container="${containers[0]?.name ?? ''}",job="kubelet",${where}`;
      const lines: string[] = [];
      let [cpu, throttled, packets] = [0, 0, 0];
      for (const ago of AGES) {
        const at = now - Math.round(ago * 60);
        const open = within(ago);
        cpu += 0.04 * 5 * wobble(seed, ago, 0.2) * (open ? (effect.cores ?? 1) : 1);
        throttled += 5 * (open ? (effect.throttled ?? 0) : 0);
        packets += 60 * 5 * wobble(seed + 1, ago, 0.1) * (open ? (effect.packets ?? 1) : 1);
        lines.push(`container_cpu_usage_seconds_total{${container}} ${cpu.toFixed(3)} ${at}`);
        lines.push(`container_cpu_cfs_throttled_seconds_total{${container}} ${throttled.toFixed(3)} ${at}`);
        lines.push(
          `container_memory_working_set_bytes{${container}} ${Math.round(9e7 * wobble(seed + 2, ago, 0.01) * (open ? (effect.memory ?? 1) : 1))} ${at}`,
        );
        for (const direction of ['receive', 'transmit'])
          lines.push(`container_network_${direction}_packets_total{interface="eth0",job="kubelet",${where}} ${Math.round(packets)} ${at}`);
      }
      return lines;
    });
  });
}

export interface NodeEffect {
  readonly busy?: number;
  readonly retransmits?: number;
}

/** Processors, memory and TCP of the nodes in the same stretch. */
export function measureNodes(draft: Draft, window: Window, effects: Readonly<Record<string, NodeEffect>> = {}): void {
  const within = (ago: number): boolean => ago <= window.from && ago >= window.to;
  const now = Date.parse(draft.takenAt) / 1000;
  for (const { name, memoryKi } of draft.nodes) {
    const labels = { instance: name, job: 'node-exporter', node: name };
    const { busy = 0, retransmits = 0 } = effects[name] ?? {};
    const seed = name.length + Number(name.at(-1)) * 1.7;
    track(draft, 'instance:node_cpu_utilisation:ratio', labels, (ago) => (within(ago) && busy > 0 ? busy : 0.07) * wobble(seed, ago, 0.05));
    track(draft, 'node_memory_MemAvailable_bytes', labels, (ago) => memoryKi * 1024 * 0.7 * wobble(seed, ago, 0.004));
    const lines: string[] = [];
    let total = 48_000;
    for (const ago of AGES) {
      total += within(ago) ? retransmits * 5 : Math.floor(wobble(seed, ago, 1));
      lines.push(`node_netstat_Tcp_RetransSegs{instance="${name}",job="node-exporter",node="${name}"} ${Math.round(total)} ${now - Math.round(ago * 60)}`);
    }
    draft.metrics.push(() => lines);
  }
}

/** A detector's alert for a latency that grew. */
export function slow(draft: Draft, service: string, normal: number, current: number, firedAgo: number, quantile = 'p90'): void {
  anomaly(
    draft,
    'ServiceLatencyDegradation',
    { service },
    `LATENCY_DEGRADATION [Slow Response] | ${service}-${quantile}latency: Normal=${normal.toFixed(2)}ms -> Current=${current.toFixed(2)}ms (+${((current / normal - 1) * 100).toFixed(1)}%)`,
    firedAgo,
  );
}

/** A detector's alert for requests that became fewer. */
export function fewer(draft: Draft, service: string, normal: number, current: number, firedAgo: number): void {
  anomaly(
    draft,
    'ServiceThroughputDrop',
    { service },
    `THROUGHPUT_DROP [RPS] | Normal=${normal.toFixed(2)}req/s -> Current=${current.toFixed(2)}req/s (${((current / normal - 1) * 100).toFixed(1)}%)`,
    firedAgo,
  );
}

/** The state of a unit of systemd on every node, as node-exporter tells it; the one that stopped is inactive since then. */
export function measureUnits(draft: Draft, stopped?: { readonly node: string; readonly unit: string; readonly ago: number }): void {
  for (const { name } of draft.nodes)
    for (const unit of ['containerd.service', 'kube-proxy.service', 'kubelet.service'])
      for (const state of ['active', 'failed', 'inactive'])
        series(
          draft,
          'node_systemd_unit_state',
          { instance: name, job: 'node-exporter', name: unit, node: name, state },
          (ago) => {
            const off = stopped?.node === name && stopped.unit === unit && ago <= stopped.ago;
            return state === (off ? 'inactive' : 'active') ? 1 : 0;
          },
          10,
          1,
        );
}

/** Whether each Service answers, asked from each worker at the snapshot. */
export function probeServices(draft: Draft, from: Readonly<Record<string, boolean>> = {}): void {
  for (const { name, ports, headless } of draft.services) {
    if (headless || name === 'kube-dns') continue;
    for (const node of ['worker-1', 'worker-2', 'worker-3'])
      series(
        draft,
        'probe_success',
        { instance: `${name}.${draft.namespace}.svc:${ports[0]?.port ?? 80}`, job: 'blackbox', source_node: node },
        () => ((from[node] ?? true) ? 1 : 0),
        0,
        1,
      );
  }
}
