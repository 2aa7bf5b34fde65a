import { meta } from '../../../scripts/scenarios/world.ts';
import { addCronJob } from '../apps/newsroom.ts';
import { DAY, mainOf, newPod, nodeOf, onMain, rollOut, workloadOf } from '../draft.ts';
import { oldRestart } from '../faults.ts';
import { addScaledAutoscaler } from '../make-autoscaler.ts';
import { addJob } from '../make-job.ts';
import type { Draft, Template } from '../shape.ts';
import { measureNodes, measureServices } from '../third/measures.ts';
import { complain, incident, older, symptom, t } from './fleet.ts';
import { CAMPUS_IMAGES, campus, clinic, feed, LEDGERLY_IMAGES, ledgerly } from './fleets.ts';

const WELL = ['healthy', '', 'healthy'] as const;
const NEVER = { from: -1, to: -2 };

const task = (name: string, image: string): Template => ({ labels: { job: name }, spec: { containers: [{ name, image }] } });

const quiet = [
  incident('well-watchdog', clinic, WELL, (draft) => {
    symptom(draft, 'Watchdog', {}, 'An alert that should always be firing to certify that Alertmanager is working properly.', 40_000, 'none');
  }),
  incident('well-info-inhibitor', feed, WELL, (draft) => {
    symptom(draft, 'InfoInhibitor', {}, 'Info-level alert inhibition.', 700, 'none');
    measureServices(draft, NEVER, {});
    measureNodes(draft, NEVER);
  }),
  incident('well-deploy-done', ledgerly, WELL, (draft) => {
    const web = workloadOf(draft, 'rel-ledgerly-web');
    const pods = rollOut(
      web,
      22,
      onMain((one) => {
        one.image = `${LEDGERLY_IMAGES}/app:3.8.2`;
      }),
      ['worker-1', 'worker-2', 'worker-3'],
    );
    web.pods = pods;
    for (const pod of pods)
      pod.events.push({
        type: 'Warning',
        reason: 'Unhealthy',
        message: ({ ip }) => `Readiness probe failed: Get "http://${ip}:3000/up": dial tcp ${ip}:3000: connect: connection refused`,
        first: 21.7,
        last: 21.4,
        count: 2,
        container: 'web',
      });
    symptom(draft, 'DeploymentAnnouncement', { deployment: 'rel-ledgerly-web' }, 'A release was rolled out.', 20, 'info');
  }),
];

