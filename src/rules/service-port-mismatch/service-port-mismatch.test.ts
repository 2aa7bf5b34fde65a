import { describe, expect, it } from 'vitest';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import { deployed } from '#testing/failing-client.ts';
import { askIn, container, NOW, only, pod, seenIn, service, type World } from '#testing/world.ts';
import { servicePortMismatch } from './service-port-mismatch.ts';

const circumstances = { now: NOW, onset: NOW };

const object = service('cart', { spec: { ports: [{ port: 7071, targetPort: 7070 }] } });
const cart = pod('cart-1', { metadata: { labels: { app: 'cart' } }, spec: { containers: [container('app', { ports: [{ containerPort: 7070 }] })] } });
const calls = (port: number) => [{ name: 'CART_ADDR', value: `cart:${port}` }];

async function judge(deployments: readonly Deployment[], world: Partial<World> = {}) {
  const subject = { kind: 'Service', ref: { kind: 'Service', namespace: 'shop', name: 'cart' }, object, seenIn } as const;
  return servicePortMismatch.judge(subject, askIn({ services: [object], pods: [cart], deployments, ...world }), circumstances);
}

describe('service-port-mismatch', () => {
  it('is certain when several callers agree on another port', async () => {
    expect(only(await judge([deployed('web', calls(7070)), deployed('api', calls(7070))]))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('call it at 7070') },
    });
  });

  it('is likely when the only caller uses the port that the pods serve', async () => {
    expect(only(await judge([deployed('web', calls(7070))]))).toMatchObject({ confidence: 'likely' });
  });

  it('leaves a caller alone with its own mistake', async () => {
    expect(await judge([deployed('web', calls(9999))])).toEqual([]);
    expect(await judge([deployed('web', calls(7071)), deployed('api', calls(7070)), deployed('old', calls(7070))])).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await judge([], { gaps: { pods: 'timeout' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
