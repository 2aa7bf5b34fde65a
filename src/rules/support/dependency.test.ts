import { expect, it } from 'vitest';
import { container } from '#testing/world.ts';
import { dependencyFirst, dependencyText, storeKind } from './dependency.ts';

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

it.each([
  ['Redis', 'its Redis', 'Its Redis'],
  ['Npgsql', 'its Npgsql', 'Its Npgsql'],
  ['libc', 'something that it does not name', 'Something that it does not name'],
  ['Go net/http', 'something that it does not name', 'Something that it does not name'],
])('calls what nobody names by the server that words it so: %s', (source, text, first) => {
  const nobody = { service: undefined, host: undefined, port: undefined, address: undefined };
  expect(dependencyText(nobody, source)).toBe(text);
  expect(dependencyFirst(nobody, source)).toBe(first);
});
