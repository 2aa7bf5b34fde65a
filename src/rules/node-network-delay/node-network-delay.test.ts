import { describe, expect, it } from 'vitest';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { askIn, container, meta, NOW, node, only, pod, podSpec, seenIn, service, type World } from '#testing/world.ts';
import { nodeNetworkDelay } from './node-network-delay.ts';

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

const names = ['a', 'b', 'c', 'd', 'e'];
const subject: NodeSubject = { kind: 'Node', ref: { kind: 'Node', name: 'node-1' }, object: node('node-1'), seenIn };
/** a, b and c run on node-1, d and e on node-2; d calls a, e calls nobody. */
async function judge(slow: Readonly<Record<string, number>>, world: World = {}) {
  return nodeNetworkDelay.judge(
    subject,
    askIn({
      pods: names.map((name) => podOf(name, 'abc'.includes(name) ? 'node-1' : 'node-2')),
      services: names.map((one) => service(one)),
      deployments: names.map((name) => deployment(name, name === 'd' ? ['a'] : [])),
      metrics: { 'service:latency_p50_ms': latency(slow, names), ...world.metrics },
      ...(world.gaps ? { gaps: world.gaps } : {}),
      ...(world.deployments ? { deployments: world.deployments } : {}),
    }),
    circumstances,
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
    const chain = { deployments: [deployment('a', ['b']), deployment('b', ['c']), deployment('c'), deployment('d'), deployment('e')] };
    expect(await judge({ a: 310, b: 305, c: 300 }, chain)).toEqual([]);
  });
});
