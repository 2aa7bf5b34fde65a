import { describe, expect, it } from 'vitest';
import { calling, counter, gauge, latencies, measuredCircumstances, podOn } from '#testing/measured.ts';
import { alert, askIn, node, only, service, type World, workload } from '#testing/world.ts';
import { podNetworkDelay } from './pod-network-delay.ts';

const names = ['web', 'cart', 'mail'];
/** web calls cart and mail. */
async function judge(
  name: string,
  slow: Readonly<Record<string, number>>,
  cpu: readonly { readonly at: number; readonly value: number }[] = flat,
  world: World = {},
) {
  const { subject, pods } = workload(name, [podOn(name, 'node-1')]);
  const others = names.filter((one) => one !== name).map((one, index) => podOn(one, `node-${index + 2}`));
  return podNetworkDelay.judge(
    subject,
    askIn({
      pods: [...pods.map((one) => ({ ...one, metadata: { ...one.metadata, labels: { app: name } } })), ...others],
      services: names.map((one) => service(one)),
      deployments: [calling('web', ['cart', 'mail']), calling('cart'), calling('mail')],
      metrics: {
        'service:latency_p50_ms': latencies(slow, names),
        container_cpu_usage_seconds_total: names.map((one) => ({ labels: { namespace: 'shop', pod: `${one}-1`, container: 'app' }, samples: cpu })),
      },
      ...world,
    }),
    measuredCircumstances,
  );
}
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

  it('knows from the calls that were seen what no setting tells', async () => {
    const deployments = names.map((name) => calling(name));
    const slow = { cart: 400, web: 450 };
    expect(only(await judge('web', slow, flat, { deployments }))).toMatchObject({ verdict: 'found' });
    const calls = [{ client: { name: 'web', namespace: 'shop' }, server: { name: 'cart', namespace: undefined } }];
    expect(only(await judge('web', slow, flat, { deployments, calls }))).toMatchObject({ verdict: 'ruled-out' });
    expect(only(await judge('cart', slow, flat, { deployments, calls }))).toMatchObject({ verdict: 'found' });
    const elsewhere = [{ client: { name: 'web', namespace: 'stage' }, server: { name: 'cart', namespace: 'stage' } }];
    expect(only(await judge('web', slow, flat, { deployments, calls: elsewhere }))).toMatchObject({ verdict: 'found' });
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
    const samples = { 'service:latency_p50_ms': latencies({ cart: 400 }, names) };
    const nodes = [node('node-1')];
    const probed = { ...samples, probe_duration_seconds: [{ labels: { node: 'node-1' }, samples: gauge(0.001, 0.3) }] };
    expect(only(await judge('cart', {}, flat, { nodes, metrics: probed }))).toMatchObject({ verdict: 'ruled-out' });
    const of = (rate: number) => [{ labels: { namespace: 'shop', pod: 'cart-1', container: 'app' }, samples: counter(rate, rate) }];
    const throttled = { ...samples, container_cpu_usage_seconds_total: of(0.1), container_cpu_cfs_throttled_seconds_total: of(0.8) };
    expect(only(await judge('cart', {}, flat, { metrics: throttled }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('goes by the alerts where nothing measures it: the one slow workload that calls nothing slow, and its callers', async () => {
    const slow = (service: string) => alert('Late', { namespace: 'shop', service }, 'latency is high');
    const by = (name: string, ...alerts: readonly ReturnType<typeof alert>[]) => judge(name, {}, flat, { metrics: {}, alerts });
    expect(only(await by('cart', slow('cart'), slow('web')))).toMatchObject({ verdict: 'found', confidence: 'possible' });
    expect(await by('web', slow('cart'), slow('web'))).toEqual([]);
    expect(await by('cart', slow('cart'), slow('mail'), slow('web'))).toEqual([]);
    expect(await by('cart', slow('cart'), slow('web'), alert('CPUBusy', { namespace: 'shop', service: 'cart' }))).toEqual([]);
  });
});
