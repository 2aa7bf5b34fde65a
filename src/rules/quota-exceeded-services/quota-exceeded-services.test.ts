import { describe, expect, it } from 'vitest';
import { circumstances, deployment, quota, replicaSet, template } from '#testing/objects.ts';
import { askIn, container, only, pod, service, workload } from '#testing/world.ts';
import { quotaExceededServices } from './quota-exceeded-services.ts';

const subject = { kind: 'Namespace', ref: { kind: 'Namespace', name: 'shop' } } as const;
const old = { creationTimestamp: '2026-01-01T00:00:00Z' };
const full = quota('small', { services: '1' }, { services: '1' }, old);
const caller = deployment('web', {
  spec: { template: template({ containers: [container('app', { env: [{ name: 'CART_ADDR', value: 'cart:7070' }] })] }, { app: 'web' }) },
});
const judge = async (world: Parameters<typeof askIn>[0]) =>
  only(await quotaExceededServices.judge(subject, askIn({ resourcequotas: [full], services: [service('web')], ...world }), circumstances));

describe('quota-exceeded-services', () => {
  it('is likely when a Service that is called is missing and its pods are there', async () => {
    expect(await judge({ deployments: [caller, deployment('cart')] })).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: {
        title: 'Quota small of namespace shop allows 1 services, all are used, and Service cart, which web calls, is missing',
        affects: expect.arrayContaining([expect.objectContaining({ kind: 'Service', name: 'cart' })]),
      },
    });
  });

  it('is likely when a log complains about it', async () => {
    const { pods } = workload('web', [pod('web-1')]);
    const logs = { 'shop/web-1/app': ['ERROR java.net.UnknownHostException: cart', 'ERROR dial tcp: lookup cart on 10.96.0.10:53: no such host'] };
    expect(await judge({ deployments: [deployment('web'), deployment('cart')], pods, replicasets: [replicaSet('web')], logs })).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
    });
  });

  it('is ruled out when every Service that is called exists', async () => {
    expect(await judge({ deployments: [caller, deployment('cart')], services: [service('web'), service('cart')] })).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is ruled out when the name called belongs to nothing: that is a wrong address', async () => {
    expect(await judge({ deployments: [caller] })).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is ruled out when there is room', async () => {
    expect(await judge({ deployments: [caller, deployment('cart')], resourcequotas: [quota('small', { services: '5' }, { services: '1' })] })).toMatchObject({
      verdict: 'ruled-out',
    });
  });

  it('is undecided when quotas cannot be read', async () =>
    expect(await judge({ gaps: { resourcequotas: 'forbidden' } })).toMatchObject({ verdict: 'undecided' }));
});
