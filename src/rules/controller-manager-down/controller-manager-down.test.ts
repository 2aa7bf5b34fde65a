import { describe, expect, it } from 'vitest';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import { askIn, meta, NOW, node, only, podSpec, type World } from '#testing/world.ts';
import { controllerManagerDown } from './controller-manager-down.ts';

const circumstances = { now: NOW, onset: NOW };
const judge = async (world: World) =>
  controllerManagerDown.judge({ kind: 'Cluster', ref: { kind: 'Cluster', name: 'cluster' }, namespaces: ['shop'] }, askIn(world), circumstances);
const lease = (name: string, renewTime: string) => ({
  kind: 'Lease',
  metadata: meta(name, { namespace: 'kube-system' }),
  spec: { renewTime, holderIdentity: 'plane-1_abc' },
});
const leases = [lease('kube-controller-manager', '2026-03-01T11:50:00Z'), lease('kube-scheduler', '2026-03-01T11:59:58Z')];
const behind: Deployment = {
  kind: 'Deployment',
  metadata: meta('web', { generation: 5 }),
  spec: { selector: { matchLabels: {}, matchExpressions: [] }, template: { metadata: meta(''), spec: podSpec() }, strategy: {} },
  status: { observedGeneration: 4, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, unavailableReplicas: 0, conditions: [] },
};

describe('controller-manager-down', () => {
  it('is certain when its lease is old and nobody acts on changes', async () => {
    expect(only(await judge({ leases, deployments: [behind], nodes: [node('plane-1')] }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { subject: { kind: 'Node', name: 'plane-1' }, affects: [{ name: 'web' }] },
    });
  });

  it('is undecided about an old lease alone', async () => {
    expect(only(await judge({ leases }))).toMatchObject({ verdict: 'undecided' });
  });

  it('says nothing when nothing speaks against it', async () => {
    expect(await judge({ deployments: [behind] })).toEqual([]);
    expect(await judge({ gaps: { leases: 'forbidden', pods: 'forbidden' } })).toEqual([]);
  });
});