const old = [
  incident('well-old-oom', campus, WELL, (draft) => {
    const grades = workloadOf(draft, 'grades');
    const [pod] = grades.pods;
    if (pod) {
      older(grades, pod, 19 * DAY);
      pod.states['grades'] = { is: 'running', restarts: 3, since: 9 * DAY, last: { exit: 137, reason: 'OOMKilled', ago: 9 * DAY + 0.1, ranSeconds: 500_000 } };
      pod.previous['grades'] = [[9 * DAY + 0.2, t('INFO:     10.42.1.33:41820 - "GET /students/812/transcript HTTP/1.1" 200 OK')]];
    }
  }),
  incident('well-reboot-week-ago', feed, WELL, (draft) => {
    for (const workload of draft.workloads)
      for (const pod of workload.pods)
        if (pod.node === 'worker-3') {
          older(workload, pod, 30 * DAY);
          oldRestart(pod, mainOf(workload).name, 7 * DAY, 1);
        }
  }),
  incident('well-failed-run-then-good', ledgerly, WELL, (draft) => {
    const template = task('vat-report', `${LEDGERLY_IMAGES}/app:3.8.1`);
    addCronJob(draft, 'vat-report', { schedule: '0 2 * * *', template, lastAgo: 500, successAgo: 490 });
    addJob(draft, 'vat-report-29400120', {
      template,
      cronJob: 'vat-report',
      ago: 1940,
      failed: { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', ago: 1930 },
      attempts: [
        { ago: 1940, exit: 1, seconds: 20, log: [[0.01, t('PG::ConnectionBad: connection to server at "10.43.2.71", port 5432 failed: Connection refused')]] },
      ],
    });
    addJob(draft, 'vat-report-29401560', {
      template,
      cronJob: 'vat-report',
      ago: 500,
      succeededAgo: 490,
      attempts: [{ ago: 500, exit: 0, seconds: 580, log: [[0.01, t('report written: 4120 rows, 0 errors')]] }],
    });
  }),
];

const noisy = [
  incident('well-loud-logs', campus, WELL, (draft) => {
    complain(workloadOf(draft, 'lms'), 600, 11, [
      '[%S] production.WARNING: Deprecated: Optional parameter $b declared before required parameter $a is implicitly treated as a required parameter',
      '[%S] production.ERROR: The email field must be a valid email address. {"userId":812,"exception":"[object] (Illuminate\\\\Validation\\\\ValidationException(code: 0)"}',
    ]);
    complain(workloadOf(draft, 'enrol'), 600, 17, [
      'WARNING Not Found: /favicon.ico',
      "ERROR Invalid HTTP_HOST header: '203.0.113.40'. You may need to add '203.0.113.40' to ALLOWED_HOSTS.",
    ]);
  }),
  incident('well-scanners', clinic, WELL, (draft) => {
    complain(workloadOf(draft, 'portal'), 900, 9, [
      '%N [error] 29#29: *7712 open() "/usr/share/nginx/html/wp-login.php" failed (2: No such file or directory), client: 198.51.100.7, server: _, request: "GET /wp-login.php HTTP/1.1"',
      '198.51.100.7 - - [%A] "GET /.env HTTP/1.1" 404 153 "-" "zgrab/0.x"',
    ]);
    complain(workloadOf(draft, 'mysql'), 900, 60, [
      "%I 8812 [Warning] [MY-013360] [Server] Plugin mysql_native_password reported: ''mysql_native_password' is deprecated and will be removed in a future release. Please use caching_sha2_password instead'",
    ]);
    symptom(draft, 'Http404RateHigh', { service: 'portal' }, 'Many requests for pages that are not there.', 50, 'info');
  }),
  incident('well-client-hangups', feed, WELL, (draft) => {
    complain(workloadOf(draft, 'feed-api-v2'), 700, 6, [
      'time=%I level=WARN msg="client went away" err="context canceled" path=/v2/timeline',
      'time=%I level=ERROR msg="write response" err="write tcp 10.42.1.18:8000->10.42.3.4:51022: write: broken pipe"',
    ]);
    complain(workloadOf(draft, 'edge-envoy'), 700, 5, [
      '[%I] "GET /v2/timeline HTTP/2" 0 DC 0 0 212 - "10.42.3.4" "murmur-ios/7.1" "b1f0" "feed.murmur.example" "10.42.2.33:8000"',
    ]);
    measureServices(draft, NEVER, {});
  }),
];

function reserved(draft: Draft): void {
  nodeOf(draft, 'worker-3').unschedulable = true;
  for (const workload of draft.workloads)
    for (const pod of workload.pods)
      if (pod.node === 'worker-3' && workload.kind === 'Deployment') {
        pod.node = 'worker-2';
        pod.ago = 240;
      }
}

const meant = [
  incident('well-drained', clinic, WELL, (draft) => {
    reserved(draft);
    for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === 'worker-3') pod.node = 'worker-1';
  }),
  incident('well-zero-on-purpose', ledgerly, WELL, (draft) => {
    const { routine: _, ...rest } = workloadOf(draft, 'rel-ledgerly-pdf');
    const copy = structuredClone(rest);
    for (const { template } of copy.revisions) template.labels['app.kubernetes.io/component'] = 'demo-import';
    draft.workloads.push({ ...copy, name: 'rel-ledgerly-demo-import', replicas: 0, pods: [], shortSince: 80 * DAY, routine: () => [] });
  }),
  incident('well-cron-asleep', campus, WELL, (draft) => {
    addCronJob(draft, 'exam-mails', {
      schedule: '0 7 * 2,7 *',
      template: task('exam-mails', `${CAMPUS_IMAGES}/enrol:1.31.2`),
      lastAgo: 90 * DAY,
      successAgo: 90 * DAY - 3,
      suspended: true,
      ago: 400 * DAY,
    });
  }),
  incident('well-scaled-out', feed, WELL, (draft) => {
    const api = workloadOf(draft, 'feed-api-v2');
    api.replicas = 5;
    for (const node of ['worker-1', 'worker-2', 'worker-3']) api.pods.push(newPod(api, 17, node));
    addScaledAutoscaler(draft, { deployment: 'feed-api-v2', most: 12, replicas: 5, ago: 17, target: 60, now: 55, amount: '55m' });
  }),
  incident('well-finished-pods', clinic, WELL, (draft) => {
    const template = task('reconcile', 'registry.klinik.example/care/billing2:1.19.0');
    addJob(draft, 'reconcile-q3', {
      template,
      ago: 300,
      succeededAgo: 290,
      attempts: [
        {
          ago: 300,
          exit: 0,
          seconds: 590,
          log: [
            [0.4, t('%I  WARN 1 --- [billing2] [           main] e.k.billing.Reconcile                    : 3 rows without a counterpart')],
            [0.01, t('%I  INFO 1 --- [billing2] [           main] e.k.billing.Reconcile                    : done, errors=0')],
          ],
        },
      ],
    });
  }),
  incident('well-quota-nearly-full', feed, WELL, (draft) => {
    draft.extras.push(({ world }) => {
      const hard = { pods: '19', 'requests.cpu': '6' };
      world.add({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: meta(world, 'ResourceQuota', 'tenant', 60 * DAY, {}),
        spec: { hard },
        status: { hard, used: { pods: '18', 'requests.cpu': '5600m' } },
      });
    });
    symptom(draft, 'KubeQuotaAlmostFull', { resourcequota: 'tenant', resource: 'pods' }, 'Namespace quota is going to be full.', 9000, 'info');
  }),
];

export const well = [...quiet, ...old, ...noisy, ...meant];
