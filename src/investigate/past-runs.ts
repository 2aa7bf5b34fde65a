import type { Job } from '#domain/kubernetes/workload.ts';

/** As long as a failed Job counts as news. */
const DAY_MS = 86_400_000;

/**
 * Uids of the Jobs that failed and are history: a later run of the CronJob that made them has succeeded, or they gave up more than a day before the trouble began. They
 * and their pods stay until they are deleted, and so do the complaints in their logs, which explain nothing that is wrong now.
 */
export function pastRuns(jobs: readonly Job[], onset: string): ReadonlySet<string> {
  const before = Date.parse(onset) - DAY_MS;
  const succeeded = new Map<string, string>();
  for (const job of jobs) {
    const maker = makerOf(job);
    if (maker !== undefined && conditionOf(job, 'Complete') && startOf(job) > (succeeded.get(maker) ?? '')) succeeded.set(maker, startOf(job));
  }
  const past = jobs.filter((job) => {
    const failed = conditionOf(job, 'Failed');
    if (!failed) return false;
    return Date.parse(failed.lastTransitionTime ?? '') < before || (succeeded.get(makerOf(job) ?? '') ?? '') > startOf(job);
  });
  return new Set(past.flatMap(({ metadata }) => metadata.uid ?? []));
}

function conditionOf({ status }: Job, wanted: string): Job['status']['conditions'][number] | undefined {
  return status.conditions.find(({ type, status: is }) => type === wanted && is === 'True');
}

function makerOf({ metadata }: Job): string | undefined {
  return metadata.ownerReferences.find(({ controller }) => controller)?.uid;
}

function startOf({ status, metadata }: Job): string {
  return status.startTime ?? metadata.creationTimestamp ?? '';
}
