import { expect, test } from 'vitest';
import type { Service } from '#domain/kubernetes/network.ts';
import type { Question } from '#domain/question.ts';
import type { MetricsServer } from '#sources/metrics-server.ts';
import type { Source } from '#sources/source.ts';
import { service } from '#testing/world.ts';
import { createDiscoveredPrometheus } from './discovered-prometheus.ts';

const never = new AbortController().signal;
const QUESTION = { about: 'series', topic: 'metrics', metric: 'up', matchers: [], from: '', to: '', stepSeconds: 60 } as const;

function setUp(services: readonly Service[], alive: (url: string) => boolean) {
  const time = { now: Date.parse('2026-03-01T12:00:00Z') };
  const connected: string[] = [];
  let lists = 0;
  const cluster = {
    answer: async (question: Question) => {
      lists += 1;
      return { outcome: 'present', question, observedAt: '', data: services };
    },
  } as unknown as Source;
  const connect = (url: string): Source & MetricsServer => {
    connected.push(url);
    return {
      name: 'Prometheus',
      topics: new Set(['metrics'] as const),
      check: async () => (alive(url) ? { state: 'ok', detail: url } : { state: 'failing', detail: 'refused', fix: '' }),
      answer: async (question: Question) => ({ outcome: 'present', question, observedAt: url, data: [] }) as never,
      rules: async () => ({ outcome: 'present', data: [] }),
      describe: async () => ({ outcome: 'present' as const, data: undefined }),
      range: async () => ({ outcome: 'present', data: [] }),
      close: async () => {},
    };
  };
  const source = createDiscoveredPrometheus({ cluster, connect, clock: () => new Date(time.now) });
  return { source, connected, time, lists: () => lists };
}

const named = (name: string, port: number): Service => service(name, { metadata: { namespace: 'monitoring' }, spec: { ports: [{ port }] } });

test('the first known Service that answers is asked, and looked for once only', async () => {
  const { source, connected } = setUp([named('prometheus-operated', 9090)], () => true);
  expect(await source.answer(QUESTION, never)).toMatchObject({ outcome: 'present' });
  await source.answer(QUESTION, never);
  expect(connected).toHaveLength(1);
  expect(await source.check(never)).toMatchObject({ state: 'ok' });
});

test('where there is none it says what to set, and does not look again for each question', async () => {
  const { source, time, lists } = setUp([named('checkout', 80)], () => true);
  expect(await source.answer(QUESTION, never)).toMatchObject({
    outcome: 'unavailable',
    reason: 'not-configured',
    why: expect.stringContaining('PROMETHEUS_URL'),
  });
  await source.answer(QUESTION, never);
  expect(lists()).toBe(1);
  time.now += 11 * 60_000;
  await source.answer(QUESTION, never);
  expect(lists()).toBe(2);
});

test('one that does not answer is not taken', async () => {
  const { source } = setUp([named('prometheus-operated', 9090)], () => false);
  expect(await source.check(never)).toMatchObject({ state: 'not-configured', fix: expect.stringContaining('PROMETHEUS_URL') });
});
