import { describe, expect, it } from 'vitest';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import { askIn, container, meta, NOW, node, only, pod, podSpec, service, type World, workload } from '#testing/world.ts';
import { podNetworkDelay } from './pod-network-delay.ts';

const circumstances = { now: NOW, onset: '2026-03-01T11:40:00Z' };

const START = Date.parse('2026-03-01T11:30:00Z');
/** Samples every 15 s: usual, then high for eight minutes from 11:40 on, then usual again. */
const gauge = (usual: number, high: number) =>
  Array.from({ length: 120 }, (_, index) => ({ at: START + index * 15_000, value: index >= 40 && index < 72 ? high : usual }));

const podOf = (name: string, on: string) =>
  pod(`${name}-1`, {
    metadata: { labels: { app: name } },
    spec: { nodeName: on, containers: [container('app', { resources: { requests: {}, limits: { cpu: '1' } } })] },
  });
function deployment(name: string, calls: readonly string[] = []): Deployment {
  const labels = { app: name };
  const env = calls.map((called) => ({ name: `${called.toUpperCase()}_ADDR`, value: `${called}:80` }));
  return {
    kind: 'Deployment',
    metadata: meta(name),
    spec: {
      replicas: 1,
      selector: { matchLabels: labels, matchExpressions: [] },
      template: { metadata: meta('', { labels }), spec: podSpec({ containers: [container('app', { env })] }) },
      strategy: {},
    },
    status: { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, unavailableReplicas: 0, conditions: [] },
  };
}
const latency = (slow: Readonly<Record<string, number>>, names: readonly string[]) =>
  names.map((name) => ({ labels: { namespace: 'shop', service: name }, samples: gauge(5, slow[name] ?? 5) }));

const names = ['web', 'cart', 'mail'];
/** web calls cart and mail. */
async function judge(
  name: string,
  slow: Readonly<Record<string, number>>,
  cpu: readonly { readonly at: number; readonly value: number }[] = flat,
  world: World = {},
) {
  const { subject, pods } = workload(name, [podOf(name, 'node-1')]);
  const others = names.filter((one) => one !== name).map((one, index) => podOf(one, `node-${index + 2}`));
  return podNetworkDelay.judge(
    subject,
    askIn({
      pods: [...pods.map((one) => ({ ...one, metadata: { ...one.metadata, labels: { app: name } } })), ...others],
      services: names.map((one) => service(one)),
      deployments: [deployment('web', ['cart', 'mail']), deployment('cart'), deployment('mail')],
      metrics: {
        'service:latency_p50_ms': latency(slow, names),
        container_cpu_usage_seconds_total: names.map((one) => ({ labels: { namespace: 'shop', pod: `${one}-1`, container: 'app' }, samples: cpu })),
      },
      ...world,
    }),
    circumstances,
  );
}
const counter = (usual: number, high: number) => {
  let value = 0;
  return gauge(usual, high).map(({ at, value: rate }) => {
    value += rate * 15;
    return { at, value };
  });
};
const flat = counter(0.1, 0.1);

describe('pod-network-delay', () => {
  it('finds the workload at which the delay begins', async () => {
    expect(only(await judge('cart', { cart: 400, web: 450 }))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('400 ms instead of 5 ms') },
    });
  });

  it('is ruled out for the one that is slow because of it', async () => {
    expect(only(await judge('web', { cart: 400, web: 450 }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is ruled out when it uses all the CPU it may', async () => {
    expect(only(await judge('cart', { cart: 400 }, counter(0.1, 0.99)))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('says nothing about what is not slow, or not measured', async () => {
    expect(await judge('mail', { cart: 400 })).toEqual([]);
    expect(await judge('cart', {})).toEqual([]);
    expect(await judge('cart', { cart: 400 }, flat, { gaps: { metrics: 'not-configured' } })).toEqual([]);
  });

  it('is less sure when nothing measures the CPU', async () => {
    expect(only(await judge('cart', { cart: 400 }, []))).toMatchObject({ confidence: 'possible' });
  });

  it('reads the means of histograms where there are no quantiles', async () => {
    const count = counter(10, 10);
    const series = (name: string, high: number) => ({ labels: { namespace: 'shop', service: name }, samples: counter(0.05, high) });
    const metrics = {
      http_server_request_duration_seconds_sum: [series('cart', 4), series('web', 0.05), series('mail', 0.05)],
      http_server_request_duration_seconds_count: names.map((name) => ({ labels: { namespace: 'shop', service: name }, samples: count })),
    };
    expect(only(await judge('cart', {}, flat, { metrics }))).toMatchObject({ verdict: 'found' });
  });

  it('is ruled out when the network of its node is delayed, or when it is held back at its CPU limit', async () => {
    const samples = { 'service:latency_p50_ms': latency({ cart: 400 }, names) };
    const nodes = [node('node-1')];
    const probed = { ...samples, probe_duration_seconds: [{ labels: { node: 'node-1' }, samples: gauge(0.001, 0.3) }] };
    expect(only(await judge('cart', {}, flat, { nodes, metrics: probed }))).toMatchObject({ verdict: 'ruled-out' });
    const of = (rate: number) => [{ labels: { namespace: 'shop', pod: 'cart-1', container: 'app' }, samples: counter(rate, rate) }];
    const throttled = { ...samples, container_cpu_usage_seconds_total: of(0.1), container_cpu_cfs_throttled_seconds_total: of(0.8) };
    expect(only(await judge('cart', {}, flat, { metrics: throttled }))).toMatchObject({ verdict: 'ruled-out' });
  });
});
