import { describe, expect, it } from 'vitest';
import { container, meta, podSpec, service } from '#testing/world.ts';
import { addressesIn, calledAddresses, clusterHost, environmentOf, serviceAt } from './addresses.ts';

describe('addressesIn', () => {
  it.each([
    ['redis-cart:6379', [{ host: 'redis-cart', port: 6379 }]],
    ['http://cart.shop.svc.cluster.local:8080/api', [{ host: 'cart.shop.svc.cluster.local', port: 8080 }]],
    ['jdbc:mysql://ts-order-mysql:3306/ts?useSSL=false', [{ host: 'ts-order-mysql', port: 3306 }]],
    ['postgres://user:p%40ss@db/shop', [{ host: 'db', port: undefined }]],
    ['root:secret@tcp(mysql:3306)/shop', [{ host: 'mysql', port: 3306 }]],
    ['host=db user=x port=5433 dbname=y', [{ host: 'db', port: 5433 }]],
    [
      'kafka-0.kafka:9092,kafka-1.kafka:9092',
      [
        { host: 'kafka-0.kafka', port: 9092 },
        { host: 'kafka-1.kafka', port: 9092 },
      ],
    ],
  ])('%s', (text, expected) => {
    expect(addressesIn(text)).toEqual(expected);
  });

  it.each(['hello world', '12:30:45', 'sha256:abcdef', 'registry.example/app@sha256:00aa', 'C:\\data', 'true'])('finds none in: %s', (text) => {
    expect(addressesIn(text)).toEqual([]);
  });

  it('costs little on hostile text', () => {
    const began = performance.now();
    addressesIn('a.'.repeat(500_000));
    addressesIn('a://'.repeat(100_000));
    addressesIn('host=a '.repeat(100_000));
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('calledAddresses', () => {
  const called = (env: readonly { readonly name: string; readonly value: string }[], args: readonly string[] = []) =>
    calledAddresses(podSpec({ containers: [container('app', { env, args })] })).map(({ host, port }) => [host, port]);

  it('joins a host with the port beside it', () => {
    expect(
      called([
        { name: 'DB_HOST', value: 'mysql' },
        { name: 'DB_PORT', value: '3307' },
      ]),
    ).toEqual([['mysql', 3307]]);
  });

  it('takes a bare word for a host only where the variable says so', () => {
    expect(
      called([
        { name: 'MODE', value: 'production' },
        { name: 'REDIS_ADDR', value: 'redis' },
      ]),
    ).toEqual([['redis', undefined]]);
  });

  it('reads arguments', () => {
    expect(called([], ['--upstream=http://api:8080'])).toEqual([['api', 8080]]);
  });
});

it('fills in references and reads ConfigMaps, never Secrets', () => {
  const maps = [{ kind: 'ConfigMap', metadata: meta('settings'), data: { DB_HOST: 'mysql' }, binaryKeys: [] }];
  const values = environmentOf(
    {
      env: [
        { name: 'URL', value: 'http://$(DB_HOST):80' },
        { name: 'SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      ],
      envFrom: [{ configMapRef: { name: 'settings' } }],
    },
    maps,
  );
  expect(values.map(({ name, value }) => [name, value])).toEqual([
    ['DB_HOST', 'mysql'],
    ['URL', 'http://mysql:80'],
  ]);
});

describe('clusterHost', () => {
  it('knows names of Services from names outside', () => {
    expect(clusterHost('cart', 'shop', ['shop'])).toMatchObject({ name: 'cart', namespace: 'shop', sure: false });
    expect(clusterHost('cart.other.svc.cluster.local', 'shop', [])).toMatchObject({ name: 'cart', namespace: 'other', sure: true });
    expect(clusterHost('cart.other', 'shop', ['other'])).toMatchObject({ name: 'cart', namespace: 'other' });
    for (const host of ['10.0.0.1', 'localhost', 'db.example.com', 'my_host', '80']) expect(clusterHost(host, 'shop', ['shop'])).toBeUndefined();
  });
});

it('finds the Service of a name in all its forms', () => {
  const services = [service('db')];
  for (const host of ['db', 'db.shop', 'db.shop.svc', 'db.shop.svc.cluster.local', 'db-0.db.shop.svc.cluster.local', 'db-0.db']) {
    expect(serviceAt(host, 'shop', services)?.metadata.name).toBe('db');
  }
  expect(serviceAt('db.other', 'shop', services)).toBeUndefined();
});
