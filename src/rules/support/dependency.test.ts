import { expect, it } from 'vitest';
import { container } from '#testing/world.ts';
import { storeKind } from './dependency.ts';

const kindOf = (...containers: readonly ReturnType<typeof container>[]) => storeKind({ containers, initContainers: [] });
const exporter = container('metrics', { image: 'docker.io/bitnami/redis-exporter:1.66', ports: [{ containerPort: 9121 }] });

it('knows a store by its port or image, with an exporter on either side', () => {
  expect(kindOf(container('db', { ports: [{ containerPort: 5432 }] }))).toBe('PostgreSQL');
  expect(kindOf(container('broker', { image: 'eclipse-mosquitto:2.0' }))).toBe('database');
  expect(kindOf(exporter, container('redis', { image: 'redis:7', ports: [{ containerPort: 6379 }] }))).toBe('Redis');
});

it('takes a program for none that has a pooler, a cache or an exporter beside it', () => {
  const web = container('web', { image: 'shop/web:1', ports: [{ containerPort: 8080 }] });
  expect(kindOf(web, exporter)).toBeUndefined();
  expect(kindOf(web, container('pool', { image: 'pgbouncer:1.23', ports: [{ containerPort: 5432 }] }))).toBeUndefined();
  expect(kindOf(exporter)).toBeUndefined();
});
