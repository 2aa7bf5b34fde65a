import { expect, test } from 'vitest';
import type { Source } from '#sources/source.ts';
import { createHealthWatch } from './health.ts';

const source = (check: Source['check']): Source => ({
  name: 'Kubernetes API',
  topics: new Set(),
  check,
  close: async () => {},
  answer: async () => ({}) as never,
});

test('until it has looked it is not healthy', () => {
  expect(createHealthWatch({ check: async () => {} }, []).state().healthy).toBe(false);
});

test('a cluster that cannot be reached is shown, but OnCallM is healthy without it', async () => {
  const watch = createHealthWatch({ check: async () => {} }, [source(async () => ({ state: 'failing', detail: 'refused', fix: '' }))]);
  await watch.refresh();
  expect(watch.state()).toMatchObject({
    healthy: true,
    checks: [
      { name: 'database', state: 'ok' },
      { name: 'Kubernetes API', state: 'failing', detail: 'refused' },
    ],
  });
});

test('a model that cannot be asked is shown with why', async () => {
  const health = () => ({ state: 'disconnected', detail: 'openai/x: the key was refused', fix: '' }) as const;
  const watch = createHealthWatch({ check: async () => {} }, [], { health, refresh: async () => ({ state: 'connected', detail: '' }) });
  await watch.refresh();
  expect(watch.state()).toMatchObject({
    healthy: true,
    aiService: 'disconnected',
    checks: [{ name: 'database' }, { name: 'Language model', state: 'failing', detail: 'openai/x: the key was refused' }],
  });
});

test('a database that cannot write makes it unhealthy, whatever is thrown', async () => {
  const fails = async (): Promise<never> => {
    throw new Error('disk full');
  };
  const watch = createHealthWatch({ check: fails }, [source(fails)]);
  await watch.refresh();
  expect(watch.state()).toMatchObject({ healthy: false, checks: [{ detail: 'disk full' }, { state: 'failing' }] });
});

test('the database is known while a cluster hangs', async () => {
  const hangs = createHealthWatch({ check: async () => {} }, [source(() => new Promise(() => {}))]);
  void hangs.refresh();
  await hangs.refreshDatabase();
  expect(hangs.state()).toMatchObject({ healthy: true, checks: [{ name: 'database', state: 'ok' }, { detail: 'not asked yet' }] });
});
