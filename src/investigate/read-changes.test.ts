import { describe, expect, it } from 'vitest';
import type { ManagedFields } from '#domain/kubernetes/meta.ts';
import { deployment } from '#testing/objects.ts';
import { askIn, container, event, meta, node, pod, podSpec, service, type World } from '#testing/world.ts';
import { readChanges } from './read-changes.ts';

const SPAN = { from: Date.parse('2026-03-01T10:00:00Z'), to: Date.parse('2026-03-01T12:00:00Z') };
const LONG_AGO = '2026-02-01T00:00:00Z';

function replicaSet(revision: number, madeAt: string, env: readonly { readonly name: string; readonly value: string }[], image = 'shop/cart:1') {
  return {
    kind: 'ReplicaSet',
    metadata: meta(`cart-${revision}`, {
      creationTimestamp: madeAt,
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: [{ kind: 'Deployment', name: 'cart', uid: 'u', controller: true }],
    }),
    spec: {
      selector: { matchLabels: {}, matchExpressions: [] },
      template: { metadata: meta(''), spec: podSpec({ containers: [container('app', { image, env })] }) },
    },
    status: { replicas: 1, readyReplicas: 1, availableReplicas: 1, conditions: [] },
  };
}
function edited(managedFields: readonly ManagedFields[], name = 'cart') {
  const one = service(name);
  return { ...one, metadata: { ...one.metadata, creationTimestamp: LONG_AGO, managedFields } };
}
async function changes(world: World, known = () => undefined) {
  return (await readChanges(['shop'], SPAN, askIn(world), known)).map(({ at, what }) => `${at.slice(11, 16)} ${what}`);
}

describe('what changed before the onset', () => {
  it('names the fields that a rollout changed, and no secret', async () => {
    const replicasets = [
      replicaSet(
        2,
        '2026-03-01T11:00:00Z',
        [
          { name: 'DB_PASSWORD', value: 'hunter3' },
          { name: 'MODE', value: 'fast' },
        ],
        'shop/cart:2',
      ),
      replicaSet(1, LONG_AGO, [
        { name: 'DB_PASSWORD', value: 'hunter2' },
        { name: 'MODE', value: 'slow' },
      ]),
    ];
    const [line = ''] = await changes({ replicasets });
    expect(line).toBe(
      '11:00 Rollout of cart, revision 2: containers[app].image: shop/cart:1 -> shop/cart:2; containers[app].env[DB_PASSWORD].value changed; containers[app].env[MODE].value: slow -> fast',
    );
  });

  it('names who changed an object, and leaves out status and what controllers write', async () => {
    const services = [
      edited([
        { manager: 'kubectl-edit', time: '2026-03-01T11:20:00Z' },
        { manager: 'kube-controller-manager', time: '2026-03-01T11:21:00Z', subresource: 'status' },
        { manager: 'argocd', time: LONG_AGO },
      ]),
    ];
    expect(await changes({ services })).toEqual(['11:20 Service shop/cart was changed by kubectl-edit']);
  });

  it('names Helm and the chart, for an edit and for the rollout that came of it', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'Helm', 'helm.sh/chart': 'cart-1.3.0' };
    const wrote = [{ manager: 'helm', operation: 'Update', time: '2026-03-01T11:00:00Z' }];
    const one = edited(wrote);
    const services = [{ ...one, metadata: { ...one.metadata, labels } }];
    const replicasets = [replicaSet(2, '2026-03-01T11:00:01Z', [], 'shop/cart:2'), replicaSet(1, LONG_AGO, [])];
    const deployments = [deployment('cart', { metadata: { creationTimestamp: LONG_AGO, labels, managedFields: wrote } })];
    expect(await changes({ services, replicasets, deployments })).toEqual([
      '11:00 Rollout of cart, revision 2 by Helm (chart cart-1.3.0): containers[app].image: shop/cart:1 -> shop/cart:2',
      '11:00 Service shop/cart was changed by Helm (chart cart-1.3.0)',
    ]);
  });

  it('does not say that it was Helm when somebody else rolled out', async () => {
    const wrote = [{ manager: 'helm', operation: 'Update', time: LONG_AGO }];
    const replicasets = [replicaSet(2, '2026-03-01T11:00:01Z', [], 'shop/cart:2'), replicaSet(1, LONG_AGO, [])];
    const deployments = [deployment('cart', { metadata: { creationTimestamp: LONG_AGO, managedFields: wrote } })];
    expect(await changes({ replicasets, deployments })).toEqual(['11:00 Rollout of cart, revision 2: containers[app].image: shop/cart:1 -> shop/cart:2']);
  });

  it('names rescaling, nodes that changed, and what is new', async () => {
    const machine = node('worker-1');
    const ready = { type: 'Ready', status: 'False', reason: 'KubeletNotReady', lastTransitionTime: '2026-03-01T11:05:00Z' };
    const world = {
      events: [event(pod('x'), 'SuccessfulRescale', 'New size: 5; reason: cpu above target', { lastTimestamp: '2026-03-01T11:10:00Z', type: 'Normal' })],
      nodes: [{ ...machine, metadata: { ...machine.metadata, creationTimestamp: LONG_AGO }, status: { ...machine.status, conditions: [ready] } }],
      services: [{ ...service('new'), metadata: meta('new', { creationTimestamp: '2026-03-01T10:30:00Z' }) }],
    };
    expect(await changes(world)).toEqual([
      '11:10 Pod shop/x: New size: 5; reason: cpu above target',
      '11:05 Node worker-1 became Ready=False (KubeletNotReady)',
      '10:30 Service shop/new was created',
    ]);
  });

  it('does not ask for what only some may read', async () => {
    const asked: string[] = [];
    const ask = askIn({});
    await readChanges(
      ['shop'],
      SPAN,
      ((question: never) => {
        asked.push((question as { topic: string }).topic);
        return ask(question);
      }) as typeof ask,
      () => undefined,
    );
    expect(asked).not.toContain('secrets');
    expect(asked).not.toContain('configmaps');
  });

  it('is bounded, and survives what cannot be read', async () => {
    const services = Array.from({ length: 100 }, (_, index) =>
      edited([{ manager: 'kubectl', time: `2026-03-01T11:${String(index % 60).padStart(2, '0')}:00Z` }], `s${index}`),
    );
    expect((await changes({ services })).length).toBe(14);
    expect(await changes({ gaps: { services: 'forbidden', nodes: 'timeout', replicasets: 'timeout', events: 'timeout' } })).toEqual([]);
  });
});
