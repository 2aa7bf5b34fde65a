import { describe, expect, it } from 'vitest';
import type { Present } from '#domain/evidence.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { replicaSet } from '#testing/objects.ts';
import { NOW, pod, workload } from '#testing/world.ts';
import { claimAllPods } from './unclaimed-pods.ts';

const list = (...data: readonly Pod[]): Present<readonly Pod[]> => ({
  outcome: 'present',
  question: { about: 'list', topic: 'pods', namespace: 'shop' },
  observedAt: NOW,
  data,
});
const owned = (name: string, kind: string, owner: string, labels: Readonly<Record<string, string>> = {}): Pod =>
  pod(name, { metadata: { labels, ownerReferences: [{ kind, name: owner, uid: `uid-${owner}`, controller: true }] } });
const hash = { app: 'cart', 'pod-template-hash': '6d5f8' };

describe('claimAllPods', () => {
  it('gives a Deployment its pods where its ReplicaSets cannot be read', () => {
    const { subject } = workload('cart');
    const [all, ...more] = claimAllPods([{ ...subject, ownerUids: ['uid-deployment'] }], [], list(owned('cart-6d5f8-a', 'ReplicaSet', 'cart-6d5f8', hash)));
    expect(all).toMatchObject({ ref: { kind: 'Deployment', name: 'cart' }, ownerUids: ['uid-deployment', 'uid-cart-6d5f8'] });
    expect(more).toEqual([]);
  });

  it('names the Deployment that may not be read itself, without the hash among its labels', () => {
    expect(claimAllPods([], [], list(owned('cart-6d5f8-a', 'ReplicaSet', 'cart-6d5f8', hash)))).toMatchObject([
      { ref: { kind: 'Deployment', namespace: 'shop', name: 'cart' }, desired: 1, ready: 1, template: { metadata: { labels: { app: 'cart' } } } },
    ]);
  });

  it('takes what it does not know for a workload: an operator of its own, a Rollout above a ReplicaSet', () => {
    const set = replicaSet('cart');
    const above = {
      ...set,
      metadata: { ...set.metadata, uid: 'uid-set', ownerReferences: [{ kind: 'Rollout', name: 'cart', uid: 'uid-rollout', controller: true }] },
    };
    const ofSet = pod('cart-1', { metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: set.metadata.name, uid: 'uid-set', controller: true }] } });
    const told = claimAllPods([], [above], list(ofSet, owned('db-1', 'Cluster', 'db'), owned('db-2', 'Cluster', 'db')));
    expect(told).toMatchObject([{ ref: { kind: 'Rollout', name: 'cart' } }, { ref: { kind: 'Cluster', name: 'db' }, desired: 2, ownerUids: ['uid-db'] }]);
  });

  it('leaves alone what is claimed, made by a node, or going away', () => {
    const { subject } = workload('cart');
    const known = [{ ...subject, ownerUids: ['uid-cart'] }];
    const going = owned('old-1', 'Cluster', 'old');
    const pods = list(owned('cart-1', 'StatefulSet', 'cart'), owned('etcd-master', 'Node', 'master'), {
      ...going,
      metadata: { ...going.metadata, deletionTimestamp: NOW },
    });
    expect(claimAllPods(known, [], pods)).toEqual(known);
  });
});
