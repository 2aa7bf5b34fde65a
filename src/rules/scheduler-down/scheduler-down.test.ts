import { describe, expect, it } from 'vitest';
import { askIn, event, meta, NOW, node, only, pod, type World } from '#testing/world.ts';
import { schedulerDown } from './scheduler-down.ts';

const circumstances = { now: NOW, onset: NOW };
const judge = async (world: World) =>
  schedulerDown.judge({ kind: 'Cluster', ref: { kind: 'Cluster', name: 'cluster' }, namespaces: ['shop'] }, askIn(world), circumstances);
const waiting = pod('web-1', {
  metadata: { creationTimestamp: '2026-03-01T11:55:00Z' },
  spec: { nodeName: undefined },
  status: { phase: 'Pending', conditions: [], containerStatuses: [] },
});
const plane = node('plane-1', { metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } } });
const lease = (name: string, renewTime: string) => ({
  kind: 'Lease',
  metadata: meta(name, { namespace: 'kube-system' }),
  spec: { renewTime, holderIdentity: 'plane-1_abc' },
});
const stale = [lease('kube-scheduler', '2026-03-01T11:50:00Z'), lease('kube-controller-manager', '2026-03-01T11:59:58Z')];

describe('scheduler-down', () => {
  it('is certain when pods wait unseen and the lease is old, and names the node', async () => {
    expect(only(await judge({ pods: [waiting], nodes: [plane], leases: stale }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { subject: { kind: 'Node', name: 'plane-1' }, affects: [{ name: 'web-1' }] },
    });
  });

  it('is likely when pods wait unseen', async () => {
    expect(only(await judge({ pods: [waiting], nodes: [plane] }))).toMatchObject({ confidence: 'likely' });
  });

  it('is ruled out when the scheduler said something about the pod', async () => {
    expect(only(await judge({ pods: [waiting], events: [event(waiting, 'FailedScheduling', '0/4 nodes are available')] }))).toMatchObject({
      verdict: 'ruled-out',
    });
  });

  it('does not count pods of another scheduler, gated ones and brand new ones', async () => {
    const others = [
      { ...waiting, spec: { ...waiting.spec, schedulerName: 'volcano' } },
      { ...waiting, spec: { ...waiting.spec, schedulingGates: ['quota'] } },
      { ...waiting, metadata: { ...waiting.metadata, creationTimestamp: '2026-03-01T11:59:55Z' } },
    ];
    expect(only(await judge({ pods: others }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is undecided about an old lease while no pod waits', async () => {
    expect(only(await judge({ nodes: [plane], leases: stale }))).toMatchObject({ verdict: 'undecided' });
  });

  it('does not take a stopped clock for an old lease', async () => {
    expect(
      only(
        await judge({ nodes: [plane], leases: [lease('kube-scheduler', '2026-03-01T11:50:00Z'), lease('kube-controller-manager', '2026-03-01T11:50:01Z')] }),
      ),
    ).toMatchObject({
      verdict: 'ruled-out',
    });
  });
});
