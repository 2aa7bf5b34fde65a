import { describe, expect, it } from 'vitest';
import type { Condition } from '#domain/kubernetes/meta.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { askIn, meta, NOW, node, only, seenIn, type World } from '#testing/world.ts';
import { kubeletDown } from './kubelet-down.ts';

const circumstances = { now: NOW, onset: NOW };
const HEALTHY: Condition = { type: 'Ready', status: 'True', reason: 'KubeletReady' };
const subjectOf = (...conditions: readonly Condition[]): NodeSubject => ({
  kind: 'Node',
  ref: { kind: 'Node', name: 'node-1' },
  object: node('node-1', { status: { conditions } }),
  seenIn,
});
const judge = async (conditions: readonly Condition[], world: World = {}) => kubeletDown.judge(subjectOf(...conditions), askIn(world), circumstances);

/** A unit that ran until 11:52 and not since. */
const stopped = (unit: string, labels: Readonly<Record<string, string>> = { node: 'node-1' }) => ({
  node_systemd_unit_state: [
    {
      labels: { name: `${unit}.service`, state: 'active', ...labels },
      samples: [0, 1, 2, 3, 4].map((minute) => ({ at: Date.parse('2026-03-01T11:50:00Z') + minute * 60_000, value: minute < 3 ? 1 : 0 })),
    },
  ],
});
const UNKNOWN: Condition = {
  type: 'Ready',
  status: 'Unknown',
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
  lastTransitionTime: '2026-03-01T11:51:00Z',
};

describe('kubelet-down', () => {
  it('is certain when the node is unknown and its lease is old', async () => {
    const leases = [{ kind: 'Lease', metadata: meta('node-1', { namespace: 'kube-node-lease' }), spec: { renewTime: '2026-03-01T11:50:00Z' } }];
    expect(only(await judge([UNKNOWN], { leases }))).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { since: '2026-03-01T11:51:00Z' } });
  });

  it('is likely by the condition alone', async () => {
    expect(only(await judge([UNKNOWN]))).toMatchObject({ confidence: 'likely' });
  });

  it('sees the stopped service before the condition changes, by node name or address', async () => {
    expect(only(await judge([HEALTHY], { metrics: stopped('kubelet') }))).toMatchObject({
      confidence: 'certain',
      claim: { title: 'The kubelet of node node-1 is stopped' },
    });
    expect(only(await judge([HEALTHY], { metrics: stopped('kubelet', { instance: '192.0.2.1:9100' }) }))).toMatchObject({ confidence: 'certain' });
  });

  it('does not take the service of another node for its own', async () => {
    expect(only(await judge([HEALTHY], { metrics: stopped('kubelet', { instance: '192.0.2.9:9100' }) }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is ruled out for a node that reports', async () => {
    expect(only(await judge([HEALTHY]))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('says nothing about a node without conditions', async () => {
    expect(await judge([])).toEqual([]);
  });
});
