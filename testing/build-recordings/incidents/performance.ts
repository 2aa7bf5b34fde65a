import { vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { newNewsroom } from '../apps/newsroom.ts';
import { newTicketing } from '../apps/ticketing.ts';
import { logTo, rollOut, workloadOf } from '../draft.ts';
import { celery, pino, spring, zap } from '../log-lines.ts';
import { containerMetrics, series, serviceMetrics, wobble } from '../metrics.ts';
import { resources } from '../parts.ts';
import type { Draft } from '../shape.ts';

const MI = 1024 * 1024;
const same = (name: string): string => name;

/** CPU and memory of the first pod of each workload, as quiet as always unless `cores` says more. */
function quiet(
  draft: Draft,
  names: readonly string[],
  cores: (name: string, ago: number) => number = () => 0.12,
  throttled: (name: string, ago: number) => number = () => 0.002,
): void {
  for (const name of names) {
    const workload = workloadOf(draft, name);
    const container = workload.revisions.at(-1)?.template.spec.containers[0]?.name ?? '';
    containerMetrics(
      draft,
      { pod: same, workload: name, container, node: workload.pods[0]?.node ?? '' },
      { cores: (ago) => cores(name, ago), throttled: (ago) => throttled(name, ago) },
    );
  }
}

/** Counters and gauges of the network of every node. */
function network(
  draft: Draft,
  bad: string,
  since: number,
  worse: { readonly retransmitted: number; readonly probeSeconds: number; readonly lost: boolean },
): void {
  const now = Date.parse(draft.takenAt) / 1000;
  for (const node of draft.nodes) {
    const at = { instance: `${node.ip}:9100`, job: 'node-exporter', node: node.name };
    let retransmitted = 48_120 + node.ip.length * 31;
    let sent = 91_220_411;
    const lines: string[] = [];
    for (let ago = 44; ago >= 0; ago -= 4) {
      const hit = node.name === bad && ago <= since;
      sent += 240 * 1100 * wobble(3, ago);
      retransmitted += 240 * 1.1 * wobble(5, ago) * (hit ? worse.retransmitted : 1);
      const label = `instance="${at.instance}",job="node-exporter",node="${node.name}"`;
      lines.push(
        `node_netstat_Tcp_OutSegs{${label}} ${Math.round(sent)} ${now - ago * 60}`,
        `node_netstat_Tcp_RetransSegs{${label}} ${Math.round(retransmitted)} ${now - ago * 60}`,
      );
    }
    draft.metrics.push(() => lines);
    const probe = { instance: node.ip, job: 'blackbox-icmp', node: node.name };
    series(
      draft,
      'probe_duration_seconds',
      probe,
      (ago) => 0.0011 * wobble(node.ip.length, ago, 0.2) + (node.name === bad && ago <= since ? worse.probeSeconds : 0),
    );
    series(draft, 'probe_success', probe, (ago) => (worse.lost && node.name === bad && ago <= since && Math.round(ago) % 3 === 0 ? 0 : 1));
    series(draft, 'node_load1', at, (ago) => 1.4 * wobble(9, ago, 0.2));
  }
}

/** Every packet of one pod is late: it and those who wait for it are slow, nobody is busy. */
function podDelay(): Draft {
  const draft = newTicketing('latency-pod', [], ['redis']);
  const since = 21;
  serviceMetrics(draft, 'api-gateway', { rate: 42, p50: 24 }, (metric, ago) =>
    ago <= since && metric.startsWith('p') ? { plus: metric === 'p50' ? 120 : 640 } : {},
  );
  serviceMetrics(draft, 'order-service', { rate: 11, p50: 31 }, (metric, ago) => (ago <= since && metric.startsWith('p') ? { plus: 610 } : {}));
  serviceMetrics(draft, 'seat-inventory', { rate: 30, p50: 9 }, (metric, ago) => (ago <= since && metric.startsWith('p') ? { plus: 602 } : {}));
  serviceMetrics(draft, 'mysql', { rate: 210, p50: 2.1 });
  quiet(draft, ['api-gateway', 'order-service', 'seat-inventory']);
  network(draft, '', since, { retransmitted: 1, probeSeconds: 0, lost: false });
  logTo(
    workloadOf(draft, 'order-service'),
    [18, 11, 3].map((ago) => [
      ago,
      spring('order-service', 'WARN', 'nio-8080-exec-3', 'c.k.order.SeatClient', 'Slow call: POST http://seat-inventory:8080/holds took 1211 ms'),
    ]),
  );
  vague(draft, 'HighLatency', 14, 'The p95 of the ticket shop is above 500 ms.', 'warning');
  draft.expected = { root_cause: 'PodNetworkDelay', object: 'app/seat-inventory', family: 'performance' };
  return draft;
}

/** Everything on one node is late. */
function nodeDelay(): Draft {
  const draft = newFleet('latency-node', ['geofence'], ['mongodb']);
  const since = 26;
  for (const name of ['trips', 'geofence']) for (const pod of workloadOf(draft, name).pods) pod.node = 'worker-2';
  for (const name of ['edge-gateway', 'positions']) for (const pod of workloadOf(draft, name).pods) pod.node = 'worker-1';
  const late = (plus: number) => (metric: string, ago: number) => (ago <= since && metric.startsWith('p') ? { plus } : {});
  serviceMetrics(draft, 'trips', { rate: 26, p50: 14 }, late(305));
  serviceMetrics(draft, 'geofence', { rate: 8, p50: 5 }, late(301));
  serviceMetrics(draft, 'positions', { rate: 190, p50: 4 });
  serviceMetrics(draft, 'edge-gateway', { rate: 61, p50: 19 }, (metric, ago) =>
    ago <= since && metric.startsWith('p') ? { plus: metric === 'p50' ? 90 : 310 } : {},
  );
  quiet(draft, ['trips', 'geofence', 'positions', 'edge-gateway']);
  network(draft, 'worker-2', since, { retransmitted: 1.4, probeSeconds: 0.3, lost: false });
  logTo(
    workloadOf(draft, 'edge-gateway'),
    [22, 9].map((ago) => [ago, pino(40, 'slow upstream', { upstream: 'trips', ms: 342 })]),
  );
  vague(draft, 'HighLatency', 19, 'Latency of the fleet API is above its objective.', 'warning');
  draft.expected = { root_cause: 'NodeNetworkDelay', object: 'node/worker-2', family: 'performance' };
  return draft;
}

/** One node loses a tenth of its packets. */
function nodeLoss(): Draft {
  const draft = newTicketing('loss-node', [], ['redis'], 'boxoffice');
  const since = 23;
  for (const name of ['order-service', 'seat-inventory']) for (const pod of workloadOf(draft, name).pods) pod.node = 'worker-3';
  for (const name of ['api-gateway']) for (const pod of workloadOf(draft, name).pods) pod.node = 'worker-1';
  const lossy = (metric: string, ago: number): { times?: number; plus?: number } => {
    if (ago > since) return {};
    if (metric === 'success') return { times: 0.93 };
    return metric === 'p90' ? { plus: 210 } : metric === 'p95' ? { plus: 1040 } : {};
  };
  serviceMetrics(draft, 'order-service', { rate: 11, p50: 31 }, lossy);
  serviceMetrics(draft, 'seat-inventory', { rate: 30, p50: 9 }, lossy);
  serviceMetrics(draft, 'api-gateway', { rate: 42, p50: 24 }, lossy);
  serviceMetrics(draft, 'mysql', { rate: 200, p50: 2 });
  quiet(draft, ['order-service', 'seat-inventory', 'api-gateway']);
  network(draft, 'worker-3', since, { retransmitted: 62, probeSeconds: 0, lost: true });
  logTo(
    workloadOf(draft, 'api-gateway'),
    [17, 6].map((ago) => [
      ago,
      spring(
        'api-gateway',
        'WARN',
        'ctor-http-nio-2',
        'r.netty.http.client.HttpClientConnect',
        '[1f2a, L:/10.42.1.20:41882 - R:order-service/10.43.9.1:8080] The connection observed an error\nio.netty.handler.timeout.ReadTimeoutException: null',
      ),
    ]),
  );
  vague(draft, 'HighErrorRate', 15, 'More than 5% of the requests fail.');
  draft.expected = { root_cause: 'NodeNetworkLoss', object: 'node/worker-3', family: 'performance' };
  return draft;
}

/** A regular expression that never ends keeps a pod busy up to its limit. */
function cpuBusy(): Draft {
  const draft = newFleet('cpu-saturated', ['geofence'], ['mongodb']);
  const since = 27;
  const geofence = workloadOf(draft, 'geofence');
  for (const { template } of geofence.revisions) for (const one of template.spec.containers) one.resources = resources('200m', '96Mi', '256Mi', '500m');
  serviceMetrics(draft, 'geofence', { rate: 8, p50: 5 }, (metric, ago) =>
    ago <= since ? (metric.startsWith('p') ? { times: 90 } : metric === 'rate' ? { times: 0.7 } : { times: 0.97 }) : {},
  );
  serviceMetrics(draft, 'edge-gateway', { rate: 61, p50: 19 }, (metric, ago) => (ago <= since && metric === 'p95' ? { plus: 900 } : {}));
  serviceMetrics(draft, 'trips', { rate: 26, p50: 14 });
  quiet(
    draft,
    ['geofence', 'edge-gateway', 'trips'],
    (name, ago) => (name === 'geofence' ? (ago <= since ? 0.497 : 0.05) : 0.11),
    (name, ago) => (name === 'geofence' && ago <= since ? 0.96 : 0.001),
  );
  draft.metrics.push(({ podsOf }) => [
    `kube_pod_container_resource_limits{container="geofence",job="kube-state-metrics",namespace="fleet",pod="${podsOf('geofence')[0]?.metadata.name}",resource="cpu",unit="core"} 0.5 ${Date.parse(draft.takenAt) / 1000}`,
  ]);
  logTo(
    geofence,
    [20, 8].map((ago) => [ago, zap('warn', 'polygon check slow', { took_ms: 4811, polygon: 'customs-area-7' })]),
  );
  vague(draft, 'HighLatency', 18, 'Geofence events are late.', 'warning');
  draft.expected = { root_cause: 'CpuSaturated', object: 'app/geofence', family: 'performance' };
  return draft;
}

/** A release took away most of the CPU limit. */
function cpuLimit(): Draft {
  const draft = newNewsroom('cpu-throttled', [], ['redis', 'ingress']);
  const since = 33;
  const cms = workloadOf(draft, 'cms');
  const fresh = rollOut(
    cms,
    since,
    (template) => {
      for (const one of template.spec.containers) one.resources = resources('50m', '256Mi', '512Mi', '100m');
    },
    ['worker-1', 'worker-3'],
  );
  cms.pods = fresh;
  serviceMetrics(draft, 'cms', { rate: 38, p50: 62 }, (metric, ago) => (ago <= since && metric.startsWith('p') ? { times: 7 } : {}));
  serviceMetrics(draft, 'postgres', { rate: 410, p50: 3 });
  for (const at of [0, 1])
    containerMetrics(
      draft,
      { pod: same, workload: 'cms', container: 'cms', node: fresh[at]?.node ?? '', at, since },
      { cores: () => 0.0995, throttled: () => 0.88, bytes: () => 240 * MI },
    );
  quiet(draft, ['postgres', 'worker']);
  logTo(workloadOf(draft, 'worker'), [[11, celery('INFO', 'ForkPoolWorker-2', 'Task media.tasks.count_views[77e2f0aa] succeeded in 0.118s: None')]]);
  vague(draft, 'HighLatency', 21, 'The p95 of the site is above one second.', 'warning');
  draft.expected = { root_cause: 'CpuThrottled', object: 'app/cms', family: 'performance' };
  return draft;
}

export const performance = [podDelay, nodeDelay, nodeLoss, cpuBusy, cpuLimit];
