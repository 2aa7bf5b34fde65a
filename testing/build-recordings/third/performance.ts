import { meta } from '../../../scripts/scenarios/world.ts';
import { mainOf, onMain, recreate, workloadOf } from '../draft.ts';
import { resources } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { fewer, measureNodes, measureServices, measureUnits, slow, type Window } from './measures.ts';
import { dotnet, python } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { again, alarm, anomaly, expect } from './tell.ts';
import { newWebshop } from './webshop.ts';

const WINDOW: Window = { from: 3.3, to: 1.6 };
const FIRED = 3;
const FAMILY = 'performance';

/** Puts everything away from a node but these, and these on it. */
function gather(draft: Draft, node: string, names: readonly string[]): void {
  for (const workload of draft.workloads)
    workload.pods.forEach((pod, at) => {
      pod.node = names.includes(workload.name) ? node : (['worker-1', 'worker-2', 'worker-3'].filter((one) => one !== node)[at % 2] ?? '');
    });
}

/** Every packet of the ledger's pods is held back: its callers are slow, what it calls is not. */
function podDelayLedger(): Draft {
  const draft = newBank('t-ledger-delay');
  const hit = { rate: 0.5, packets: 0.5 };
  measureServices(draft, WINDOW, {
    ledger: { ...hit, latency: 42 },
    payments: { ...hit, latency: 21 },
    statements: { rate: 0.6, latency: 24 },
    edge: { rate: 0.7, latency: 9 },
  });
  measureNodes(draft, WINDOW);
  measureUnits(draft);
  again(
    workloadOf(draft, 'payments'),
    [
      dotnet(
        'warn',
        'Polly',
        "Execution attempt. Source: 'ledger-standard//Standard-AttemptTimeout', Result: 'The operation didn't complete within the allowed timeout'",
      ),
    ],
    3.2,
    0.3,
  );
  alarm(draft, 'ServiceQualityDegradation', FIRED);
  for (const [name, normal, now] of [
    ['ledger', 21.4, 1181.2],
    ['payments', 25.1, 720.4],
    ['statements', 31.2, 803.7],
    ['edge', 11.8, 128.4],
  ] as const)
    slow(draft, name, normal, now, FIRED);
  fewer(draft, 'ledger', 6.1, 3.0, FIRED);
  return expect(draft, 'PodNetworkDelay', 'ledger', FAMILY);
}

/** The same far from the edge: a leaf that two services call. */
function podDelayStore(): Draft {
  const draft = newInference('t-features-delay');
  measureServices(draft, WINDOW, {
    'feature-store': { rate: 0.42, latency: 31, packets: 0.45 },
    scorer: { rate: 0.5, latency: 18 },
    explainer: { rate: 0.6, latency: 14 },
    api: { rate: 0.7, latency: 8 },
  });
  measureNodes(draft, WINDOW);
  measureUnits(draft);
  alarm(draft, 'ServiceLatencyIncreasedSignificantly', FIRED);
  for (const [name, normal, now] of [
    ['feature-store', 14.2, 512.8],
    ['scorer', 33.9, 640.2],
    ['api', 41.0, 402.6],
  ] as const)
    slow(draft, name, normal, now, FIRED, 'p50');
  fewer(draft, 'feature-store', 9.4, 3.9, FIRED);
  return expect(draft, 'PodNetworkDelay', 'feature-store', FAMILY);
}

/** A load generator in the pod eats the processor up to the limit; it is slow and throttled. */
function cpuScorer(): Draft {
  const draft = newInference('t-scorer-cpu');
  mainOf(workloadOf(draft, 'scorer')).resources = resources('500m', '1Gi', '2Gi', '600m');
  measureServices(draft, WINDOW, { scorer: { cores: 14, throttled: 0.8, latency: 16, rate: 0.8 }, api: { latency: 6 }, explainer: { latency: 7 } });
  measureNodes(draft, WINDOW);
  measureUnits(draft);
  alarm(draft, 'ServiceQualityDegradation', FIRED);
  anomaly(draft, 'CPUThrottlingHigh', { service: 'scorer' }, 'RESOURCE_SATURATION [cpu_cfs] | Val: 0.801s (Throttled)', FIRED);
  anomaly(draft, 'ContainerCPUHigh', { service: 'scorer' }, 'RESOURCE_SATURATION [cpu core] | Normal=0.04 cores -> Current=0.56 cores (+1300.0%)', FIRED);
  slow(draft, 'scorer', 29.1, 466.2, FIRED);
  slow(draft, 'api', 38.4, 231.5, FIRED);
  return expect(draft, 'CpuSaturated', 'scorer', FAMILY);
}

/** A limit of a twentieth of a processor: it does no more than ever, and waits. */
function throttledCart(): Draft {
  const draft = newWebshop('t-cart-throttled');
  const cart = workloadOf(draft, 'cart');
  recreate(
    cart,
    4.2,
    onMain((one) => {
      one.resources = resources('20m', '128Mi', '512Mi', '30m');
    }),
  );
  measureServices(
    draft,
    { from: 4, to: 0 },
    { cart: { cores: 0.75, throttled: 0.86, latency: 33, rate: 0.6 }, checkout: { latency: 12, rate: 0.7 }, storefront: { latency: 7 } },
  );
  measureNodes(draft, WINDOW);
  alarm(draft, 'ServiceQualityDegradation', 2);
  anomaly(draft, 'CPUThrottlingHigh', { service: 'cart' }, 'RESOURCE_SATURATION [cpu_cfs] | Val: 0.860s (Throttled)', 2);
  slow(draft, 'cart', 18.2, 620.9, 2);
  return expect(draft, 'CpuThrottled', 'cart', FAMILY);
}

