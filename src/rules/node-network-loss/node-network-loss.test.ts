import { describe, expect, it } from 'vitest';
import type { NodeSubject } from '#domain/subject.ts';
import { calling, gauge, latencies, measuredCircumstances, podOn } from '#testing/measured.ts';
import { alert, askIn, node, only, seenIn, service, type World } from '#testing/world.ts';
import { nodeNetworkLoss } from './node-network-loss.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const subject: NodeSubject = { kind: 'Node', ref: { kind: 'Node', name: 'node-1' }, object: node('node-1'), seenIn };
/** a, b and c run on node-1, d and e on node-2; d calls a, e calls nobody. */
async function judge(slow: Readonly<Record<string, number>>, world: World = {}) {
  return nodeNetworkLoss.judge(
    subject,
    askIn({
      pods: names.map((name) => podOn(name, 'abc'.includes(name) ? 'node-1' : 'node-2')),
      services: names.map((one) => service(one)),
      deployments: names.map((name) => calling(name, name === 'd' ? ['a'] : [])),
      metrics: { 'service:latency_p50_ms': latencies(slow, names), ...world.metrics },
      ...(world.gaps ? { gaps: world.gaps } : {}),
      alerts: world.alerts ?? [],
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

describe('node-network-loss', () => {
  it('is certain when the node resends much more than others and what runs there is slow', async () => {
    const metrics = { node_netstat_Tcp_RetransSegs: [resent(0.01, 8.5), resent(0, 1, 'node-2')] };
    expect(only(await judge({ a: 180 }, { metrics }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('8.5') },
    });
  });

  it('says nothing when nothing there is slow, though latencies are measured', async () => {
    expect(await judge({}, { metrics: { node_netstat_Tcp_RetransSegs: [resent(0.01, 8.5)] } })).toEqual([]);
  });

  it('says nothing when it is a small share of what is sent', async () => {
    const metrics = { node_netstat_Tcp_RetransSegs: [resent(0.01, 8.5)], node_netstat_Tcp_OutSegs: [resent(9000, 9000)] };
    expect(await judge({ a: 180 }, { metrics })).toEqual([]);
  });

  it('says nothing when it always was so, or another node resends as much', async () => {
    expect(await judge({ a: 180 }, { metrics: { node_netstat_Tcp_RetransSegs: [resent(8, 8)] } })).toEqual([]);
    expect(await judge({ a: 180 }, { metrics: { node_netstat_Tcp_RetransSegs: [resent(0.01, 8.5), resent(0, 8, 'node-2')] } })).toEqual([]);
  });

  it('says nothing without measurements', async () => {
    expect(await judge({}, { gaps: { metrics: 'not-configured' } })).toEqual([]);
  });

  it('goes by the alerts where nothing measures it: resent segments of this node, and slow answers there', async () => {
    const gaps = { metrics: 'not-configured' } as const;
    const slow = alert('AnswersAreLate', { namespace: 'shop', service: 'a' }, 'p95 latency of a is 900 ms');
    const resends = (figure: string, on = 'node-1') => alert('TcpTrouble', { node: on }, `It retransmits ${figure}`);
    expect(only(await judge({}, { gaps, alerts: [slow, resends('7.5 segments per second')] }))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('7.5 per second') },
    });
    expect(only(await judge({}, { gaps, alerts: [slow, resends('many segments')] }))).toMatchObject({ confidence: 'possible' });
    expect(only(await judge({}, { gaps, alerts: [slow, resends('0.4 segments per second')] }))).toMatchObject({ verdict: 'undecided' });
    expect(only(await judge({}, { gaps, alerts: [slow, resends('7.5 per second'), resends('7 per second', 'node-2')] }))).toMatchObject({
      verdict: 'undecided',
    });
    expect(await judge({}, { gaps, alerts: [slow, resends('7.5 per second', 'node-2')] })).toEqual([]);
    expect(await judge({}, { gaps, alerts: [resends('7.5 per second')] })).toEqual([]);
  });
});
