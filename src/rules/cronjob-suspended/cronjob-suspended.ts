import { cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { lastDue, parseCron } from '../support/cron.ts';
import { fields } from '../support/excerpt.ts';
import { instant, latestOf } from '../support/instants.ts';
import { kubectl } from '../support/kubectl.ts';
import { look } from '../support/remedies.ts';

const LATELY_MS = 86_400_000;

export const cronjobSuspended = defineRule({
  id: 'cronjob-suspended',
  code: 'CronJobSuspended',
  summary: 'a CronJob was suspended shortly before, and starts no Jobs',
  about: 'CronJob',
  role: 'cause',
  symptoms: ['job-failed'],
  needs: [],
  references: [
    { title: 'Kubernetes: CronJob, Schedule suspension', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension' },
  ],

  async judge({ ref, object, seenIn }, _ask, { onset }) {
    if (object.spec.suspend !== true) return notApplicable;
    const { lastScheduleTime } = object.status;
    const changed = latestOf(...object.metadata.managedFields.filter(({ subresource }) => subresource !== 'status').map(({ time }) => time));
    const began = instant(onset) ?? 0;
    const edited = (instant(changed) ?? 0) > began - LATELY_MS && (instant(object.metadata.creationTimestamp) ?? 0) < (instant(changed) ?? 0);
    // Who does not see the edits sees by the last run that it was not suspended for long.
    const ranLately = changed === undefined && (instant(lastScheduleTime) ?? 0) > began - LATELY_MS;
    const schedule = parseCron(object.spec.schedule);
    const [due] = typeof schedule === 'string' ? [] : lastDue(schedule, began);
    const missed = due !== undefined && due > (instant(lastScheduleTime) ?? 0);
    // Suspended for long is how it is meant to be; and it must have run before to be missed.
    if (!(edited || (ranLately && missed)) || lastScheduleTime === undefined) return ruledOut(seenIn, `CronJob ${ref.name} is suspended, and not just lately.`);
    return found(
      'possible',
      [
        cite(seenIn, `CronJob ${ref.name} is suspended.`, {
          about: ref,
          excerpt: fields({ suspend: true, schedule: object.spec.schedule, changed, lastScheduleTime }),
        }),
      ],
      {
        title: `CronJob ${ref.name} is suspended (spec.suspend: true); it last ran ${lastScheduleTime}`,
        explanation: `${changed === undefined ? `It ran until ${lastScheduleTime} and has missed runs since.` : `It was changed on ${changed} and had run before that.`} While it is suspended no Job is started, and the runs that are missed are not made up for.`,
        remedies: [
          look(ref, 'See who changed it.', 'get', `cronjob/${ref.name}`, '-o', 'yaml', '--show-managed-fields'),
          {
            kind: 'fix',
            advice: 'Let it run again, if nobody has suspended it on purpose.',
            command: kubectl(ref, 'patch', `cronjob/${ref.name}`, '-p', '{"spec":{"suspend":false}}'),
            risk: 'medium',
          },
        ],
        since: changed ?? lastScheduleTime,
        affects: [],
      },
    );
  },
});
