import { describe, expect, it } from 'vitest';
import type { LabelSet } from '#domain/alert.ts';
import type { Episode } from '#domain/episode.ts';
import { refKey } from '#domain/object-ref.ts';
import { askIn, meta, node, pod, podSpec, service, type World } from '#testing/world.ts';
import { findScope } from './find-scope.ts';

const deployment = {
  kind: 'Deployment',
  metadata: meta('checkout'),
  spec: { selector: { matchLabels: {}, matchExpressions: [] }, template: { metadata: meta(''), spec: podSpec() }, strategy: {} },
  status: { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, unavailableReplicas: 0, conditions: [] },
};
const cart = pod('cart-7d9-x', { metadata: { labels: { app: 'basket' } }, status: { podIP: '10.244.1.7', conditions: [{ type: 'Ready', status: 'True' }] } });
const machine = node('worker-1');
const WORLD: World = {
  deployments: [deployment],
  services: [service('checkout')],
  pods: [cart],
  nodes: [{ ...machine, status: { ...machine.status, addresses: [{ type: 'InternalIP', address: '10.0.0.11' }] } }],
};

async function scopeOf(labels: LabelSet, world = WORLD) {
  const { focus, namespaces, guessed } = await findScope([{ labels } as Episode], askIn(world));
  return { focus: focus.map(refKey), namespaces, guessed };
}

describe('where an investigation looks', () => {
  it('is at the workload and the Service that a bare name means', async () => {
    expect(await scopeOf({ app: 'checkout', namespace: 'shop' })).toEqual({
      focus: ['Deployment/shop/checkout', 'Service/shop/checkout'],
      namespaces: ['shop'],
      guessed: false,
    });
  });

  it('is at the workload in whatever namespace it is, when the alert names none', async () => {
    expect(await scopeOf({ service_name: 'checkout' })).toMatchObject({ namespaces: ['shop'], guessed: false });
  });

  it('is at the pods that carry the name as their application', async () => {
    expect(await scopeOf({ app: 'basket', namespace: 'shop' })).toMatchObject({ focus: ['Pod/shop/cart-7d9-x'] });
  });

  it('is at the pod behind an address', async () => {
    expect(await scopeOf({ job: 'probe', instance: '10.244.1.7:8080' })).toMatchObject({ focus: ['Pod/shop/cart-7d9-x'], namespaces: ['shop'] });
  });

  it('is at the node behind an address', async () => {
    expect(await scopeOf({ job: 'node-exporter', namespace: 'monitoring', instance: '10.0.0.11:9100' })).toMatchObject({ focus: ['Node//worker-1'] });
    expect(await scopeOf({ job: 'machines', instance: '10.0.0.11:9100' })).toMatchObject({ focus: ['Node//worker-1'] });
  });

  it('takes no object for the subject that the cluster does not have', async () => {
    expect(await scopeOf({ service: 'no-such-service', namespace: 'shop' })).toMatchObject({ focus: [], namespaces: ['shop'] });
  });

  it('takes a label that says service for the workload it means', async () => {
    expect(await scopeOf({ service: 'checkout', namespace: 'shop' }, { ...WORLD, services: [] })).toMatchObject({ focus: ['Deployment/shop/checkout'] });
  });

  it('keeps what is named when the cluster cannot be asked', async () => {
    expect(await scopeOf({ deployment: 'gone', namespace: 'shop' }, { gaps: { deployments: 'forbidden' } })).toMatchObject({ focus: ['Deployment/shop/gone'] });
  });

  it('replaces a pod that is gone by what made it', async () => {
    expect(await scopeOf({ pod: 'checkout-5d7-abcde', namespace: 'shop' })).toMatchObject({
      focus: ['Pod/shop/checkout-5d7-abcde', 'Deployment/shop/checkout'],
    });
  });
});