/** All that runs on one machine is slow, and it is busy with nothing. */
function nodeDelay(): Draft {
  const draft = newTelemetry('t-node-delay');
  const names = ['device-registry', 'query-api', 'redis', 'notifier'];
  gather(draft, 'worker-2', names);
  const effect = { latency: 26, rate: 0.5, packets: 0.5 };
  measureServices(draft, WINDOW, {
    ...Object.fromEntries(names.map((name) => [name, effect])),
    ingest: { latency: 9, rate: 0.7 },
    'rules-engine': { latency: 6 },
    console: { latency: 9 },
  });
  measureNodes(draft, WINDOW, { 'worker-2': { retransmits: 0.4 } });
  measureUnits(draft);
  alarm(draft, 'ServiceLatencyIncreasedSignificantly', FIRED);
  for (const name of names) slow(draft, name, 6.1, 168.2, FIRED);
  for (const name of names)
    anomaly(
      draft,
      'ServiceNetworkTrafficDrop',
      { service: name },
      'TRAFFIC_ANOMALY [Network Drop] | Inbound: Normal=60.12pps -> Current=30.44pps (-49.4%) | Outbound: Normal=60.12pps -> Current=30.44pps (-49.4%)',
      FIRED,
    );
  return expect(draft, 'NodeNetworkDelay', 'node/worker-2', FAMILY);
}

/** The machine sends again and again: every third packet is lost. */
function nodeLoss(): Draft {
  const draft = newBank('t-node-loss');
  const names = ['accounts', 'ledger', 'fx-rates'];
  gather(draft, 'worker-3', names);
  measureServices(draft, WINDOW, {
    ...Object.fromEntries(names.map((name) => [name, { latency: 11, rate: 0.6, success: 0.93, packets: 0.7 }])),
    payments: { latency: 8, success: 0.95 },
    statements: { latency: 8 },
    edge: { latency: 4 },
  });
  measureNodes(draft, WINDOW, { 'worker-3': { retransmits: 31 } });
  measureUnits(draft);
  alarm(draft, 'ServiceLatencyIncreasedSignificantly', FIRED);
  anomaly(
    draft,
    'NodeTCPRetransmissionsHigh',
    { node: 'worker-3' },
    'NETWORK_QUALITY_DEGRADED [TCP Retransmission] | Normal=0.40retrans -> Current=31.00retrans (New Spike)',
    FIRED,
  );
  for (const name of names) slow(draft, name, 9.8, 107.6, FIRED);
  return expect(draft, 'NodeNetworkLoss', 'node/worker-3', FAMILY);
}

/** A backup on the machine takes all its processors; what runs there is slow. */
function nodeCpu(): Draft {
  const draft = newWebshop('t-node-cpu');
  const names = ['catalog', 'cart', 'redis'];
  gather(draft, 'worker-1', names);
  measureServices(draft, WINDOW, {
    ...Object.fromEntries(names.map((name) => [name, { latency: 15, rate: 0.7 }])),
    storefront: { latency: 7 },
    checkout: { latency: 8 },
  });
  measureNodes(draft, WINDOW, { 'worker-1': { busy: 0.985 } });
  measureUnits(draft);
  alarm(draft, 'ServiceQualityDegradation', FIRED);
  anomaly(draft, 'NodeCPUHigh', { node: 'worker-1' }, 'RESOURCE_SATURATION [cpu utilization] | Normal=7.02% -> Current=98.51% (+1303.3%)', FIRED);
  for (const name of names) slow(draft, name, 12.1, 181.5, FIRED);
  return expect(draft, 'NodeCpuSaturated', 'node/worker-1', FAMILY);
}

/** The autoscaler cannot read what it scales by, since nothing serves resource metrics. */
function hpaBlind(): Draft {
  const draft = newInference('t-hpa-metrics');
  draft.extras.push(({ world, find }) => {
    const why = 'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container api of Pod api';
    find('Deployment', 'api');
    world.add({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: meta(world, 'HorizontalPodAutoscaler', 'api', 20_000, {}),
      spec: {
        minReplicas: 2,
        maxReplicas: 8,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
      },
      status: {
        currentReplicas: 2,
        desiredReplicas: 0,
        currentMetrics: null,
        conditions: [
          {
            type: 'AbleToScale',
            status: 'True',
            reason: 'SucceededGetScale',
            lastTransitionTime: world.ago(30),
            message: "the HPA controller was able to get the target's current scale",
          },
          { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', lastTransitionTime: world.ago(12), message: why },
        ],
      },
    });
  });
  const api = workloadOf(draft, 'api');
  recreate(
    api,
    13,
    onMain((one) => {
      one.resources = { limits: { memory: '1Gi' } };
    }),
  );
  again(api, [python('WARNING', 'api.queue', 'queue is long: 214 requests wait')], 9, 0.5);
  alarm(draft, 'ServiceQualityDegradation');
  return expect(draft, 'HpaMetricsUnavailable', 'api', FAMILY);
}

export const performance = [podDelayLedger, podDelayStore, cpuScorer, throttledCart, nodeDelay, nodeLoss, nodeCpu, hpaBlind];
