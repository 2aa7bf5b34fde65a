import { describe, expect, it } from 'vitest';
import type { Episode } from '#domain/episode.ts';
import type { AlertRule, MetricsServer } from '#sources/metrics-server.ts';
import { learnRules, onsetOf } from './learn-rules.ts';

const never = new AbortController().signal;
const NOW = new Date('2026-03-01T12:00:00Z');
const MINUTE_MS = 60_000;

function episode(labels: Record<string, string>, generatorUrl = '', startsAt = '2026-03-01T11:50:00Z'): Episode {
  return { labels, generatorUrl, startsAt } as Episode;
}
function server(rules: readonly Partial<AlertRule>[]): MetricsServer {
  return {
    rules: async () => ({
      outcome: 'present',
      data: rules.map((rule) => ({ name: 'A', group: 'g', expression: 'up == 0', forMs: 0, labels: {}, annotations: {}, windowMs: 0, ...rule })),
    }),
    describe: async () => ({ outcome: 'present', data: undefined }),
    range: async () => ({ outcome: 'unavailable', reason: 'not-configured', why: '' }),
  };
}

async function onset(one: Episode, from?: MetricsServer): Promise<number> {
  const ruleOf = await learnRules([one], from, never);
  return (Date.parse(one.startsAt) - Date.parse(onsetOf([one], ruleOf, NOW))) / MINUTE_MS;
}

describe('the rule behind an alert', () => {
  it('is the one that the server has loaded', async () => {
    const ruleOf = await learnRules([episode({ alertname: 'A' })], server([{ expression: 'x > 5', forMs: 120_000, threshold: { op: '>', value: 5 } }]), never);
    expect(ruleOf(episode({ alertname: 'A' }))).toMatchObject({ from: 'server', expression: 'x > 5', forMs: 120_000, threshold: { op: '>', value: 5 } });
  });

  it('is that of several whose labels the alert carries', async () => {
    const rules = server([
      { expression: 'x > 5', labels: { severity: 'warning' } },
      { expression: 'x > 9', labels: { severity: 'critical', team: '{{ $labels.team }}' } },
    ]);
    const one = episode({ alertname: 'A', severity: 'critical', team: 'red' });
    expect((await learnRules([one], rules, never))(one).expression).toBe('x > 9');
  });

  it('is read from the link of the alert when no server has it', async () => {
    const one = episode({ alertname: 'A' }, 'http://prometheus/graph?g0.expr=rate(errors%5B10m%5D)%20%3E%203&g0.tab=1');
    expect((await learnRules([one], server([]), never))(one)).toEqual({
      alertName: 'A',
      expression: 'rate(errors[10m]) > 3',
      threshold: { op: '>', value: 3 },
      forMs: undefined,
      windowMs: 600_000,
      from: 'link',
    });
  });
});

describe('the onset', () => {
  it('is startsAt minus the window and the `for` of the server', async () => {
    expect(await onset(episode({ alertname: 'A' }), server([{ forMs: 120_000, windowMs: 180_000 }]))).toBe(5);
  });

  it('takes `for` and window of stock alerts from the table, by severity', async () => {
    expect(await onset(episode({ alertname: 'KubePodCrashLooping', severity: 'warning' }))).toBe(20);
    expect(await onset(episode({ alertname: 'KubePersistentVolumeFillingUp', severity: 'critical' }))).toBe(1);
  });

  it('counts a window of more than an hour as an hour: a forecast over six hours does not say that it began six hours ago', async () => {
    expect(await onset(episode({ alertname: 'KubePersistentVolumeFillingUp', severity: 'warning' }))).toBe(120);
  });

  it('is twenty minutes before when nothing is known, and is there without a time at all', async () => {
    expect(await onset(episode({ alertname: 'Mine' }))).toBe(20);
    const ruleOf = await learnRules([], undefined, never);
    expect(onsetOf([episode({}, '', 'yesterday')], ruleOf, NOW)).toBe('2026-03-01T11:40:00.000Z');
  });

  it('is the earliest of several alerts', async () => {
    const both = [episode({ alertname: 'Mine' }), episode({ alertname: 'Mine' }, '', '2026-03-01T11:00:00Z')];
    expect(onsetOf(both, await learnRules(both, undefined, never), NOW)).toBe('2026-03-01T10:40:00.000Z');
  });
});
