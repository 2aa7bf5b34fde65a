import { addCronJob } from '../apps/newsroom.ts';
import { onMain, recreate, rollOut, templateOf, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { crash, imageFails, unschedulable } from '../faults.ts';
import { plain } from '../log-lines.ts';
import { addJob } from '../make-job.ts';
import { env, secretEnv } from '../parts.ts';
import type { Draft, EnvVar, Line, Template } from '../shape.ts';
import { BANK, newBank } from './bank.ts';
import { ML, newInference } from './inference.ts';
import { HYDRO, newTelemetry } from './telemetry.ts';
import { alarm, expect, podAlert } from './tell.ts';
import { newWebshop, SHOP } from './webshop.ts';

const FAMILY = 'batch';

function task(name: string, image: string, args: string[], values: EnvVar[]): Template {
  return { labels: { app: name }, spec: { containers: [{ name, image, args, env: values }] } };
}

/** Each attempt of the same kind, one after the other. */
function attempts(ago: number, log: readonly Line[], exit = 1): { ago: number; exit: number; seconds: number; log: readonly Line[] }[] {
  return [0, 0.7, 1.9, 4].map((after) => ({ ago: ago - after, exit, seconds: 9, log }));
}

/** The nightly statement run signs in with a password that was changed. */
function jobPassword(): Draft {
  const draft = newBank('t-job-password');
  const template = task('end-of-day', `${BANK}/end-of-day:24.11.2`, [], [secretEnv('ConnectionStrings__Ledger', 'ledger-db', 'connection-string')]);
  addCronJob(draft, 'end-of-day', { schedule: '0 * * * *', template, lastAgo: 14, successAgo: 74 });
  addJob(draft, 'end-of-day-29391300', {
    template,
    cronJob: 'end-of-day',
    ago: 14,
    failed: { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', ago: 8 },
    attempts: attempts(
      14,
      [[0.01, plain('Unhandled exception. Npgsql.PostgresException (0x80004005): 28P01: password authentication failed for user "eod"')]],
      134,
    ),
  });
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'DependencyCredentialsRejected', 'CronJob/end-of-day', FAMILY);
}

/** Training is given no bucket. */
function jobEnvironment(): Draft {
  const draft = newInference('t-job-environment');
  const template = task('retrain', `${ML}/trainer:0.44.0`, ['python', '-m', 'trainer'], env({ EPOCHS: '20' }));
  addJob(draft, 'retrain', {
    template,
    ago: 11,
    failed: { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', ago: 5 },
    attempts: attempts(11, [
      [
        0.01,
        plain(
          'Traceback (most recent call last):\n  File "/app/trainer/__main__.py", line 14, in <module>\n    bucket = os.environ["MODEL_BUCKET"]\n             ~~~~~~~~~~^^^^^^^^^^^^^^^^\n  File "<frozen os>", line 714, in __getitem__\nKeyError: \'MODEL_BUCKET\'',
        ),
      ],
    ]),
  });
  alarm(draft, 'ServiceQualityDegradation');
  return expect(draft, 'MissingEnvironment', 'Job/retrain', FAMILY);
}

/** The broker that is updated first has an image that is not there, and blocks the others. */
function ordinal(): Draft {
  const draft = newTelemetry('t-nats-ordinal');
  const nats = workloadOf(draft, 'nats');
  const pods = rollOut(
    nats,
    9,
    onMain((one) => {
      one.image = 'docker.io/library/nats:2.10.42-alpine';
    }),
    ['worker-3'],
  );
  imageFails(
    nats,
    pods,
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nats:2.10.42-alpine": failed to resolve reference "docker.io/library/nats:2.10.42-alpine": docker.io/library/nats:2.10.42-alpine: not found',
  );
  alarm(draft, 'PartialServiceUnreachability');
  podAlert(draft, 'KubePodNotReady', 'nats', -1, 1);
  return expect(draft, 'ImageNotFound', 'nats', FAMILY);
}

/** Its disk is on one machine, and the template ties it to another. */
function volumeNode(): Draft {
  const draft = newBank('t-mssql-volume-node');
  const mssql = workloadOf(draft, 'mssql');
  const pods = recreate(mssql, 9, ({ spec }) => {
    spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data-mssql-0' } }];
    spec.nodeSelector = { 'kubernetes.io/hostname': 'worker-1' };
  });
  unschedulable(
    pods,
    "0/4 nodes are available: 1 node(s) had volume node affinity conflict, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'VolumeNodeAffinityConflict', 'mssql', FAMILY);
}

/** The search index is made anew every ten minutes, until somebody suspended that. */
function suspended(): Draft {
  const draft = newWebshop('t-cron-suspended');
  const template = task('reindex', `${SHOP}/catalog:5.12.0`, ['bundle', 'exec', 'rake', 'search:reindex'], env({ RAILS_ENV: 'production' }));
  addCronJob(draft, 'reindex', { schedule: '*/10 * * * *', template, lastAgo: 47, successAgo: 45, suspended: true });
  alarm(draft, 'ServiceQualityDegradation');
  return expect(draft, 'CronJobSuspended', 'CronJob/reindex', FAMILY);
}

/** Collectors run on each machine of the site; the new release misses a flag of its configuration and does not start. */
function daemon(): Draft {
  const draft = newTelemetry('t-collector-daemon');
  const collector = structuredClone({ ...workloadOf(draft, 'notifier'), routine: undefined });
  const template = templateOf(collector as unknown as ReturnType<typeof workloadOf>);
  template.labels = { 'app.kubernetes.io/name': 'modbus-collector' };
  for (const one of template.spec.containers) Object.assign(one, { name: 'modbus-collector', image: `${HYDRO}/modbus-collector:0.9.0` });
  draft.workloads.push({
    ...workloadOf(draft, 'notifier'),
    ...collector,
    kind: 'DaemonSet',
    name: 'modbus-collector',
    revisions: [{ template, ago: 30_000 }],
    pods: ['worker-1', 'worker-2', 'worker-3'].map((node, at) => ({
      ...structuredClone(workloadOf(draft, 'notifier').pods[0] ?? fail()),
      ago: 30_000 + at,
      node,
    })),
    routine: () => [],
  });
  const daemonSet = workloadOf(draft, 'modbus-collector');
  const [pod] = daemonSet.pods;
  if (pod) {
    daemonSet.revisions.push({ template: structuredClone(template), ago: 9 });
    for (const one of templateOf(daemonSet).spec.containers) {
      one.image = `${HYDRO}/modbus-collector:0.10.0`;
      one.args = ['--serial=/dev/ttyUSB0', '--baud=9k6'];
    }
    Object.assign(pod, { revision: 1, ago: 9 });
    crash(daemonSet, [pod], {
      exit: 2,
      ranSeconds: 0,
      log: [[0.01, plain('invalid value "9k6" for flag -baud: parse error\nUsage of /modbus-collector:\n  -baud int\n    \tbaud rate (default 9600)')]],
    });
  }
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'ApplicationCrash', 'modbus-collector', FAMILY);
}

function fail(): never {
  throw new Error('There is no such pod');
}

/** The CronJob counts its ticks in a zone that is not in the controller's table. */
function badZone(): Draft {
  const draft = newWebshop('t-cron-zone');
  const template = task('price-import', `${SHOP}/catalog:5.12.0`, ['bundle', 'exec', 'rake', 'prices:import'], env({ RAILS_ENV: 'production' }));
  addCronJob(draft, 'price-import', { schedule: '*/15 * * * *', template, lastAgo: 62, successAgo: 60 });
  draft.extras.push(({ world, find }) => {
    const cronJob = find('CronJob', 'price-import');
    Object.assign(cronJob['spec'] as object, { timeZone: 'Europe/Berln' });
    emit(world, cronJob, {
      type: 'Warning',
      reason: 'UnknownTimeZone',
      message: 'invalid timeZone: "Europe/Berln": unknown time zone Europe/Berln',
      first: 55,
      last: 2,
      count: 14,
      by: 'cronjob-controller',
    });
  });
  alarm(draft, 'ServiceQualityDegradation');
  return expect(draft, 'CronJobInvalidSchedule', 'CronJob/price-import', FAMILY);
}

export const batch = [jobPassword, jobEnvironment, ordinal, volumeNode, suspended, daemon, badZone];
