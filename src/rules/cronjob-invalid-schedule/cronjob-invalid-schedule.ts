import { list } from '#domain/question.ts';
import { cite, defineRule, found, ruledOut } from '../rule.ts';
import { parseCron } from '../support/cron.ts';
import { eventLine, eventsOf } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { editIt, look } from '../support/remedies.ts';

/** Reasons of the cronjob controller's warnings. */
const REASONS = ['UnparseableSchedule', 'UnParseableCronJobSchedule', 'InvalidSchedule', 'UnknownTimeZone'];

export const cronjobInvalidSchedule = defineRule({
  id: 'cronjob-invalid-schedule',
  code: 'CronJobInvalidSchedule',
  summary: 'the schedule or the time zone of a CronJob cannot be read, so it never runs',
  about: 'CronJob',
  role: 'cause',
  symptoms: ['job-failed'],
  needs: ['events'],
  references: [{ title: 'Kubernetes: CronJob, Schedule syntax', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax' }],

  async judge({ ref, object, seenIn }, ask) {
    const { schedule, timeZone } = object.spec;
    const parsed = parseCron(schedule);
    const events = eventsOf(ref, await ask(list('events', ref.namespace)));
    const warning = events.outcome === 'present' ? events.data.findLast(({ reason }) => REASONS.includes(reason ?? '')) : undefined;
    // "@every 5m" is not cron, but the controller takes it.
    const unreadable = typeof parsed === 'string' && !/^@every \d/.test(schedule.trim()) ? parsed : undefined;
    const badZone = timeZone !== undefined && !isTimeZone(timeZone);
    if (!unreadable && !badZone && warning === undefined) return ruledOut(seenIn, `The schedule of CronJob ${ref.name} can be read.`);
    return found(
      warning && (unreadable || badZone) ? 'certain' : 'likely',
      [
        cite(seenIn, `The schedule of CronJob ${ref.name}.`, { about: ref, excerpt: fields({ schedule, timeZone }) }),
        ...(warning && events.outcome === 'present' ? [cite(events, 'The controller cannot read it.', { about: ref, excerpt: eventLine(warning) })] : []),
      ],
      {
        title: badZone
          ? `CronJob ${ref.name} has time zone "${timeZone}", which does not exist`
          : `Schedule "${schedule}" of CronJob ${ref.name} cannot be read${unreadable ? `: ${unreadable}` : ''}`,
        explanation: 'The controller leaves a CronJob alone whose schedule it does not understand; no Job is started.',
        remedies: [
          look(ref, 'See what the controller says.', 'describe', `cronjob/${ref.name}`),
          editIt(
            ref,
            badZone
              ? 'Set timeZone to a name of the time zone database, as Europe/Paris.'
              : 'Correct the schedule: minute, hour, day of month, month, day of week.',
          ),
        ],
        since: object.metadata.creationTimestamp,
        affects: [],
      },
    );
  },
});

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
