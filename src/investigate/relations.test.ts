import { describe, expect, it } from 'vitest';
import type { ObservedCall } from '#domain/observed-call.ts';
import type { Subject } from '#domain/subject.ts';
import { askIn, container, podSpec, seenIn, service, workload } from '#testing/world.ts';
import { hostsNamedBy, relate } from './relations.ts';

function named(value: string): ReadonlySet<string> {
  const { subject } = workload('caller');
  return hostsNamedBy({ template: { ...subject.template, spec: podSpec({ containers: [container('app', { env: [{ name: 'TARGET', value }] })] }) } });
}

describe('hosts that a workload names', () => {
  it.each([
    ['cart:7070', 'cart'],
    ['http://cart.shop.svc.cluster.local:80/path', 'cart.shop'],
    ['redis://user:pw@cache.shop:6379/0', 'cache.shop'],
    ['jdbc:mysql://db:3306/orders', 'db'],
    ['kafka-0.kafka:9092,kafka-1.kafka:9092', 'kafka-1.kafka'],
  ])('are read from %s', (value, host) => {
    expect(named(value).has(host)).toBe(true);
  });

  it('are whole words', () => {
    expect(named('http://shopping-cart:80').has('cart')).toBe(false);
  });
});

describe('calls that were seen', () => {
  const cart = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
  const serviceOf = (name: string, selected: string): Subject => ({
    kind: 'Service',
    ref: { kind: 'Service', namespace: 'shop', name },
    object: service(name, { spec: { selector: { app: selected } } }),
    seenIn,
  });
  const inStage = workload('web', [], { ref: { kind: 'Deployment', namespace: 'stage', name: 'web' } }).subject;
  const subjects: readonly Subject[] = [workload('web').subject, workload('cart').subject, workload('mail').subject, serviceOf('basket', 'cart')];
  const reached = async (call: ObservedCall, among = subjects) => [...(await relate(among, askIn({}), [call])).reach([cart]).keys()];
  const call = (client: string, server: string, namespace?: string): ObservedCall => ({
    client: { name: client, namespace },
    server: { name: server, namespace },
  });

  it.each([
    ['workloads of a mesh', call('web', 'cart', 'shop')],
    ['services of traces', call('web', 'cart')],
    ['a Service in front of the workload', call('web', 'basket')],
  ])('spread trouble from what is called to who calls, by the names of %s', async (_, one) => {
    expect(await reached(one)).toContain('Deployment/shop/web');
  });

  it('spread none the other way, nor from what is elsewhere or unknown', async () => {
    for (const one of [call('cart', 'web', 'shop'), call('web', 'cart', 'stage'), call('web', 'database'), call('cart', 'cart')])
      expect(await reached(one)).not.toContain('Deployment/shop/web');
  });

  it('are left out where a name may mean several', async () => {
    expect(await reached(call('web', 'cart'), [...subjects, inStage])).not.toContain('Deployment/shop/web');
    expect(await reached(call('web', 'cart', 'shop'), [...subjects, inStage])).toContain('Deployment/shop/web');
  });
});
