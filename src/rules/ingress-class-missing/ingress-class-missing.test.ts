import { describe, expect, it } from 'vitest';
import type { Ingress } from '#domain/kubernetes/network.ts';
import { askIn, meta, NOW, only, seenIn, type World } from '#testing/world.ts';
import { ingressClassMissing } from './ingress-class-missing.ts';

const circumstances = { now: NOW, onset: NOW };
const ingressclass = (name: string) => ({ kind: 'IngressClass', metadata: meta(name, { namespace: undefined }) });
async function judge(ingressClassName: string | undefined, world: World, loadBalancer: Ingress['status']['loadBalancer'] = []) {
  const object: Ingress = { kind: 'Ingress', metadata: meta('shop'), spec: { ingressClassName, tls: [], rules: [] }, status: { loadBalancer } };
  return ingressClassMissing.judge({ kind: 'Ingress', ref: { kind: 'Ingress', namespace: 'shop', name: 'shop' }, object, seenIn }, askIn(world), circumstances);
}

describe('ingress-class-missing', () => {
  it('is certain about a class that does not exist', async () => {
    const verdict = only(await judge('ngnix', { ingressclasses: [ingressclass('nginx')] }));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('there is nginx') } });
  });

  it('is unsure about an Ingress that names none', async () => {
    expect(only(await judge(undefined, { ingressclasses: [ingressclass('nginx')] }))).toMatchObject({ confidence: 'possible' });
  });

  it('is ruled out when the class exists, or some controller has given it an address', async () => {
    expect(only(await judge('nginx', { ingressclasses: [ingressclass('nginx')] }))).toMatchObject({ verdict: 'ruled-out' });
    expect(only(await judge('gce', {}, [{ ip: '192.0.2.80' }]))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('says nothing when classes cannot be listed', async () => {
    expect(await judge('nginx', { gaps: { ingressclasses: 'forbidden' } })).toEqual([]);
  });
});
