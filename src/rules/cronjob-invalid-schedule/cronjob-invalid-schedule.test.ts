import { describe, expect, it } from 'vitest';
import { circumstances, cronJob } from '#testing/objects.ts';
import { askIn, event, meta, seenIn } from '#testing/world.ts';
import { cronjobInvalidSchedule } from './cronjob-invalid-schedule.ts';

const judge = async (more: Parameters<typeof cronJob>[1], world: Parameters<typeof askIn>[0] = {}) => {
  const subject = { kind: 'CronJob', ref: { kind: 'CronJob', namespace: 'shop', name: 'report' }, object: cronJob('report', more), seenIn } as const;
  return [await cronjobInvalidSchedule.judge(subject, askIn(world), circumstances)].flat();
};

describe('cronjob-invalid-schedule', () => {
  it('is likely by the schedule alone, and certain when the controller says so', async () => {
    const spec = { schedule: '61 * * * *' };
    expect(await judge({ spec })).toMatchObject([
      { verdict: 'found', confidence: 'likely', claim: { title: 'Schedule "61 * * * *" of CronJob report cannot be read: "61" is no minute (0 to 59)' } },
    ]);
    const events = [event({ kind: 'CronJob', metadata: meta('report') }, 'UnparseableSchedule', 'unparseable schedule')];
    expect(await judge({ spec }, { events })).toMatchObject([{ confidence: 'certain' }]);
  });

  it('knows time zones', async () => {
    expect(await judge({ spec: { timeZone: 'Mars/Olympus' } })).toMatchObject([
      { verdict: 'found', claim: { title: expect.stringContaining('time zone "Mars/Olympus"') } },
    ]);
    expect(await judge({ spec: { timeZone: 'Europe/Paris' } })).toMatchObject([{ verdict: 'ruled-out' }]);
  });

  it('is ruled out for what the controller takes', async () => {
    for (const schedule of ['*/5 * * * *', '@daily', '@every 5m', '0 9 * * MON-FRI'])
      expect(await judge({ spec: { schedule } })).toMatchObject([{ verdict: 'ruled-out' }]);
  });
});
