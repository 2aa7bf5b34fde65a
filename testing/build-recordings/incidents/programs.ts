import { crashLooping, daemonSetStuck, podNotReady, rolloutStuck, statefulMismatch, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { DJANGO_IMAGE, djangoEnv, newNewsroom } from '../apps/newsroom.ts';
import { javaStart, newTicketing } from '../apps/ticketing.ts';
import { DAY, logTo, mainOf, recreate, rollOut, setEnv, workloadOf } from '../draft.ts';
import { crash, oldRestart } from '../faults.ts';
import { burst, django, gunicorn, plain, spring, zap } from '../log-lines.ts';
import { resources } from '../parts.ts';
import type { Draft } from '../shape.ts';

/** An exporter that was added beside the application binds the application's port. */
function sidecarMetrics(): Draft {
  const draft = newFleet('port-conflict-exporter', [], ['positions', 'mongodb']);
  const trips = workloadOf(draft, 'trips');
  const fresh = recreate(trips, 31, (template) => {
    template.spec.containers.push({
      name: 'statsd-exporter',
      image: 'docker.io/prom/statsd-exporter:v0.28.0',
      args: ['--web.listen-address=:3000', '--statsd.listen-udp=:9125'],
      ports: [{ name: 'statsd', containerPort: 9125, protocol: 'UDP' }],
      resources: resources('20m', '32Mi', '64Mi'),
    });
  });
  crash(trips, fresh, {
    container: 'statsd-exporter',
    exit: 1,
    restarts: 10,
    ranSeconds: 1,
    log: burst(0.02, [
      ({ at }) => `ts=${at.toISOString()} caller=main.go:299 level=info msg="Starting StatsD -> Prometheus Exporter" version="(version=0.28.0, branch=HEAD)"`,
      ({ at }) => `ts=${at.toISOString()} caller=main.go:433 level=info msg="Accepting Prometheus Requests" addr=:3000`,
      ({ at }) => `ts=${at.toISOString()} caller=main.go:189 level=error msg="listen tcp :3000: bind: address already in use"`,
    ]),
  });
  for (const pod of fresh) pod.logs['trips'] = [];
  crashLooping(draft, 'trips', 'statsd-exporter', 14);
  podNotReady(draft, 'trips', 14, 0);
  draft.expected = { root_cause: 'PortConflict', object: 'app/trips', family: 'startup' };
  return draft;
}

/** A second nginx in the pod: the application loses the race for the port. */
function sidecarProxy(): Draft {
  const draft = newNewsroom('port-conflict-proxy', [], ['worker']);
  const cms = workloadOf(draft, 'cms');
  const fresh = recreate(cms, 24, (template) => {
    template.spec.containers.push({
      name: 'auth-proxy',
      image: 'quay.io/oauth2-proxy/oauth2-proxy:v7.8.1',
      args: ['--http-address=0.0.0.0:8000', '--upstream=http://127.0.0.1:8000', '--provider=oidc'],
      resources: resources('20m', '32Mi', '64Mi'),
    });
    template.spec.containers.reverse();
  });
  crash(cms, fresh, {
    container: 'cms',
    exit: 1,
    restarts: 7,
    ranSeconds: 6,
    log: burst(0.1, [
      gunicorn('INFO', 1, 'Starting gunicorn 23.0.0'),
      gunicorn('ERROR', 1, "Connection in use: ('0.0.0.0', 8000)"),
      gunicorn('ERROR', 1, "connection to ('0.0.0.0', 8000) failed: [Errno 98] Address already in use"),
      gunicorn('ERROR', 1, 'Retrying in 1 second.'),
      gunicorn('ERROR', 1, "Can't connect to ('0.0.0.0', 8000)"),
    ]),
  });
  for (const pod of fresh)
    pod.logs['auth-proxy'] = [
      [
        6,
        ({ at }) =>
          `[${at.toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')}] [oauthproxy.go:172] OAuthProxy configured for OpenID Connect Client ID: cms`,
      ],
    ];
  vague(draft, 'ServiceAvailabilityDisruption', 18, 'https://www.tagespost.example answers with 502.');
  draft.expected = { root_cause: 'PortConflict', object: 'app/cms', family: 'startup' };
  return draft;
}

function notFoundCommand(): Draft {
  const draft = newNewsroom('exit-127', [], ['redis', 'ingress']);
  const worker = workloadOf(draft, 'worker');
  const fresh = recreate(worker, 22, (template) => {
    const [main] = template.spec.containers;
    if (main) main.args = ['/bin/sh', '-c', 'celery-worker -A cms --loglevel=info'];
  });
  crash(worker, fresh, { exit: 127, restarts: 8, ranSeconds: 0, log: [[0, plain('/bin/sh: 1: celery-worker: not found')]] });
  crashLooping(draft, 'worker', 'worker', 6);
  draft.expected = { root_cause: 'CommandNotFound', object: 'app/worker', family: 'startup' };
  return draft;
}

function notExecutable(): Draft {
  const draft = newFleet('exit-126', ['telemetry-relay'], ['positions', 'mongodb', 'trips']);
  const relay = workloadOf(draft, 'telemetry-relay');
  const fresh = recreate(relay, 28, (template) => {
    const [main] = template.spec.containers;
    if (main) main.command = ['/bin/sh', '-c', '/opt/relay/start.sh'];
  });
  crash(relay, fresh, { exit: 126, restarts: 9, ranSeconds: 0, log: [[0, plain('/bin/sh: 1: /opt/relay/start.sh: Permission denied')]] });
  daemonSetStuck(draft, 'telemetry-relay', 10);
  crashLooping(draft, 'telemetry-relay', 'telemetry-relay', 10);
  draft.expected = { root_cause: 'CommandNotExecutable', object: 'app/telemetry-relay', family: 'startup' };
  return draft;
}

function missingVariable(): Draft {
  const draft = newFleet('exit-1-missing-env', [], ['mongodb', 'trips']);
  const gateway = workloadOf(draft, 'edge-gateway');
  const fresh = recreate(gateway, 35, (template) => {
    const [main] = template.spec.containers;
    if (main) main.env = (main.env ?? []).filter(({ name }) => name !== 'POSITIONS_ADDR');
  });
  crash(gateway, fresh, {
    exit: 1,
    restarts: 11,
    ranSeconds: 1,
    log: burst(0.02, [
      plain('/app/node_modules/env-var/lib/variable.js:47'),
      plain('      throw new EnvVarError(msg)'),
      plain('      ^'),
      plain('EnvVarError: env-var: "POSITIONS_ADDR" is a required variable, but it was not set'),
      plain('    at raiseError (/app/node_modules/env-var/lib/variable.js:47:13)'),
      plain('    at Object.<anonymous> (/app/dist/config.js:14:41)'),
      plain(''),
      plain('Node.js v22.14.0'),
    ]),
  });
  crashLooping(draft, 'edge-gateway', 'edge-gateway', 18);
  draft.expected = { root_cause: 'MissingEnvironment', object: 'app/edge-gateway', family: 'startup' };
  return draft;
}

/** The migration that runs before the new release fails; the old pods still serve. */
function migration(): Draft {
  const draft = newNewsroom('init-migration', [], ['worker', 'redis']);
  const cms = workloadOf(draft, 'cms');
  const image = `${DJANGO_IMAGE}:2026.5.0`;
  const fresh = rollOut(
    cms,
    29,
    (template) => {
      template.spec.initContainers = [
        { name: 'migrate', image, args: ['python', 'manage.py', 'migrate', '--noinput'], env: djangoEnv(), resources: resources('100m', '128Mi', '512Mi') },
      ];
      const [main] = template.spec.containers;
      if (main) main.image = image;
    },
    ['worker-1'],
  );
  const log = burst(0.05, [
    plain('Operations to perform:'),
    plain('  Apply all migrations: admin, auth, contenttypes, media, sessions, stats'),
    plain('Running migrations:'),
    plain('  Applying media.0042_asset_rights_holder...Traceback (most recent call last):'),
    plain('  File "/usr/local/lib/python3.12/site-packages/django/db/backends/utils.py", line 103, in _execute'),
    plain('    return self.cursor.execute(sql)'),
    plain('psycopg.errors.DuplicateColumn: column "rights_holder_id" of relation "media_asset" already exists'),
    plain(''),
    plain('django.db.utils.ProgrammingError: column "rights_holder_id" of relation "media_asset" already exists'),
  ]);
  for (const pod of fresh) {
    pod.initStates = { migrate: { is: 'waiting', reason: 'CrashLoopBackOff', restarts: 9, last: { exit: 1, reason: 'Error', ago: 2.2, ranSeconds: 5 } } };
    pod.previous['migrate'] = log.map(([ago, text]) => [2.2 + ago, text]);
    pod.logs['migrate'] = pod.previous['migrate'];
    pod.events.push({
      type: 'Warning',
      reason: 'BackOff',
      message: ({ pod: name }) => `Back-off restarting failed container migrate in pod ${name}`,
      first: 28,
      last: 0.2,
      count: 118,
      container: 'migrate',
    });
  }
  rolloutStuck(draft, 'cms', 3.4);
  draft.expected = { root_cause: 'ApplicationCrash', object: 'app/cms', family: 'startup' };
  return draft;
}

/** The database's directory belongs to another user since the security context was changed. */
function permission(): Draft {
  const draft = newNewsroom('volume-permission', [], ['redis', 'ingress']);
  const postgres = workloadOf(draft, 'postgres');
  const fresh = recreate(postgres, 39, (template) => {
    template.spec.securityContext = { runAsUser: 1001, runAsGroup: 1001 };
  });
  crash(postgres, fresh, {
    exit: 1,
    restarts: 12,
    ranSeconds: 1,
    log: [[0.005, plain('mkdir: cannot create directory ‘/var/lib/postgresql/data/pgdata’: Permission denied')]],
  });
  logTo(workloadOf(draft, 'cms'), [
    [
      9,
      django(
        'ERROR',
        'django.request',
        'Internal Server Error: /\ndjango.db.utils.OperationalError: connection failed: connection to server at "10.43.1.9", port 5432 failed: Connection refused',
      ),
    ],
    [
      2,
      django(
        'ERROR',
        'django.request',
        'Internal Server Error: /\ndjango.db.utils.OperationalError: connection failed: connection to server at "10.43.1.9", port 5432 failed: Connection refused',
      ),
    ],
  ]);
  statefulMismatch(draft, 'postgres', 22);
  draft.expected = { root_cause: 'VolumePermissionDenied', object: 'app/postgres', family: 'startup' };
  return draft;
}

/** A setting with a typo crashes the new revision; the old pods serve. */
function badRollout(): Draft {
  const draft = newTicketing('rollout-bad-value', [], ['redis', 'seat-inventory']);
  const orders = workloadOf(draft, 'order-service');
  setEnv(mainOf(orders), 'ORDER_HOLD_DURATION', '15m');
  const fresh = rollOut(
    orders,
    23,
    (template) => {
      const [app] = template.spec.containers;
      if (app) {
        app.image = app.image.replace('3.14.2', '3.15.0');
        setEnv(app, 'ORDER_HOLD_DURATION', '15min');
      }
    },
    ['worker-1'],
  );
  crash(orders, fresh, {
    exit: 1,
    restarts: 7,
    ranSeconds: 8,
    log: [
      ...javaStart('order-service', 0.15, false),
      [
        0.01,
        spring(
          'order-service',
          'ERROR',
          'main',
          'o.s.b.d.LoggingFailureAnalysisReporter',
          "\n\n***************************\nAPPLICATION FAILED TO START\n***************************\n\nDescription:\n\nFailed to bind properties under 'order.hold-duration' to java.time.Duration:\n\n    Property: order.hold-duration\n    Value: \"15min\"\n    Origin: System Environment Property \"ORDER_HOLD_DURATION\"\n    Reason: failed to convert java.lang.String to java.time.Duration (caused by java.lang.IllegalArgumentException: '15min' is not a valid duration)\n\nAction:\n\nUpdate your application's configuration",
        ),
      ],
    ],
  });
  for (const pod of orders.pods.slice(0, 1)) oldRestart(pod, 'app', 4 * DAY, 1, 143);
  rolloutStuck(draft, 'order-service', 2);
  crashLooping(draft, 'order-service', 'app', 5, -1);
  draft.expected = { root_cause: 'ApplicationCrash', object: 'app/order-service', family: 'startup' };
  return draft;
}

/** The certificate of an internal service ran out in the night. */
function certificate(): Draft {
  const draft = newFleet('certificate-expired', ['ingest', 'kafka'], ['mongodb', 'trips', 'edge-gateway']);
  draft.secrets.push({ name: 'kafka-tls', keys: ['ca.crt', 'tls.crt', 'tls.key'], type: 'kubernetes.io/tls', ago: 365 * DAY });
  for (const name of ['ingest', 'positions']) {
    setEnv(mainOf(workloadOf(draft, name)), 'KAFKA_TLS', 'true');
    logTo(
      workloadOf(draft, name),
      [38, 21, 4].map((ago) => [
        ago,
        zap('error', 'kafka: failed to connect to broker', ({ at }) => ({
          broker: 'kafka:9092',
          error: `tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time ${at.toISOString().slice(0, 19)}Z is after ${at.toISOString().slice(0, 10)}T00:00:00Z`,
        })),
      ]),
    );
  }
  const kafka = workloadOf(draft, 'kafka');
  for (const { template } of kafka.revisions) template.spec.volumes = [{ name: 'tls', secret: { secretName: 'kafka-tls', defaultMode: 420 } }];
  logTo(kafka, [
    [
      38,
      ({ at }) =>
        `[${at.toISOString().replace('T', ' ').slice(0, 19)},114] INFO [SocketServer listenerType=BROKER, nodeId=1] Failed authentication with /10.42.1.33 (channelId=10.42.1.12:9092-10.42.1.33:51882-4411) (SSL handshake failed) (org.apache.kafka.common.network.Selector)`,
    ],
  ]);
  vague(draft, 'NoNewPositions', 25, 'No position was stored for 10 minutes.');
  draft.expected = { root_cause: 'CertificateExpired', object: 'app/kafka', family: 'startup' };
  return draft;
}

export const programs = [sidecarMetrics, sidecarProxy, notFoundCommand, notExecutable, missingVariable, migration, permission, badRollout, certificate];
