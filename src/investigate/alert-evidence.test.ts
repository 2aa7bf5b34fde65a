import { describe, expect, it } from 'vitest';
import type { Episode } from '#domain/episode.ts';
import type { Series } from '#domain/question.ts';
import type { MetricsServer, Reading, Stretch } from '#sources/metrics-server.ts';
import { alertEvidence, leftSideOf } from './alert-evidence.ts';
import type { KnownRule } from './learn-rules.ts';

const never = new AbortController().signal;
const TIMES = { onset: '2026-03-01T11:30:00Z', now: '2026-03-01T12:00:00Z' };
const RULE: KnownRule = {
  alertName: 'HighErrors',
  expression: '# of all\nerrors:ratio > 0.1',
  threshold: { op: '>', value: 0.1 },
  forMs: 300_000,
  windowMs: 0,
  from: 'server',
};
const EPISODE = { labels: { alertname: 'HighErrors', service: 'cart' }, startsAt: '2026-03-01T11:35:00Z' } as unknown as Episode;
const samples = Array.from({ length: 60 }, (_, index) => ({ at: Date.parse('2026-03-01T11:00:00Z') + index * 60_000, value: index < 30 ? 0.01 : 0.5 }));

function ask(reading: Reading<readonly Series[]>, rule = RULE) {
  const asked: { readonly expression: string; readonly stretch: Stretch }[] = [];
  const server: MetricsServer = {
    rules: async () => ({ outcome: 'present', data: [] }),
    describe: async (metric) => ({ outcome: 'present', data: { metric, type: 'gauge', unit: 'shares of 1', help: 'Requests that failed.' } }),
    range: async (expression, stretch) => {
      asked.push({ expression, stretch });
      return reading;
    },
  };
  return alertEvidence([EPISODE], () => rule, server, TIMES, never).then((evidence) => ({ evidence, asked }));
}

describe('what the expression of an alert says', () => {
  it('is how its left-hand side ran around the onset, of the series that the alert is one of', async () => {
    const { evidence, asked } = await ask({
      outcome: 'present',
      data: [
        { labels: { service: 'other' }, samples },
        { labels: { service: 'cart' }, samples },
      ],
    });
    expect(asked).toEqual([{ expression: 'errors:ratio', stretch: { from: '2026-03-01T10:30:00.000Z', to: '2026-03-01T12:00:00.000Z', stepSeconds: 45 } }]);
    expect(evidence).toMatchObject([
      { source: 'prometheus', query: 'errors:ratio', data: { threshold: { op: '>', value: 0.1 }, for_seconds: 300, shapes: ['step'] } },
    ]);
    expect(evidence[0]?.excerpt.split('\n')).toEqual([
      'errors:ratio > 0.1',
      'fires when the value is > 0.1 for 5 minutes',
      'errors:ratio: gauge, in shares of 1; Requests that failed.',
      '{service="cart"}: a step at 2026-03-01T11:30:00Z from 0.01 to 0.5; first 0.01 at 2026-03-01T11:00:00Z, last 0.5 at 2026-03-01T11:59:00Z, lowest 0.01, highest 0.5',
    ]);
  });

  it('says so when there are no samples or they cannot be read', async () => {
    expect((await ask({ outcome: 'present', data: [] })).evidence[0]?.excerpt).toContain('no samples between');
    expect((await ask({ outcome: 'unavailable', reason: 'timeout', why: 'no answer within 5 seconds' })).evidence[0]?.excerpt).toContain('not read: no answer');
  });

  it('says what the server warned of', async () => {
    const { evidence } = await ask({ outcome: 'present', data: [{ labels: {}, samples }], lacks: 'in part only: store 2 is down' });
    expect(evidence[0]?.excerpt.split('\n').at(-1)).toBe('in part only: store 2 is down');
  });

  it('is the expression alone when nothing evaluates it', async () => {
    const { evidence } = await ask({ outcome: 'unavailable', reason: 'not-configured', why: '' });
    expect(evidence).toMatchObject([{ source: 'alert', query: 'errors:ratio > 0.1', title: 'Rule of HighErrors' }]);
    expect(await alertEvidence([EPISODE], () => RULE, undefined, TIMES, never)).toMatchObject([{ source: 'alert' }]);
  });

  it('is nothing when the expression is not known', async () => {
    expect((await ask({ outcome: 'present', data: [] }, { ...RULE, expression: undefined })).evidence).toEqual([]);
  });
});

describe('the left-hand side', () => {
  it.each([
    ['up == 0', 'up'],
    ['sum(rate(x[5m])) / sum(rate(y[5m])) >= bool 1e-3', 'sum(rate(x[5m])) / sum(rate(y[5m]))'],
    ['a > 5 and b < 3', 'a > 5 and b'],
  ])('%s', (expression, left) => {
    expect(leftSideOf(expression, { op: '>', value: 0 })).toBe(left);
  });

  it.each(['(a > 1) and (b > 2)', 'count(up == 0)'])('is the whole where it cannot be cut off: %s', (expression) => {
    expect(leftSideOf(expression, { op: '>', value: 0 })).toBe(expression);
  });

  it('is found quickly in hostile text', () => {
    const began = performance.now();
    leftSideOf('a > '.repeat(5_000), { op: '>', value: 0 });
    leftSideOf(`${'> 1 '.repeat(5_000)}x`, { op: '>', value: 0 });
    expect(performance.now() - began).toBeLessThan(500);
  });
});
