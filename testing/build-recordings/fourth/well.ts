import { replicasMismatch } from '../alerts.ts';
import { addCronJob } from '../apps/newsroom.ts';
import { DAY, mainOf, nodeOf, onMain, recreate, replacePods, rollOut, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { oldRestart, slowStartNoise } from '../faults.ts';
import { plain, spring } from '../log-lines.ts';
import { addJob } from '../make-job.ts';
import { again } from '../third/tell.ts';
import { addObject, well } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel, STAYS } from './hotel.ts';
import { rails, zerolog } from './log-styles.ts';
import { newRetail, of, RETAIL } from './retail.ts';
import { newVideo, VOD } from './video.ts';

/** Restarts while the database was not up yet, in the first minutes of a new cluster; all of it runs since. */
const fresh = well(
  'fresh',
  newHotel,
  (draft) => {
    for (const workload of draft.workloads) {
      const pods = recreate(workload, 21);
      slowStartNoise(pods, mainOf(workload).ports?.[0]?.containerPort ?? 8080, mainOf(workload).name);
      if (workload.name !== 'rooms' && workload.name !== 'bookings') continue;
      for (const pod of pods) {
        pod.states[workload.name] = { is: 'running', restarts: 2, since: 18, last: { exit: 1, reason: 'Error', ago: 18.4, ranSeconds: 30 } };
        pod.previous[workload.name] = [
          [
            18.41,
            spring(
              workload.name,
              'ERROR',
              'main',
              'com.zaxxer.hikari.pool.HikariPool',
              'HikariPool-1 - Exception during pool initialization.\n\ncom.microsoft.sqlserver.jdbc.SQLServerException: The TCP/IP connection to the host mssql, port 1433 has failed. Error: "Connection refused".',
            ),
          ],
        ];
      }
    }
  },
  'ServiceAbnormalRestart',
  20,
);

