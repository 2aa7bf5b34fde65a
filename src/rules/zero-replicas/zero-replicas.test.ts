import { describe, expect, it } from 'vitest';
import { autoscaler, circumstances, deployment, replicaSet, template } from '#testing/objects.ts';
import { askIn, container, event, pod, service, workload } from '#testing/world.ts';
import { zeroReplicas } from './zero-replicas.ts';

const caller = deployment('web', {
  spec: { template: template({ containers: [container('app', { env: [{ name: 'CART_ADDR', value: 'cart:7070' }] })] }, { app: 'web' }) },
});
const none = deployment('cart', { spec: { replicas: 0 } });
const web = workload('web', [pod('web-1')]);
const judge = async (world: Parameters<typeof askIn>[0] = {}, desired = 0) => {
  const { subject } = workload('cart', [], { desired });
  return [await zeroReplicas.judge(subject, askIn({ services: [service('cart')], deployments: [none, caller], ...world }), circumstances)].flat();
};
const scaled = event({ kind: 'Deployment', metadata: none.metadata }, 'ScalingReplicaSet', 'Scaled down replica set cart-abc from 3 to 0', { type: 'Normal' });

describe('zero-replicas', () => {
  it('is likely when others still call it', async () => {
    expect(await judge()).toMatchObject([
      {
        verdict: 'found',
        confidence: 'likely',
        claim: {
          title: 'Deployment cart is scaled to zero (spec.replicas: 0), but web calls it',
          affects: [
            { kind: 'Service', name: 'cart' },
            { kind: 'Deployment', name: 'web' },
          ],
        },
      },
    ]);
  });

  it('is certain when it was seen to be scaled down, and knows to how many', async () => {
    const [verdict] = await judge({ events: [scaled] });
    expect(verdict).toMatchObject({ confidence: 'certain', claim: { since: '2026-03-01T11:55:00Z' } });
    expect(verdict).toMatchObject({
      claim: { remedies: expect.arrayContaining([expect.objectContaining({ command: 'kubectl -n shop scale deployment/cart --replicas=3' })]) },
    });
  });

  it('is likely when others complain in their logs', async () => {
    const logs = {
      'shop/web-1/app': ['ERROR dial tcp: lookup cart on 10.96.0.10:53: no such host', 'ERROR failed to connect to cart:7070: connection refused'],
    };
    const [verdict] = await judge({ deployments: [none], pods: web.pods, replicasets: [replicaSet('web')], logs });
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'likely', claim: { title: expect.stringContaining('but web calls it') } });
  });

  it('is ruled out when nobody calls it: that is on purpose', async () =>
    expect(await judge({ deployments: [none] })).toMatchObject([{ verdict: 'ruled-out' }]));

  it('is possible when nobody is seen to call it, but it was scaled down just before', async () => {
    expect(await judge({ deployments: [none], events: [scaled] })).toMatchObject([{ verdict: 'found', confidence: 'possible' }]);
  });

  it('is possible only when an autoscaler may scale it to zero', async () => {
    expect(await judge({ horizontalpodautoscalers: [autoscaler('cart', { spec: { minReplicas: 0 } })] })).toMatchObject([{ confidence: 'possible' }]);
  });

  it('says nothing about the old colour of a blue-green pair', async () => {
    expect(await judge({ pods: [pod('cart-green', { metadata: { labels: { app: 'cart' } } })] })).toEqual([]);
  });

  it('says nothing about what has no Service, or wants replicas', async () => {
    expect(await judge({ services: [] })).toEqual([]);
    expect(await judge({}, 1)).toEqual([]);
  });

  it('is undecided when Services cannot be listed', async () =>
    expect(await judge({ gaps: { services: 'forbidden' } })).toMatchObject([{ verdict: 'undecided' }]));
});
