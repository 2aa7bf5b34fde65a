import { mainOf, onMain, recreate, setEnv, workloadOf } from '../draft.ts';
import { spring } from '../log-lines.ts';
import { containerMetrics } from '../metrics.ts';
import { resources } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { fewer, measureNodes, measureServices, measureUnits, slow, type Window } from '../third/measures.ts';
import { slog } from '../third/stack-lines.ts';
import { again, alarm, anomaly } from '../third/tell.ts';
import { addObject, familyOf } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel } from './hotel.ts';
import { newRetail, of } from './retail.ts';
import { newVideo } from './video.ts';

const fault = familyOf('performance');
const WINDOW: Window = { from: 3.4, to: 1.5 };
const FIRED = 3;

const delay = fault('rooms-delay', newHotel, 'PodNetworkDelay', 'rooms', (draft) => {
  const hit = { rate: 0.5, packets: 0.5 };
  measureServices(draft, WINDOW, {
    rooms: { ...hit, latency: 38 },
    bookings: { ...hit, latency: 19 },
    offers: { rate: 0.55, latency: 22 },
    gateway: { rate: 0.7, latency: 8 },
  });
  measureNodes(draft, WINDOW);
  measureUnits(draft);
  again(workloadOf(draft, 'bookings'), [spring('bookings', 'WARN', 'nio-8080-exec-2', 'c.b.b.RoomsClient', 'rooms took 1204 ms')], 3.2, 0.4);
  alarm(draft, 'ServiceQualityDegradation', FIRED);
  for (const [name, normal, now] of [
    ['rooms', 19.1, 912.5],
    ['bookings', 26.2, 610.4],
    ['offers', 22.4, 583.8],
  ] as const)
    slow(draft, name, normal, now, FIRED);
  fewer(draft, 'rooms', 8.2, 4.1, FIRED);
});

const storeDelay = fault('redis-delay', newRetail, 'PodNetworkDelay', of('pricing'), (draft) => {
  setEnv(mainOf(workloadOf(draft, of('shop-web'))), 'PRICING_API', `http://${of('pricing')}:8080`);
  measureServices(draft, WINDOW, {
    [of('pricing')]: { rate: 0.45, latency: 30, packets: 0.45 },
    [of('storefront')]: { rate: 0.6, latency: 12 },
    [of('shop-web')]: { rate: 0.7, latency: 9 },
  });
  measureNodes(draft, WINDOW);
  measureUnits(draft);
  alarm(draft, 'ServiceLatencyIncreasedSignificantly', FIRED);
  for (const [name, normal, now] of [
    [of('pricing'), 11.4, 401.2],
    [of('storefront'), 31.9, 480.1],
  ] as const)
    slow(draft, name, normal, now, FIRED, 'p50');
});

const burn = fault('track-cpu', newFleet, 'CpuSaturated', 'track-api', (draft) => {
  measureServices(draft, WINDOW, { 'track-api': { cores: 11, throttled: 0.7, latency: 14, rate: 0.8 }, haproxy: { latency: 6 } });
  measureNodes(draft, WINDOW);
  measureUnits(draft);
  alarm(draft, 'ServiceQualityDegradation', FIRED);
  anomaly(draft, 'ContainerCPUHigh', { service: 'track-api' }, 'RESOURCE_SATURATION [cpu core] | Normal=0.04 cores -> Current=0.44 cores (+1000.0%)', FIRED);
  slow(draft, 'track-api', 14.9, 211.5, FIRED);
});

