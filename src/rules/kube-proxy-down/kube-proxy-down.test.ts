import { describe, expect, it } from 'vitest';
import type { Condition } from '#domain/kubernetes/meta.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { askIn, NOW, node, only, pod, seenIn, type World } from '#testing/world.ts';
import { kubeProxyDown } from './kube-proxy-down.ts';

const circumstances = { now: NOW, onset: NOW };
const HEALTHY: Condition = { type: 'Ready', status: 'True', reason: 'KubeletReady' };
const subjectOf = (...conditions: readonly Condition[]): NodeSubject => ({
  kind: 'Node',
  ref: { kind: 'Node', name: 'node-1' },
  object: node('node-1', { status: { conditions } }),
  seenIn,
});
const judge = async (conditions: readonly Condition[], world: World = {}) => kubeProxyDown.judge(subjectOf(...conditions), askIn(world), circumstances);

/** A unit that ran until 11:52 and not since. */
const stopped = (unit: string, labels: Readonly<Record<string, string>> = { node: 'node-1' }) => ({
  node_systemd_unit_state: [
    {
      labels: { name: `${unit}.service`, state: 'active', ...labels },
      samples: [0, 1, 2, 3, 4].map((minute) => ({ at: Date.parse('2026-03-01T11:50:00Z') + minute * 60_000, value: minute < 3 ? 1 : 0 })),
    },
  ],
});
const proxy = (on: string, ready: string) =>
  pod(`kube-proxy-${on}`, {
    metadata: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-proxy' } },
    spec: { nodeName: on },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });

describe('kube-proxy-down', () => {
  it('finds a stopped service', async () => {
    expect(only(await judge([HEALTHY], { metrics: stopped('kube-proxy') }))).toMatchObject({ verdict: 'found', confidence: 'certain' });
  });

  it('finds a service that stopped before anything was measured, by the other nodes where it runs', async () => {
    const unit = (on: string, value: number) => ({
      labels: { name: 'kube-proxy.service', state: 'active', node: on },
      samples: [{ at: Date.parse('2026-03-01T11:50:00Z'), value }],
    });
    const of = (...series: readonly ReturnType<typeof unit>[]) => ({ metrics: { node_systemd_unit_state: series } });
    expect(only(await judge([HEALTHY], of(unit('node-1', 0), unit('node-2', 1), unit('node-3', 1))))).toMatchObject({ verdict: 'found', confidence: 'likely' });
    expect(await judge([HEALTHY], of(unit('node-1', 0), unit('node-2', 0), unit('node-3', 1)))).toEqual([]);
    expect(await judge([HEALTHY], of(unit('node-1', 0), unit('node-2', 1)))).toEqual([]);
    expect(await judge([HEALTHY], of(unit('node-2', 1), unit('node-3', 1)))).toEqual([]);
  });

  it('finds a pod that is not ready', async () => {
    expect(only(await judge([HEALTHY], { pods: [proxy('node-1', 'False')] }))).toMatchObject({
      confidence: 'certain',
      claim: { remedies: expect.arrayContaining([expect.objectContaining({ command: 'kubectl -n kube-system delete pod/kube-proxy-node-1' })]) },
    });
  });

  it('is ruled out when its pod is ready', async () => {
    expect(only(await judge([HEALTHY], { pods: [proxy('node-1', 'True')] }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not miss a kube-proxy in a cluster that uses none', async () => {
    expect(await judge([HEALTHY])).toEqual([]);
  });

  it('says nothing about a node that does not report', async () => {
    expect(await judge([{ type: 'Ready', status: 'Unknown' }], { metrics: stopped('kube-proxy') })).toEqual([]);
  });
});
