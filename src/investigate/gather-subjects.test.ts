import { describe, expect, it } from 'vitest';
import type { Subject } from '#domain/subject.ts';
import { job } from '#testing/objects.ts';
import { askIn, NOW, pod } from '#testing/world.ts';
import { gatherSubjects } from './gather-subjects.ts';

const OF_CRON_JOB = [{ kind: 'CronJob', name: 'report', uid: 'uid-report', controller: true }];
const run = (name: string, startTime: string, type: 'Complete' | 'Failed', ownerReferences: typeof OF_CRON_JOB | [] = OF_CRON_JOB) =>
  job(name, { metadata: { ownerReferences }, status: { startTime, conditions: [{ type, status: 'True', lastTransitionTime: startTime }] } });
const podOf = (name: string) => pod(`${name}-x`, { metadata: { ownerReferences: [{ kind: 'Job', name, uid: `job-${name}`, controller: true }] } });

/** What each Job is judged by: the uids of what makes its pods. */
async function ownersOf(jobs: readonly ReturnType<typeof job>[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const world = { jobs, pods: jobs.map(({ metadata }) => podOf(metadata.name)) };
  const subjects = await gatherSubjects(['shop'], askIn(world), NOW);
  const workloads = subjects.filter((one): one is Extract<Subject, { kind: 'Workload' }> => one.kind === 'Workload');
  return Object.fromEntries(workloads.map(({ ref, ownerUids }) => [ref.name, ownerUids]));
}

describe('gatherSubjects', () => {
  it('leaves the pods of a run alone that a later run of the same CronJob made good', async () => {
    const jobs = [run('report-1', '2026-03-01T10:00:00Z', 'Failed'), run('report-2', '2026-03-01T11:00:00Z', 'Complete')];
    expect(await ownersOf(jobs)).toEqual({ 'report-1': [], 'report-2': ['job-report-2'] });
  });

  it('judges the pods of the run that failed last, and those of a failed Job of today that nothing makes again', async () => {
    const jobs = [
      run('report-1', '2026-03-01T10:00:00Z', 'Complete'),
      run('report-2', '2026-03-01T11:00:00Z', 'Failed'),
      run('import', '2026-03-01T09:00:00Z', 'Failed', []),
      run('export', '2026-03-01T11:00:00Z', 'Complete', []),
    ];
    expect(await ownersOf(jobs)).toMatchObject({ 'report-2': ['job-report-2'], import: ['job-import'] });
  });

  it('leaves the pods of a Job alone that gave up more than a day before', async () => {
    expect(await ownersOf([run('import', '2026-02-27T09:00:00Z', 'Failed', [])])).toEqual({ import: [] });
  });
});
