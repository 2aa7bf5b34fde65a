import { describe, expect, it } from 'vitest';
import { container, podSpec, workload } from '#testing/world.ts';
import { hostsNamedBy } from './relations.ts';

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