/** Only cAdvisor's series, half an hour of them: the limit was cut with the last release. */
const throttled = fault('pricing-throttled', newRetail, 'CpuThrottled', of('pricing'), (draft) => {
  const pricing = workloadOf(draft, of('pricing'));
  recreate(
    pricing,
    24,
    onMain((one) => {
      one.resources = resources('50m', '128Mi', '512Mi', '60m');
    }),
  );
  containerMetrics(
    draft,
    { pod: (name) => name, workload: of('pricing'), container: 'pricing', node: pricing.pods[0]?.node ?? '', since: 24 },
    { cores: () => 0.055, throttled: () => 0.74, bytes: () => 9e7 },
  );
  draft.alerts.push(({ podsOf }) => ({
    labels: {
      alertname: 'CPUThrottlingHigh',
      container: 'pricing',
      namespace: draft.namespace,
      pod: podsOf(of('pricing'))[0]?.metadata.name ?? '',
      severity: 'info',
    },
    annotations: {
      description: `74% throttling of CPU in namespace ${draft.namespace} for container pricing.`,
      summary: 'Processes experience elevated CPU throttling.',
    },
    firedAgo: 6,
    expression:
      'sum by (container, pod, namespace) (increase(container_cpu_cfs_throttled_periods_total[5m])) / sum by (container, pod, namespace) (increase(container_cpu_cfs_periods_total[5m])) > 0.25',
  }));
  draft.groupLabels = { namespace: draft.namespace };
});

const hpa = (draft: Draft, name: string, target: string, max: number, status: Record<string, unknown>): void =>
  addObject(draft, 'autoscaling/v2', 'HorizontalPodAutoscaler', name, 30_000, {
    spec: {
      minReplicas: 1,
      maxReplicas: max,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }],
    },
    status,
  });

/** It is to scale a Deployment that was renamed. */
const hpaTarget = fault('hpa-target', newVideo, 'HpaTargetMissing', 'transcoder-hpa', (draft) => {
  hpa(draft, 'transcoder-hpa', 'transcoder-v1', 20, {
    currentReplicas: 0,
    desiredReplicas: 0,
    conditions: [
      {
        type: 'AbleToScale',
        status: 'False',
        reason: 'FailedGetScale',
        lastTransitionTime: new Date(Date.parse(draft.takenAt) - 21 * 60_000).toISOString().replace('.000Z', 'Z'),
        message: 'the HPA controller was unable to get the target\'s current scale: deployments/scale.apps "transcoder-v1" not found',
      },
    ],
  });
  alarm(draft, 'ServiceQualityDegradation');
});

/** metrics-server is not there; nothing can be scaled by what is used. */
const hpaBlind = fault('hpa-blind', newFleet, 'HpaMetricsUnavailable', 'track-api', (draft) => {
  const at = new Date(Date.parse(draft.takenAt) - 18 * 60_000).toISOString().replace('.000Z', 'Z');
  hpa(draft, 'track-api', 'track-api', 10, {
    currentReplicas: 2,
    desiredReplicas: 0,
    conditions: [
      {
        type: 'AbleToScale',
        status: 'True',
        reason: 'SucceededGetScale',
        lastTransitionTime: at,
        message: "the HPA controller was able to get the target's current scale",
      },
      {
        type: 'ScalingActive',
        status: 'False',
        reason: 'FailedGetResourceMetric',
        lastTransitionTime: at,
        message:
          'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
      },
    ],
  });
  again(workloadOf(draft, 'track-api'), [slog('WARN', 'queue is long', 'waiting=311')], 9, 0.6);
  alarm(draft, 'ServiceQualityDegradation');
});

const nodeDelay = fault('node-delay', newRetail, 'NodeNetworkDelay', 'node/worker-3', (draft) => {
  const names = [of('pricing'), of('storefront'), of('search')];
  for (const workload of draft.workloads)
    workload.pods.forEach((pod, at) => {
      pod.node = names.includes(workload.name) ? 'worker-3' : (['worker-1', 'worker-2'][at % 2] ?? '');
    });
  const effect = { latency: 24, rate: 0.5, packets: 0.5 };
  measureServices(draft, WINDOW, { ...Object.fromEntries(names.map((name) => [name, effect])), [of('shop-web')]: { latency: 9, rate: 0.8 } });
  measureNodes(draft, WINDOW, { 'worker-3': { retransmits: 0.3 } });
  measureUnits(draft);
  alarm(draft, 'ServiceLatencyIncreasedSignificantly', FIRED);
  for (const name of names) slow(draft, name, 7.3, 180.2, FIRED);
});

export const performance = [delay, storeDelay, burn, throttled, hpaTarget, hpaBlind, nodeDelay];
