import type { Pod } from '#domain/kubernetes/pod.ts';
import type { Job } from '#domain/kubernetes/workload.ts';
import { list } from '#domain/question.ts';
import { displayLine } from '#lib/display-text.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { logsOfFailure } from '../support/failing-logs.ts';
import { secondsBetween } from '../support/instants.ts';
import { objectArg } from '../support/kubectl.ts';
import { errorText, loggedErrors, saidBy } from '../support/log-errors.ts';
import { controllerOf } from '../support/owners.ts';
import { type ContainerView, containersOf, podRef, podsOf } from '../support/pods.ts';
import { look } from '../support/remedies.ts';

const DAY_SECONDS = 86_400;

/** What the job controller gives as the reason of the condition Failed. */
const REASONS: Readonly<Record<string, (job: Job) => string>> = {
  BackoffLimitExceeded: ({ spec }) => `its pods failed more often than backoffLimit ${spec.backoffLimit ?? 6} allows`,
  DeadlineExceeded: ({ spec }) => `it ran longer than activeDeadlineSeconds ${spec.activeDeadlineSeconds ?? 'allow'}`,
  PodFailurePolicy: () => 'its podFailurePolicy gives up on this kind of failure',
  MaxFailedIndexesExceeded: () => 'more of its indexes failed than maxFailedIndexes allows',
  FailedIndexes: () => 'some of its indexes failed',
};

export const jobFailed = defineRule({
  id: 'job-failed',
  code: 'JobFailed',
  summary: 'a Job has given up',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['job-failed'],
  needs: ['jobs', 'pods', 'logs'],
  references: [
    {
      title: 'Kubernetes: Jobs, Handling Pod and container failures',
      url: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#handling-pod-and-container-failures',
    },
  ],

  async judge(workload, ask, { onset }) {
    if (workload.ref.kind !== 'Job') return notApplicable;
    const { namespace, name } = workload.ref;
    const jobs = await ask(list('jobs', namespace));
    if (jobs.outcome !== 'present') return jobs.outcome === 'unavailable' ? undecided(jobs) : notApplicable;
    const job = jobs.data.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    const failure = job?.status.conditions.find(({ type, status }) => (type === 'Failed' || type === 'FailureTarget') && status === 'True');
    if (!job || !failure) return notApplicable;

    const owner = controllerOf(job);
    const later = jobs.data.find(
      (one) =>
        owner !== undefined &&
        controllerOf(one)?.uid === owner.uid &&
        one.status.conditions.some((it) => it.type === 'Complete' && it.status === 'True') &&
        startOf(one) > startOf(job),
    );
    if (later) return ruledOut(jobs, `Job ${name} failed, but the later run ${later.metadata.name} succeeded.`);
    const ago = secondsBetween(failure.lastTransitionTime, onset);
    if (ago !== undefined && ago > DAY_SECONDS) return ruledOut(jobs, `Job ${name} failed on ${failure.lastTransitionTime}, long before the trouble began.`);

    const pods = podsOf(workload, await ask(list('pods', namespace)));
    const last = pods.outcome === 'present' ? lastFailed(pods.data) : undefined;
    const ended = last?.status?.state.terminated ?? last?.status?.lastState.terminated;
    const [read] = last ? (await logsOfFailure(last, ask)).filter(({ lines }) => lines.lines.length > 0) : [];
    const error = read ? loggedErrors({ ...read.fact, outcome: 'present', data: read.lines })[0] : undefined;
    const said = (error && saidBy(error)) ?? read?.lines.lines.findLast(({ text }) => text.trim() !== '')?.text;
    const why = REASONS[failure.reason ?? '']?.(job) ?? displayLine(failure.message ?? failure.reason ?? 'no reason given', 160);
    return found(
      'certain',
      [
        cite(jobs, `Job ${name} has given up.`, {
          about: workload.ref,
          excerpt: fields({ reason: failure.reason, message: failure.message, failed: job.status.failed, since: failure.lastTransitionTime }),
        }),
        ...(last && pods.outcome === 'present'
          ? [
              cite(pods, `Its last pod ended with exit code ${ended?.exitCode ?? 'unknown'}.`, {
                about: podRef(last.pod),
                excerpt: fields({
                  container: last.spec.name,
                  reason: ended?.reason,
                  exitCode: ended?.exitCode,
                  finishedAt: ended?.finishedAt,
                  message: ended?.message,
                }),
              }),
            ]
          : []),
        ...(read && last && said !== undefined
          ? [cite(read.fact, 'What it said at the end.', { about: podRef(last.pod), excerpt: error ? errorText(error) : displayLine(said) })]
          : []),
      ],
      {
        title: `Job ${name} failed: ${why}${ended ? `; the last run ended with exit code ${ended.exitCode}` : ''}${said ? `: ${displayLine(said, 220)}` : ''}`,
        explanation: `${last ? `The cause is in container ${last.spec.name} of Pod ${last.pod.metadata.name}.` : 'Its pods are gone, and with them their exit codes and logs; what failed cannot be told from the cluster any more.'} A failed Job stays until it is deleted, and so does an alert on it${owner ? `; CronJob ${owner.name} starts the next one by itself` : ''}.`,
        remedies: [
          ...(last
            ? [look(workload.ref, 'Read what it said.', 'logs', `pod/${last.pod.metadata.name}`, '-c', last.spec.name, '--tail=50')]
            : [look(workload.ref, 'See the events of the Job.', 'describe', objectArg(workload.ref))]),
          { kind: 'fix', advice: 'When the cause is gone, delete the failed Job; then apply it again or wait for its next run.', command: '', risk: 'low' },
        ],
        since: failure.lastTransitionTime ?? job.metadata.creationTimestamp,
        affects: [...(owner ? [owner] : []), ...(last ? [podRef(last.pod)] : [])],
      },
    );
  },
});

function startOf({ status, metadata }: Job): string {
  return status.startTime ?? metadata.creationTimestamp ?? '';
}

/** The container that failed last, over all pods of the Job. */
function lastFailed(pods: readonly Pod[]): ContainerView | undefined {
  const endOf = ({ status }: ContainerView) => (status?.state.terminated ?? status?.lastState.terminated)?.finishedAt ?? '';
  return pods
    .flatMap(containersOf)
    .filter(({ status }) => ((status?.state.terminated ?? status?.lastState.terminated)?.exitCode ?? 0) !== 0)
    .toSorted((left, right) => endOf(left).localeCompare(endOf(right)))
    .at(-1);
}