/** A Job failed three days ago and was done by hand; the hourly one runs well and is at it now. */
const jobs = well('jobs', newVideo, (draft) => {
  const template = { labels: { 'app.kubernetes.io/name': 'retention' }, spec: { containers: [{ name: 'retention', image: `${VOD}/retention:2026.18.3` }] } };
  addCronJob(draft, 'retention', { schedule: '0 * * * *', template, lastAgo: 20, successAgo: 18 });
  addJob(draft, 'retention-29384000', {
    template,
    cronJob: 'retention',
    ago: 3 * DAY,
    failed: { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', ago: 3 * DAY - 9 },
    attempts: [{ ago: 3 * DAY, exit: 1, seconds: 30, log: [[0.01, plain('minio: connection reset by peer')]] }],
  });
  addJob(draft, 'retention-29388310', { template, cronJob: 'retention', ago: 20, succeededAgo: 18, attempts: [{ ago: 20, exit: 0, seconds: 100 }] });
});

/** Pods of a machine that was shut down for its kernel: Failed ones are left, others run in their place. */
const shutdown = well(
  'shutdown',
  newRetail,
  (draft) => {
    for (const name of [of('pricing'), of('storefront')]) {
      const workload = workloadOf(draft, name);
      const [first] = workload.pods;
      if (!first) continue;
      const next = { ...structuredClone(first), ago: 2 * DAY, node: 'worker-1' };
      delete next.name;
      Object.assign(first, {
        node: 'worker-3',
        ago: 9 * DAY,
        failed: { reason: 'Terminated', message: 'Pod was terminated in response to imminent node shutdown.', ago: 2 * DAY },
      });
      workload.pods.push(next);
    }
  },
  'ServiceAbnormalRestart',
);

/** Scaled to zero by an annotation of an office-hours tool; nobody calls it. */
const sleeping = well('sleeping', newFleet, (draft) => {
  const geofence = workloadOf(draft, 'geofence');
  Object.assign(geofence, { replicas: 0, pods: [], shortSince: 900 });
  geofence.annotations['downscaler/original-replicas'] = '1';
});

/** A machine is being drained for an upgrade; its pods have all moved, and budgets hold. */
const drained = well(
  'drained',
  newVideo,
  (draft) => {
    nodeOf(draft, 'worker-1').unschedulable = true;
    for (const workload of draft.workloads)
      workload.pods.forEach((pod, at) => {
        if (pod.node === 'worker-1' && workload.kind === 'Deployment') {
          const [next] = replacePods(workload, 17, [at]);
          if (next) next.node = 'worker-2';
        }
      });
    draft.extras.push(({ world, find }) =>
      emit(world, find('Node', 'worker-1'), {
        type: 'Normal',
        reason: 'NodeNotSchedulable',
        message: 'Node worker-1 status is now: NodeNotSchedulable',
        first: 19,
        by: 'kubelet',
        host: 'worker-1',
      }),
    );
    addObject(draft, 'policy/v1', 'PodDisruptionBudget', 'api', 40_000, {
      spec: { minAvailable: 1, selector: { matchLabels: { 'app.kubernetes.io/name': 'api' } } },
      status: { currentHealthy: 2, desiredHealthy: 1, disruptionsAllowed: 1, expectedPods: 2, observedGeneration: 1 },
    });
  },
  'PartialServiceUnreachability',
);

/** A release of this morning was taken back half an hour ago. */
const rolledBack = well(
  'rolled-back',
  newHotel,
  (draft) => {
    const rooms = workloadOf(draft, 'rooms');
    rollOut(
      rooms,
      48,
      onMain((one) => {
        one.image = `${STAYS}/rooms:3.19.0`;
      }),
    );
    rooms.pods = rollOut(
      rooms,
      31,
      onMain((one) => {
        one.image = `${STAYS}/rooms:3.18.0`;
        one.env = [...(one.env ?? []), { name: 'ROLLED_BACK', value: '1' }];
      }),
      ['worker-1', 'worker-2'],
    );
  },
  'ServiceAbnormalRestart',
  40,
);

/** Errors that are always there: bots, expired tokens, deadlocks that are tried again. */
const chatty = well('chatty', newRetail, (draft) => {
  again(
    workloadOf(draft, of('shop-web')),
    [
      rails('ERROR', 'ActiveRecord::Deadlocked (Mysql2::Error: Deadlock found when trying to get lock; try restarting transaction) retry 1 of 3'),
      rails('FATAL', 'ActionController::RoutingError (No route matches [GET] "/wp-admin/setup.php")'),
    ],
    59,
    2.6,
  );
  again(
    workloadOf(draft, of('pricing')),
    [
      zerolog('warn', 'cache miss', { key: 'rules:4411' }),
      zerolog('error', 'partner feed', { error: 'Get "https://feeds.partner.example/v1": 503 Service Unavailable' }),
    ],
    59,
    4,
  );
});

/** The pods were not ready for half a minute of the rollout, which is through; the alert was late. */
const late = well('late-alert', newRetail, (draft) => {
  const web = workloadOf(draft, of('shop-web'));
  web.pods = rollOut(
    web,
    13,
    onMain((one) => {
      one.image = `${RETAIL}/web:2026.6.0`;
    }),
    ['worker-1', 'worker-2', 'worker-3'],
  );
  slowStartNoise(web.pods, 3000, 'web');
  replicasMismatch(draft, of('shop-web'), 1);
});

/** Killed for its memory a week ago, and once three weeks ago. */
const oldKills = well(
  'old-kills',
  newVideo,
  (draft) => {
    for (const pod of workloadOf(draft, 'transcoder').pods) {
      pod.ago = 40 * DAY;
      pod.states['transcoder'] = {
        is: 'running',
        restarts: 2,
        since: 7 * DAY,
        last: { exit: 137, reason: 'OOMKilled', ago: 7 * DAY + 0.1, ranSeconds: 1_200_000 },
      };
    }
  },
  'ServiceAbnormalRestart',
);

/** Every machine was restarted last night, one after the other. */
const rebooted = well(
  'rebooted',
  newFleet,
  (draft) => {
    for (const workload of draft.workloads)
      workload.pods.forEach((pod, at) => {
        pod.ago = 60 * DAY;
        oldRestart(pod, mainOf(workload).name, 9 * 60 + at * 11, 4);
      });
  },
  'ServiceAbnormalRestart',
);

export const wellClusters = [fresh, jobs, shutdown, sleeping, drained, rolledBack, chatty, late, oldKills, rebooted];
