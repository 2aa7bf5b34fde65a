import { describe, expect, it } from 'vitest';
import { circumstances, job } from '#testing/objects.ts';
import { askIn, only, workload } from '#testing/world.ts';
import { jobSuspended } from './job-suspended.ts';

const judge = async (more: Parameters<typeof job>[1], world: Parameters<typeof askIn>[0] = {}) => {
  const { subject } = workload('report', [], { ref: { kind: 'Job', namespace: 'shop', name: 'report' } });
  return jobSuspended.judge(subject, askIn({ jobs: [job('report', more)], ...world }), circumstances);
};
const since = (lastTransitionTime: string) => ({ conditions: [{ type: 'Suspended', status: 'True', lastTransitionTime }], succeeded: 0 });

describe('job-suspended', () => {
  it('is possible when it was suspended lately', async () => {
    expect(only(await judge({ spec: { suspend: true }, status: since('2026-03-01T11:00:00Z') }))).toMatchObject({
      verdict: 'found',
      confidence: 'possible',
      claim: { since: '2026-03-01T11:00:00Z' },
    });
  });

  it('is ruled out when a queue holds it, or it has been so for long', async () => {
    expect(only(await judge({ spec: { suspend: true }, status: since('2026-02-01T11:00:00Z') }))).toMatchObject({ verdict: 'ruled-out' });
    expect(
      only(await judge({ spec: { suspend: true }, status: since('2026-03-01T11:00:00Z'), metadata: { labels: { 'kueue.x-k8s.io/queue-name': 'q' } } })),
    ).toMatchObject({ verdict: 'ruled-out' });
  });

  it('says nothing about one that runs, and is undecided when jobs cannot be listed', async () => {
    expect(await judge({})).toEqual([]);
    expect(only(await judge({}, { gaps: { jobs: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
