import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { lastDue, parseCron } from '../support/cron.ts';
import { eventLine, eventsOf } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { instant } from '../support/instants.ts';
import { look } from '../support/remedies.ts';

const GRACE_MS = 600_000;
/** Warnings and notes of the cronjob controller about runs that did not come about. */
const REASONS = ['MissSchedule', 'TooManyMissedTimes', 'JobAlreadyActive', 'FailedCreate', 'FailedNeedsStart'];

export const cronjobLate = defineRule({
  id: 'cronjob-late',
  code: 'CronJobLate',
  summary: 'a CronJob has not started its Jobs when they were due',
  about: 'CronJob',
  role: 'mechanism',
  symptoms: ['job-failed'],
  needs: ['events', 'jobs'],
  references: [{ title: 'Kubernetes: CronJob limitations', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#cron-job-limitations' }],

  async judge({ ref, object, seenIn }, ask, { now }) {
    const { schedule, suspend, concurrencyPolicy } = object.spec;
    const parsed = parseCron(schedule);
    const at = instant(now);
    if (suspend === true || typeof parsed === 'string' || at === undefined) return notApplicable;
    const last = instant(object.status.lastScheduleTime) ?? instant(object.metadata.creationTimestamp);
    if (last === undefined) return notApplicable;
    const [newest, before] = lastDue(parsed, at);
    if (newest === undefined || before === undefined) return notApplicable;
    // The time zone of the controller is not known; the distance between two runs is the same in all of them.
    const period = newest - before;
    const missed = Math.floor((at - last - GRACE_MS) / period);
    if (missed < 2) return ruledOut(seenIn, `CronJob ${ref.name} ran when it was due.`);

    const events = eventsOf(ref, await ask(list('events', ref.namespace)));
    const said = events.outcome === 'present' ? events.data.findLast(({ reason }) => REASONS.includes(reason ?? '')) : undefined;
    const jobs = await ask(list('jobs', ref.namespace));
    const active =
      jobs.outcome === 'present'
        ? jobs.data.find(({ metadata, status }) => status.active > 0 && object.status.active.some(({ name }) => name === metadata.name))
        : undefined;
    const held = active !== undefined && concurrencyPolicy === 'Forbid';
    return found(
      held || said ? 'likely' : 'possible',
      [
        cite(
          seenIn,
          `CronJob ${ref.name} was last due ${new Date(newest).toISOString()} at the latest, and last started ${object.status.lastScheduleTime ?? 'never'}.`,
          {
            about: ref,
            excerpt: fields({
              schedule,
              timeZone: object.spec.timeZone,
              lastScheduleTime: object.status.lastScheduleTime,
              concurrencyPolicy,
              startingDeadlineSeconds: object.spec.startingDeadlineSeconds,
            }),
          },
        ),
        ...(said && events.outcome === 'present' ? [cite(events, 'What the controller says.', { about: ref, excerpt: eventLine(said) })] : []),
        ...(held && jobs.outcome === 'present'
          ? [cite(jobs, `Job ${active.metadata.name} still runs.`, { excerpt: fields({ startTime: active.status.startTime, active: active.status.active }) })]
          : []),
      ],
      {
        title: held
          ? `CronJob ${ref.name} has missed ${missed} runs: Job ${active.metadata.name} still runs, and concurrencyPolicy is Forbid`
          : `CronJob ${ref.name} (${schedule}) has missed ${missed} runs; the last was ${object.status.lastScheduleTime ?? 'never'}`,
        explanation: held
          ? 'With Forbid, no run starts before the one before has ended. That one hangs or takes longer than the schedule allows.'
          : 'The controller did not start it: it was down, a quota or admission refused the Job, startingDeadlineSeconds was too short, or more than 100 runs had been missed.',
        remedies: [
          look(ref, 'See what the controller says.', 'describe', `cronjob/${ref.name}`),
          ...(held ? [look(ref, 'See what the running Job does.', 'logs', `job/${active.metadata.name}`, '--tail=50')] : []),
        ],
        since: object.status.lastScheduleTime,
        affects: active ? [{ kind: 'Job', namespace: ref.namespace, name: active.metadata.name }] : [],
      },
    );
  },
});
