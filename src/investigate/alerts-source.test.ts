import { expect, it } from 'vitest';
import type { Episode } from '#domain/episode.ts';
import { ALERTS } from '#domain/question.ts';
import { alertsSource } from './alerts-source.ts';

const episode = (alertname: string, generatorUrl: string): Episode => ({
  id: 'e',
  cluster: 'default',
  fingerprint: 'f',
  state: 'open',
  startsAt: '2026-03-01T11:55:00Z',
  endsAt: null,
  labels: { alertname },
  annotations: { summary: 'words' },
  generatorUrl,
  externalUrl: '',
  truncatedAlerts: 0,
  firstSeenAt: '2026-03-01T11:55:00Z',
  lastSeenAt: '2026-03-01T11:55:00Z',
  repeats: 0,
  incidentId: null,
});

it('answers the alerts of the incident, with the expression their rule links to', async () => {
  const episodes = [episode('Slow', 'http://prometheus/graph?g0.expr=up%20%3D%3D%200&g0.tab=1'), episode('Other', 'no url')];
  const answer = await alertsSource(episodes, () => new Date('2026-03-01T12:00:00Z')).answer(ALERTS, AbortSignal.timeout(1000));
  expect(answer).toMatchObject({
    outcome: 'present',
    observedAt: '2026-03-01T12:00:00.000Z',
    data: [
      { name: 'Slow', expression: 'up == 0', annotations: { summary: 'words' } },
      { name: 'Other', expression: undefined },
    ],
  });
});
