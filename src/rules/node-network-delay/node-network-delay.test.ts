import { describe, expect, it } from 'vitest';
import type { NodeSubject } from '#domain/subject.ts';
import { calling, gauge, latencies, measuredCircumstances, podOn } from '#testing/measured.ts';
import { alert, askIn, node, only, seenIn, service, type World } from '#testing/world.ts';
import { nodeNetworkDelay } from './node-network-delay.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const subject: NodeSubject = { kind: 'Node', ref: { kind: 'Node', name: 'node-1' }, object: node('node-1'), seenIn };
/** a, b and c run on node-1, d and e on node-2; d calls a, e calls nobody. */
async function judge(slow: Readonly<Record<string, number>>, world: World = {}) {
  return nodeNetworkDelay.judge(
    subject,
    askIn({
      pods: names.map((name) => podOn(name, 'abc'.includes(name) ? 'node-1' : 'node-2')),
      services: names.map((one) => service(one)),
      deployments: names.map((name) => calling(name, name === 'd' ? ['a'] : [])),
      metrics: { 'service:latency_p50_ms': latencies(slow, names), ...world.metrics },
      ...(world.gaps ? { gaps: world.gaps } : {}),
      alerts: world.alerts ?? [],
      ...(world.deployments ? { deployments: world.deployments } : {}),
    }),
    measuredCircumstances,
  );
}
const resent = (usual: number, high: number, on = 'node-1') => {
  let value = 0;
  return {
    labels: { node: on },
    samples: gauge(usual, high).map(({ at, value: rate }) => {
      value += rate * 15;
      return { at, value };
    }),
  };
};

describe('node-network-delay', () => {
  it('finds a node on which most became slow together', async () => {
    expect(only(await judge({ a: 300, b: 200, c: 400, d: 300 }))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('node-1') },
    });
  });

  it('is certain when the node also resends and is not busy', async () => {
    const metrics = {
      node_netstat_Tcp_RetransSegs: [resent(0, 0.7)],
      'instance:node_cpu_utilisation:ratio': [{ labels: { node: 'node-1' }, samples: gauge(0.1, 0.1) }],
    };
    expect(only(await judge({ a: 300, b: 200, c: 400 }, { metrics }))).toMatchObject({ confidence: 'certain' });
  });

  it('is ruled out when the node is busy', async () => {
    const metrics = { 'instance:node_cpu_utilisation:ratio': [{ labels: { node: 'node-1' }, samples: gauge(0.2, 0.97) }] };
    expect(only(await judge({ a: 300, b: 200, c: 400 }, { metrics }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not suspect the node for one slow workload, or when others are slow for themselves', async () => {
    expect(await judge({ a: 300, d: 300 })).toEqual([]);
    expect(await judge({ a: 300, b: 300, c: 300, e: 300 })).toEqual([]);
  });

  it('says nothing without measurements', async () => {
    expect(await judge({}, { gaps: { metrics: 'not-configured' } })).toEqual([]);
  });

  it('is certain when the node itself answers probes later, however few are slow there', async () => {
    const probe = (after: number) => ({ probe_duration_seconds: [{ labels: { instance: '192.0.2.1', job: 'icmp' }, samples: gauge(0.001, after) }] });
    expect(only(await judge({ a: 300 }, { metrics: probe(0.3) }))).toMatchObject({
      confidence: 'certain',
      claim: { title: expect.stringContaining('by 299 ms') },
    });
    expect(only(await judge({ a: 300, b: 200, c: 400 }, { metrics: probe(0.001) }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not suspect the node when all but one are slow for what they call', async () => {
    const chain = { deployments: [calling('a', ['b']), calling('b', ['c']), calling('c'), calling('d'), calling('e')] };
    expect(await judge({ a: 310, b: 305, c: 300 }, chain)).toEqual([]);
  });

  it('goes by the alerts where nothing measures it: they name all that runs there, and nothing slow elsewhere', async () => {
    const gaps = { metrics: 'not-configured' } as const;
    const slow = (service: string) => alert('Late', { namespace: 'shop', service }, 'latency is high');
    const fewer = alert('Fewer', { namespace: 'shop', service: 'c' }, 'throughput fell by 40%');
    expect(only(await judge({}, { gaps, alerts: [slow('a'), slow('b'), fewer] }))).toMatchObject({
      verdict: 'found',
      confidence: 'possible',
      claim: { title: expect.stringContaining('3 of the 3 workloads') },
    });
    expect(await judge({}, { gaps, alerts: [slow('a'), slow('b')] })).toEqual([]);
    expect(await judge({}, { gaps, alerts: [slow('a'), slow('b'), fewer, slow('e')] })).toEqual([]);
    expect(await judge({}, { gaps, alerts: [slow('a'), slow('b'), fewer, alert('CPUBusy', { node: 'node-1' })] })).toEqual([]);
  });
});
