import { describe, expect, it } from 'vitest';
import { circumstances, cronJob, job } from '#testing/objects.ts';
import { askIn, event, meta, seenIn } from '#testing/world.ts';
import { cronjobLate } from './cronjob-late.ts';

const judge = async (more: Parameters<typeof cronJob>[1], world: Parameters<typeof askIn>[0] = {}) => {
  const subject = { kind: 'CronJob', ref: { kind: 'CronJob', namespace: 'shop', name: 'report' }, object: cronJob('report', more), seenIn } as const;
  return [await cronjobLate.judge(subject, askIn(world), circumstances)].flat();
};

const late = { status: { lastScheduleTime: '2026-03-01T11:00:00Z' } };

describe('cronjob-late', () => {
  it('is possible when runs are missing, and likely when the controller says so', async () => {
    expect(await judge(late)).toMatchObject([{ verdict: 'found', confidence: 'possible', claim: { title: expect.stringContaining('has missed 10 runs') } }]);
    const events = [event({ kind: 'CronJob', metadata: meta('report') }, 'MissSchedule', 'Missed scheduled time to start a job')];
    expect(await judge(late, { events })).toMatchObject([{ confidence: 'likely' }]);
  });

  it('names the run that holds it up', async () => {
    const running = job('report-1', { status: { active: 1, startTime: '2026-03-01T11:00:00Z' } });
    const one = { spec: { concurrencyPolicy: 'Forbid' }, status: { ...late.status, active: [{ name: 'report-1' }] } };
    expect(await judge(one, { jobs: [running] })).toMatchObject([
      { confidence: 'likely', claim: { title: expect.stringContaining('Job report-1 still runs') } },
    ]);
  });

  it('is ruled out when it ran when it was due', async () => expect(await judge({})).toMatchObject([{ verdict: 'ruled-out' }]));

  it('says nothing about one that is suspended, or whose schedule cannot be read', async () => {
    expect(await judge({ ...late, spec: { suspend: true } })).toEqual([]);
    expect(await judge({ ...late, spec: { schedule: 'nonsense' } })).toEqual([]);
  });
});
