import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { isRecent } from '../support/instants.ts';
import { kubectl } from '../support/kubectl.ts';
import { controllerOf } from '../support/owners.ts';
import { fix, look } from '../support/workload-edits.ts';

const DAY_SECONDS = 86_400;
/** Queues hold Jobs back by suspending them, and start them when there is room: that is how they work. https://kueue.sigs.k8s.io/ */
const QUEUED = ['kueue.x-k8s.io/queue-name', 'volcano.sh/queue-name'];

export const jobSuspended = defineRule({
  id: 'job-suspended',
  code: 'JobSuspended',
  summary: 'a Job is suspended, so it runs no pods',
  about: 'Workload',
  role: 'cause',
  symptoms: ['job-failed'],
  needs: ['jobs'],
  references: [{ title: 'Kubernetes: Suspending a Job', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#suspending-a-job' }],

  async judge({ ref }, ask, { onset }) {
    if (ref.kind !== 'Job') return notApplicable;
    const jobs = await ask(list('jobs', ref.namespace));
    if (jobs.outcome !== 'present') return jobs.outcome === 'unavailable' ? undecided(jobs) : notApplicable;
    const job = jobs.data.find(({ metadata }) => metadata.name === ref.name && metadata.namespace === ref.namespace);
    if (job?.spec.suspend !== true || job.status.completionTime !== undefined || controllerOf(job) !== undefined) return notApplicable;
    const condition = job.status.conditions.find(({ type, status }) => type === 'Suspended' && status === 'True');
    const since = condition?.lastTransitionTime ?? job.metadata.creationTimestamp;
    if (QUEUED.some((label) => label in job.metadata.labels)) return ruledOut(jobs, `Job ${ref.name} waits in a queue, which suspends it until there is room.`);
    if (!isRecent(since, onset, DAY_SECONDS)) return ruledOut(jobs, `Job ${ref.name} has been suspended since ${since}.`);
    return found(
      'possible',
      [
        cite(jobs, `Job ${ref.name} is suspended.`, {
          about: ref,
          excerpt: fields({ suspend: true, since, active: job.status.active, succeeded: job.status.succeeded }),
        }),
      ],
      {
        title: `Job ${ref.name} is suspended (spec.suspend: true) since ${since}`,
        explanation: 'While a Job is suspended it has no pods; those that ran were ended. It goes on where it was when it is resumed.',
        remedies: [
          look('See who changed it.', kubectl(ref, 'get', `job/${ref.name}`, '-o', 'yaml', '--show-managed-fields')),
          fix('Resume it, if nobody has suspended it on purpose.', kubectl(ref, 'patch', `job/${ref.name}`, '-p', '{"spec":{"suspend":false}}')),
        ],
        since,
        affects: [ref],
      },
    );
  },
});
