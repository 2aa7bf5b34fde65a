import { addCronJob } from '../apps/newsroom.ts';
import { DAY, onMain, rollOut, workloadOf } from '../draft.ts';
import { addJob } from '../make-job.ts';
import { addClaim } from '../parts.ts';
import type { Draft, Template } from '../shape.ts';
import { complain, incident, symptom, t } from './fleet.ts';
import { campus, clinic, feed, LEDGERLY_IMAGES, ledgerly } from './fleets.ts';

const WELL = ['healthy', '', 'healthy'] as const;
const task = (name: string, image: string): Template => ({ labels: { job: name }, spec: { containers: [{ name, image }] } });

export const moreWell: readonly (() => Draft)[] = [
  incident('well-hourly-made-good', ledgerly, WELL, (draft) => {
    const template = task('bank-import', `${LEDGERLY_IMAGES}/app:3.8.1`);
    addCronJob(draft, 'bank-import', { schedule: '*/20 * * * *', template, lastAgo: 6, successAgo: 5 });
    addJob(draft, 'bank-import-29400120', {
      template,
      cronJob: 'bank-import',
      ago: 26,
      failed: { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', ago: 22 },
      attempts: [
        { ago: 26, exit: 1, seconds: 12, log: [[0.01, t('Net::OpenTimeout: Failed to open TCP connection to api.bank.example:443 (execution expired)')]] },
      ],
    });
    addJob(draft, 'bank-import-29400140', {
      template,
      cronJob: 'bank-import',
      ago: 6,
      succeededAgo: 5,
      attempts: [{ ago: 6, exit: 0, seconds: 50, log: [[0.01, t('imported 88 transactions')]] }],
    });
    symptom(draft, 'SLOErrorBudgetBurn', {}, 'Error budget of the namespace burns too fast.', 20, 'warning');
  }),
  incident('well-pull-recovered', feed, WELL, (draft) => {
    const push = workloadOf(draft, 'push');
    const pods = rollOut(
      push,
      52,
      onMain((one) => {
        one.image = 'ghcr.io/murmur-social/push:5.3.0';
      }),
    );
    push.pods = pods;
    for (const pod of pods)
      pod.events.push({
        type: 'Warning',
        reason: 'Failed',
        message:
          'Failed to pull image "ghcr.io/murmur-social/push:5.3.0": failed to do request: Head "https://ghcr.io/v2/murmur-social/push/manifests/5.3.0": net/http: TLS handshake timeout',
        first: 51.8,
        last: 51.2,
        count: 2,
        container: 'push',
      });
    symptom(draft, 'DeploymentAnnouncement', { deployment: 'push' }, 'A release was rolled out.', 50, 'info');
  }),
  incident('well-claim-unused', campus, WELL, (draft) => {
    addClaim(draft, 'restore-test', {
      class: 'standard',
      size: '5Gi',
      ago: 3 * DAY,
      pending: { type: 'Normal', reason: 'WaitForFirstConsumer', message: 'waiting for first consumer to be created before binding' },
    });
  }),
  incident('well-slow-queries', clinic, WELL, (draft) => {
    complain(workloadOf(draft, 'mysql'), 600, 21, [
      "%I 412 [Note] [MY-010914] [Server] Aborted connection 412 to db: 'labs' user: 'labs' host: '10.42.1.31' (Got an error reading communication packets).",
    ]);
    complain(workloadOf(draft, 'intake'), 600, 25, [
      "%, WARN  [io.agroal.pool] (agroal-11) Datasource '<default>': Connection leak detected and recovered",
      '%, ERROR [io.quarkus.vertx.http.runtime.QuarkusErrorHandler] (executor-thread-4) HTTP Request to /slots failed, error id: 9c1: jakarta.validation.ConstraintViolationException: from: must not be null',
    ]);
  }),
  incident('well-retries-outside', campus, WELL, (draft) => {
    const lms = workloadOf(draft, 'lms');
    complain(lms, 900, 13, ['[%S] production.WARNING: Mail to student could not be delivered: 550 5.1.1 user unknown, giving up after 3 attempts']);
    complain(workloadOf(draft, 'timetable'), 900, 29, [
      'warn: Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager[35]\n      No XML encryptor configured. Key {4f1c} may be persisted to storage in unencrypted form.',
    ]);
    symptom(draft, 'MailBounceRate', { service: 'lms' }, 'Some mails bounce.', 200, 'info');
  }),
];
