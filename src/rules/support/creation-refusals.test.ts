import { describe, expect, it } from 'vitest';
import { cronJob, replicaSet, statefulSet } from '#testing/objects.ts';
import { askIn, event, pod, workload } from '#testing/world.ts';
import { creationRefusals } from './creation-refusals.ts';

const failing = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'no', lastTransitionTime: '2026-03-01T11:50:10Z' };

describe('creationRefusals', () => {
  it('believes the condition, and names the Deployment', async () => {
    const sets = [replicaSet('checkout', { made: 0, conditions: [failing] })];
    expect(await creationRefusals('shop', askIn({ replicasets: sets }))).toMatchObject([
      { message: 'no', confirmed: false, workload: { kind: 'Deployment', name: 'checkout' }, missing: 1 },
    ]);
  });

  it('is confirmed by an event, and began with the first', async () => {
    const set = replicaSet('checkout', { made: 0, conditions: [failing] });
    const events = [event(set, 'FailedCreate', 'Error creating: no', { firstTimestamp: '2026-03-01T11:40:00Z' })];
    expect(await creationRefusals('shop', askIn({ replicasets: [set], events }))).toMatchObject([{ confirmed: true, since: '2026-03-01T11:40:00Z' }]);
  });

  it('forgets what was refused before the pods came', async () => {
    const set = replicaSet('checkout', { replicas: 2, made: 1 });
    const { pods } = workload('checkout', [pod('checkout-1', { metadata: { creationTimestamp: '2026-03-01T11:56:00Z' } })]);
    expect(await creationRefusals('shop', askIn({ replicasets: [set], pods, events: [event(set, 'FailedCreate', 'no')] }))).toEqual([]);
  });

  it('forgets events of a set that has all it wants', async () => {
    const set = replicaSet('checkout');
    expect(await creationRefusals('shop', askIn({ replicasets: [set], events: [event(set, 'FailedCreate', 'no')] }))).toEqual([]);
  });

  it('hears of Jobs that a CronJob may not make, until one came about', async () => {
    const late = cronJob('report', { status: { lastScheduleTime: '2026-03-01T10:00:00Z' } });
    const events = [event(late, 'FailedCreate', 'Error creating job: no', { lastTimestamp: '2026-03-01T11:50:00Z' })];
    expect(await creationRefusals('shop', askIn({ cronjobs: [late], events }))).toMatchObject([{ workload: { kind: 'CronJob', name: 'report' } }]);
    const well = cronJob('report', { status: { lastScheduleTime: '2026-03-01T11:55:00Z' } });
    expect(await creationRefusals('shop', askIn({ cronjobs: [well], events }))).toEqual([]);
  });

  it('goes by events for a StatefulSet, which has no such condition', async () => {
    const set = statefulSet('db', { status: { replicas: 1 } });
    expect(await creationRefusals('shop', askIn({ statefulsets: [set], events: [event(set, 'FailedCreate', 'no')] }))).toMatchObject([
      { missing: 2, workload: { kind: 'StatefulSet', name: 'db' } },
    ]);
    expect(await creationRefusals('shop', askIn({ statefulsets: [set], gaps: { events: 'forbidden' } }))).toEqual([]);
  });
});
