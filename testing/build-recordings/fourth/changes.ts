import { jobFailed } from '../alerts.ts';
import { addCronJob } from '../apps/newsroom.ts';
import { onMain, rollOut, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { plain, redis } from '../log-lines.ts';
import { addJob } from '../make-job.ts';
import { again } from '../third/tell.ts';
import { familyOf } from './fault.ts';
import { FLEET, newFleet } from './fleet.ts';
import { newHotel } from './hotel.ts';
import { mosquitto, rails } from './log-styles.ts';
import { newRetail, of, RETAIL } from './retail.ts';
import { newVideo, VOD } from './video.ts';

const fault = familyOf('change');

/** Half of it is new, half of it is old: somebody paused the rollout. */
const paused = fault('paused', newRetail, 'DeploymentPaused', of('shop-web'), (draft) => {
  const web = workloadOf(draft, of('shop-web'));
  rollOut(
    web,
    26,
    onMain((one) => {
      one.image = `${RETAIL}/web:2026.6.0`;
    }),
  );
  web.pods.shift();
  draft.extras.push(({ find, world }) => {
    const deployment = find('Deployment', of('shop-web'));
    Object.assign(deployment['spec'] as object, { paused: true });
    const { conditions } = deployment['status'] as {
      conditions: { type: string; status: string; reason: string; message: string; lastTransitionTime: string }[];
    };
    for (const one of conditions)
      if (one.type === 'Progressing')
        Object.assign(one, { status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused', lastTransitionTime: world.ago(25) });
  });
  again(web, [rails('ERROR', "ActionView::Template::Error (undefined method `cart_total_v2')")], 20, 1);
});

/** The settings of the broker were changed; it does not understand them. */
const brokerSettings = fault(
  'broker-settings',
  newFleet,
  'ApplicationCrash',
  'mosquitto',
  (draft) => {
    for (const one of draft.configMaps)
      if (one.name === 'mosquitto') Object.assign(one, { data: { 'mosquitto.conf': `${one.data['mosquitto.conf'] ?? ''}max_inflght_messages 40\n` } });
    const broker = workloadOf(draft, 'mosquitto');
    const [pod] = broker.pods;
    if (pod) pod.ago = 16;
    crash(broker, broker.pods, {
      exit: 3,
      ranSeconds: 0,
      restarts: 8,
      log: [
        [0.01, mosquitto('Error: Unknown configuration variable "max_inflght_messages".')],
        [0.009, mosquitto('Error found at /mosquitto/config/mosquitto.conf:5.')],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

/** The nightly work is suspended since the freeze. */
const suspended = fault(
  'suspended',
  newHotel,
  'CronJobSuspended',
  'CronJob/night-audit',
  (draft) => {
    const template = {
      labels: { app: 'night-audit' },
      spec: { containers: [{ name: 'night-audit', image: 'harbor.bergblick.example/stays/night-audit:3.18.0' }] },
    };
    addCronJob(draft, 'night-audit', { schedule: '*/20 * * * *', template, lastAgo: 84, successAgo: 82, suspended: true });
  },
  'ServiceQualityDegradation',
);

/** A Job that may not take longer than it did before the data grew. */
const deadline = fault('deadline', newVideo, 'JobFailed', 'Job/reencode-29388312', (draft) => {
  const template = {
    labels: { 'app.kubernetes.io/name': 'reencode' },
    spec: { containers: [{ name: 'reencode', image: `${VOD}/transcoder:2026.18.3`, args: ['reencode', '--all'] }] },
  };
  addCronJob(draft, 'reencode', { schedule: '0 * * * *', template, lastAgo: 35, successAgo: 92 });
  addJob(draft, 'reencode-29388312', {
    template,
    cronJob: 'reencode',
    ago: 35,
    deadlineSeconds: 1200,
    failed: { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline', ago: 15 },
    attempts: [],
  });
  jobFailed(draft, 'reencode-29388312', 1);
});

/** The Job of a release cannot sign in; its tries are used up. */
const jobLogin = fault('job-login', newRetail, 'DependencyCredentialsRejected', `Job/${of('migrate')}`, (draft) => {
  const template = {
    labels: { 'app.kubernetes.io/name': of('migrate') },
    spec: {
      containers: [
        {
          name: 'migrate',
          image: `${RETAIL}/web:2026.6.0`,
          args: ['rake', 'db:migrate'],
          env: [
            { name: 'DB_HOST', value: of('mysql') },
            { name: 'DB_USER', value: 'shop_owner' },
          ],
        },
      ],
    },
  };
  const log = [
    [
      0.01,
      plain(
        "rake aborted!\nActiveRecord::DatabaseConnectionError: There is an issue connecting to your database with your username/password, username: shop_owner.\n\nCaused by:\nMysql2::Error::ConnectionError: Access denied for user 'shop_owner'@'10.42.3.18' (using password: NO)",
      ),
    ],
  ] as const;
  addJob(draft, of('migrate'), {
    template,
    ago: 13,
    failed: { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', ago: 7 },
    attempts: [13, 12.2, 11, 9].map((ago) => ({ ago, exit: 1, seconds: 8, log })),
  });
});

/** A drain killed a pod that its budget did not want to lose: nothing of that is left but an agent that was changed. */
const agent = fault('agent-image', newFleet, 'ImageNotFound', 'edge-agent', (draft) => {
  const daemon = workloadOf(draft, 'edge-agent');
  const wanted = `${FLEET}/edge-agent:0.42`;
  const [first] = rollOut(
    daemon,
    17,
    onMain((one) => {
      one.image = wanted;
    }),
    ['worker-1'],
  );
  if (first) daemon.pods = [first, ...['worker-2', 'worker-3'].map((node) => ({ ...structuredClone(first), node, revision: 0, ago: 40_000 }))];
  if (!first) return;
  const why = `failed to pull and unpack image "${wanted}": failed to resolve reference "${wanted}": ${wanted}: not found`;
  first.states['edge-agent'] = {
    is: 'waiting',
    reason: 'ImagePullBackOff',
    message: `Back-off pulling image "${wanted}": ErrImagePull: rpc error: code = NotFound desc = ${why}`,
  };
  first.events.push({
    type: 'Warning',
    reason: 'Failed',
    message: `Failed to pull image "${wanted}": rpc error: code = NotFound desc = ${why}`,
    first: 16.8,
    last: 1.4,
    count: 9,
    container: 'edge-agent',
  });
  first.events.push({
    type: 'Normal',
    reason: 'BackOff',
    message: `Back-off pulling image "${wanted}"`,
    first: 16.4,
    last: 0.2,
    count: 66,
    container: 'edge-agent',
  });
});

/** Memory of the cache was bounded with the last change; it refuses what is new. */
const cacheBound = fault(
  'cache-flags',
  newHotel,
  'ApplicationCrash',
  'redis',
  (draft) => {
    const cache = workloadOf(draft, 'redis');
    const pods = rollOut(
      cache,
      12,
      onMain((one) => {
        one.args = ['redis-server', '--maxmemory', '200mbb'];
      }),
    );
    cache.pods = pods;
    crash(cache, pods, {
      exit: 1,
      ranSeconds: 0,
      log: [
        [0.02, redis('#', 'Warning: no config file specified')],
        [
          0.01,
          plain(
            '*** FATAL CONFIG FILE ERROR (Redis 7.4.2) ***\nReading the configuration file, at line 3\n>>> \'maxmemory "200mbb"\'\nargument must be a memory value',
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

export const changes = [paused, brokerSettings, suspended, deadline, jobLogin, agent, cacheBound];
