import { describe, expect, it } from 'vitest';
import { circumstances, job, podIn } from '#testing/objects.ts';
import { askIn, workload } from '#testing/world.ts';
import { jobFailed } from './job-failed.ts';

const ref = { kind: 'Job', namespace: 'shop', name: 'migrate', uid: 'job-migrate' };
const failed = (lastTransitionTime = '2026-03-01T11:50:00Z', reason = 'BackoffLimitExceeded') => [
  { type: 'Failed', status: 'True', reason, message: 'Job has reached the specified backoff limit', lastTransitionTime },
];
const nightly = { ownerReferences: [{ kind: 'CronJob', name: 'nightly', uid: 'cron', controller: true }] };
const judge = async (more: Parameters<typeof job>[1], world: Parameters<typeof askIn>[0] = {}, withPod = true) => {
  const ended = podIn('migrate-1', { terminated: { exitCode: 3, reason: 'Error', finishedAt: '2026-03-01T11:49:00Z' } }, { phase: 'Failed' });
  const { subject, pods } = workload('migrate', withPod ? [ended] : [], { ref, ownerUids: ['job-migrate', 'rs-of-migrate'] });
  const logs = { 'shop/migrate-1/app': ['starting', 'FATAL: relation "orders" does not exist'] };
  return [await jobFailed.judge(subject, askIn({ jobs: [job('migrate', more), ...(world.jobs ?? [])], pods, logs }), circumstances)].flat();
};

describe('job-failed', () => {
  it('tells the limit, the last exit code and the last words', async () => {
    expect(await judge({ spec: { backoffLimit: 2 }, status: { succeeded: 0, failed: 3, conditions: failed() } })).toMatchObject([
      {
        verdict: 'found',
        confidence: 'certain',
        claim: {
          title: expect.stringMatching(
            /^Job migrate failed: its pods failed more often than backoffLimit 2 allows; the last run ended with exit code 3: .*relation "orders" does not exist/,
          ),
        },
      },
    ]);
  });

  it('knows the deadline, and says when nothing is left to read', async () => {
    const [verdict] = await judge({ spec: { activeDeadlineSeconds: 60 }, status: { conditions: failed(undefined, 'DeadlineExceeded') } }, {}, false);
    expect(verdict).toMatchObject({
      claim: { title: 'Job migrate failed: it ran longer than activeDeadlineSeconds 60', explanation: expect.stringContaining('Its pods are gone') },
    });
  });

  it('is ruled out when a later run of the same CronJob succeeded', async () => {
    const later = job('migrate-2', {
      metadata: { ...nightly, creationTimestamp: '2026-03-01T11:55:00Z' },
      status: { conditions: [{ type: 'Complete', status: 'True' }] },
    });
    expect(await judge({ metadata: nightly, status: { conditions: failed() } }, { jobs: [later] })).toMatchObject([
      { verdict: 'ruled-out', why: expect.stringContaining('migrate-2 succeeded') },
    ]);
  });

  it('is ruled out when it failed long before', async () =>
    expect(await judge({ status: { conditions: failed('2026-02-20T00:00:00Z') } })).toMatchObject([{ verdict: 'ruled-out' }]));

  it('says nothing about a Job that is done or at work', async () => {
    expect(await judge({ status: { conditions: [{ type: 'Complete', status: 'True' }] } })).toEqual([]);
    expect(await judge({ status: { active: 1, succeeded: 0 } })).toEqual([]);
  });
});
