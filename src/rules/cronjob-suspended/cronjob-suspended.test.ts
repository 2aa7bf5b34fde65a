import { describe, expect, it } from 'vitest';
import { circumstances, cronJob } from '#testing/objects.ts';
import { askIn, seenIn } from '#testing/world.ts';
import { cronjobSuspended } from './cronjob-suspended.ts';

const judge = async (more: Parameters<typeof cronJob>[1], world: Parameters<typeof askIn>[0] = {}) => {
  const subject = { kind: 'CronJob', ref: { kind: 'CronJob', namespace: 'shop', name: 'report' }, object: cronJob('report', more), seenIn } as const;
  return [await cronjobSuspended.judge(subject, askIn(world), circumstances)].flat();
};
const changed = (time: string) => ({ managedFields: [{ manager: 'kubectl', time }], creationTimestamp: '2026-01-01T00:00:00Z' });

describe('cronjob-suspended', () => {
  it('is possible when it was suspended just before', async () => {
    expect(await judge({ spec: { suspend: true }, metadata: changed('2026-03-01T11:00:00Z') })).toMatchObject([
      { verdict: 'found', confidence: 'possible', claim: { since: '2026-03-01T11:00:00Z' } },
    ]);
  });

  it('is ruled out when it has been so for long, or never ran', async () => {
    expect(await judge({ spec: { suspend: true }, metadata: changed('2026-02-01T11:00:00Z') })).toMatchObject([{ verdict: 'ruled-out' }]);
    expect(await judge({ spec: { suspend: true }, status: { lastScheduleTime: undefined }, metadata: changed('2026-03-01T11:00:00Z') })).toMatchObject([
      { verdict: 'ruled-out' },
    ]);
  });

  it('says nothing about one that runs', async () => expect(await judge({})).toEqual([]));

  it('goes by the runs it missed where edits are not told', async () => {
    const ran = (lastScheduleTime: string) => judge({ spec: { suspend: true, schedule: '0 * * * *' }, status: { lastScheduleTime } });
    expect(await ran('2026-03-01T09:00:00Z')).toMatchObject([{ verdict: 'found', claim: { since: '2026-03-01T09:00:00Z' } }]);
    expect(await ran('2026-02-01T09:00:00Z')).toMatchObject([{ verdict: 'ruled-out' }]);
  });
});
