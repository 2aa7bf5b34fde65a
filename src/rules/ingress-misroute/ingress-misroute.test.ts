import { describe, expect, it } from 'vitest';
import type { Ingress } from '#domain/kubernetes/network.ts';
import { askIn, meta, NOW, only, seenIn, service, type World } from '#testing/world.ts';
import { ingressMisroute } from './ingress-misroute.ts';

const circumstances = { now: NOW, onset: NOW };
async function judge(routes: Readonly<Record<string, readonly [string, number | string]>>, world: Partial<World> = {}) {
  const paths = Object.entries(routes).map(([path, [serviceName, servicePort]]) => ({ path, backend: { serviceName, servicePort } }));
  const object: Ingress = {
    kind: 'Ingress',
    metadata: meta('shop'),
    spec: { tls: [], rules: [{ host: 'shop.example', paths }] },
    status: { loadBalancer: [] },
  };
  const services = ['cart', 'mail', 'search'].map((name) => service(name, { spec: { ports: [{ port: 80, name: 'http' }] } }));
  return ingressMisroute.judge(
    { kind: 'Ingress', ref: { kind: 'Ingress', namespace: 'shop', name: 'shop' }, object, seenIn },
    askIn({ services, ...world }),
    circumstances,
  );
}

describe('ingress-misroute', () => {
  it('is certain about a Service that does not exist', async () => {
    expect(only(await judge({ '/cart': ['carts', 80] }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('there is cart') },
    });
  });

  it('is certain about a port that the Service does not have', async () => {
    expect(only(await judge({ '/cart': ['cart', 8080] }))).toMatchObject({ confidence: 'certain', claim: { title: expect.stringContaining('no port 8080') } });
  });

  it('finds a path that leads to another Service than it is named after', async () => {
    expect(only(await judge({ '/cart': ['cart', 80], '/mail': ['mail', 80], '/search': ['cart', 80] }))).toMatchObject({
      confidence: 'likely',
      claim: { title: expect.stringContaining('/search') },
    });
  });

  it('is ruled out when backends exist, by number or by name of the port', async () => {
    expect(only(await judge({ '/': ['cart', 'http'], '/mail': ['mail', 80] }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not apply without backends, and is undecided when Services cannot be listed', async () => {
    expect(await judge({})).toEqual([]);
    expect(only(await judge({ '/cart': ['cart', 80] }, { gaps: { services: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
