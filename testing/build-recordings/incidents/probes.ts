import { crashLooping, podNotReady, replicasMismatch, rolloutStuck, statefulMismatch, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { newNewsroom } from '../apps/newsroom.ts';
import { javaStart, newTicketing } from '../apps/ticketing.ts';
import { logTo, onMain, recreate, repeat, rollOut, workloadOf } from '../draft.ts';
import { probeFails } from '../faults.ts';
import { access, burst, gunicorn, spring, zap } from '../log-lines.ts';
import { exec, grpc, httpGet, resources, tcp } from '../parts.ts';
import type { Draft } from '../shape.ts';

/** The management port was never opened; the probe asks it. */
function livenessPort(): Draft {
  const draft = newTicketing('liveness-port', [], ['redis', 'seat-inventory']);
  const orders = workloadOf(draft, 'order-service');
  const fresh = recreate(
    orders,
    38,
    onMain((app) => {
      app.livenessProbe = httpGet('/actuator/health/liveness', 8081, { initialDelaySeconds: 20, timeoutSeconds: 2 });
    }),
  );
  probeFails(orders, fresh, 'Liveness', 'Get "http://{ip}:8081/actuator/health/liveness": dial tcp {ip}:8081: connect: connection refused', {
    kills: 9,
    ranSeconds: 52,
    ago: 0.9,
  });
  for (const pod of fresh)
    pod.previous['app'] = [
      ...javaStart('order-service', 1.8),
      [
        0.95,
        spring(
          'order-service',
          'INFO',
          'ionShutdownHook',
          'o.s.b.w.e.tomcat.GracefulShutdown',
          'Commencing graceful shutdown. Waiting for active requests to complete',
        ),
      ],
    ];
  logTo(orders, javaStart('order-service', 0.85));
  vague(draft, 'ServiceAbnormalRestart', 24, 'Containers restart again and again.');
  draft.expected = { root_cause: 'LivenessProbeWrongPort', object: 'app/order-service', family: 'probes' };
  return draft;
}

function livenessPath(): Draft {
  const draft = newNewsroom('liveness-path', [], ['worker', 'redis']);
  const cms = workloadOf(draft, 'cms');
  const fresh = recreate(
    cms,
    33,
    onMain((app) => {
      app.livenessProbe = httpGet('/health/live', 8000, { initialDelaySeconds: 10, timeoutSeconds: 3 });
    }),
  );
  probeFails(cms, fresh, 'Liveness', 'HTTP probe failed with statuscode: 404', { kills: 8, ranSeconds: 41, exit: 0 });
  logTo(
    cms,
    repeat(0.36, 0.05, 0.17, () => [access('/health/live', 404, 179)]),
  );
  for (const pod of fresh)
    pod.previous['cms'] = burst(1.2, [
      gunicorn('INFO', 1, 'Starting gunicorn 23.0.0'),
      access('/health/live', 404, 179),
      access('/health/live', 404, 179),
      gunicorn('INFO', 1, 'Handling signal: term'),
      gunicorn('INFO', 8, 'Worker exiting (pid: 8)'),
      gunicorn('INFO', 1, 'Shutting down: Master'),
    ]);
  vague(draft, 'ServiceAbnormalRestart', 21, 'Containers restart again and again.');
  draft.expected = { root_cause: 'LivenessProbeWrongPath', object: 'app/cms', family: 'probes' };
  return draft;
}

/** A Go service that speaks gRPC only is asked over HTTP. */
function livenessProtocol(): Draft {
  const draft = newFleet('liveness-protocol', [], ['mongodb', 'trips']);
  const positions = workloadOf(draft, 'positions');
  const fresh = recreate(
    positions,
    29,
    onMain((app) => {
      app.livenessProbe = httpGet('/', 9000, { initialDelaySeconds: 5 });
    }),
  );
  probeFails(
    positions,
    fresh,
    'Liveness',
    'Get "http://{ip}:9000/": malformed HTTP response "\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x05\\x00\\x00@\\x00"',
    { kills: 10, ranSeconds: 35, exit: 2, backOff: true },
  );
  for (const pod of fresh)
    pod.previous['positions'] = burst(1.1, [
      zap('info', 'starting', { service: 'positions' }),
      zap('info', 'listening', { addr: ':9000' }),
      zap('warn', 'transport: http2Server.HandleStreams received bogus greeting from client: "GET / HTTP/1.1\\r\\nHost: 10.42"'),
      zap('info', 'signal received, shutting down', { signal: 'terminated' }),
    ]);
  crashLooping(draft, 'positions', 'positions', 7);
  draft.expected = { root_cause: 'LivenessProbeWrongProtocol', object: 'app/positions', family: 'probes' };
  return draft;
}

/** A JVM that needs forty seconds is given ten. */
function livenessTiming(): Draft {
  const draft = newTicketing('liveness-timing', ['pricing-service'], ['mysql', 'order-service', 'seat-inventory']);
  const pricing = workloadOf(draft, 'pricing-service');
  const fresh = recreate(
    pricing,
    26,
    onMain((app) => {
      app.livenessProbe = httpGet('/actuator/health/liveness', 'http', { initialDelaySeconds: 3, periodSeconds: 3, failureThreshold: 2, timeoutSeconds: 1 });
      app.resources = resources('50m', '384Mi', '768Mi', '250m');
    }),
  );
  probeFails(pricing, fresh, 'Liveness', 'Get "http://{ip}:8080/actuator/health/liveness": dial tcp {ip}:8080: connect: connection refused', {
    kills: 11,
    ranSeconds: 9,
    exit: 143,
    backOff: true,
  });
  for (const pod of fresh) pod.previous['app'] = javaStart('pricing-service', 0.6, false);
  crashLooping(draft, 'pricing-service', 'app', 9);
  draft.expected = { root_cause: 'LivenessProbeTooImpatient', object: 'app/pricing-service', family: 'probes' };
  return draft;
}

function readinessPort(): Draft {
  const draft = newFleet('readiness-port', ['ingest', 'kafka'], ['mongodb', 'trips', 'edge-gateway']);
  const ingest = workloadOf(draft, 'ingest');
  const fresh = recreate(
    ingest,
    44,
    onMain((app) => {
      app.readinessProbe = httpGet('/ready', 8091);
    }),
  );
  probeFails(ingest, fresh, 'Readiness', 'Get "http://{ip}:8091/ready": dial tcp {ip}:8091: connect: connection refused');
  replicasMismatch(draft, 'ingest', 28);
  draft.expected = { root_cause: 'ReadinessProbeWrongPort', object: 'app/ingest', family: 'probes' };
  return draft;
}

function readinessScheme(): Draft {
  const draft = newTicketing('readiness-scheme', ['web'], ['mysql', 'order-service', 'seat-inventory', 'redis']);
  const web = workloadOf(draft, 'web');
  const fresh = recreate(
    web,
    35,
    onMain((app) => {
      app.readinessProbe = {
        httpGet: { path: '/healthz', port: 'http', scheme: 'HTTPS' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      };
    }),
  );
  probeFails(web, fresh, 'Readiness', 'Get "https://{ip}:8080/healthz": http: server gave HTTP response to HTTPS client');
  vague(draft, 'ServiceAvailabilityDisruption', 25, 'The ticket shop answers with 503.');
  draft.expected = { root_cause: 'ReadinessProbeWrongProtocol', object: 'app/web', family: 'probes' };
  return draft;
}

function readinessGrpc(): Draft {
  const draft = newFleet('readiness-grpc', [], ['positions', 'mongodb']);
  const trips = workloadOf(draft, 'trips');
  const fresh = rollOut(
    trips,
    32,
    onMain((app) => {
      app.image = 'ghcr.io/rollwerk/trips:v1.9.5';
      app.readinessProbe = grpc(3000);
    }),
    ['worker-2'],
  );
  probeFails(trips, fresh, 'Readiness', 'timeout: failed to connect service "{ip}:3000" within 1s: context deadline exceeded');
  rolloutStuck(draft, 'trips', 6);
  draft.expected = { root_cause: 'ReadinessProbeWrongProtocol', object: 'app/trips', family: 'probes' };
  return draft;
}

/** The command of the probe asks another database name. */
function readinessExec(): Draft {
  const draft = newNewsroom('readiness-exec', [], ['worker', 'ingress', 'redis']);
  const postgres = workloadOf(draft, 'postgres');
  const fresh = recreate(
    postgres,
    41,
    onMain((app) => {
      app.readinessProbe = exec(['pg_isready', '-U', 'cms', '-p', '5433']);
    }),
  );
  probeFails(postgres, fresh, 'Readiness', '/var/run/postgresql:5433 - no response\n');
  statefulMismatch(draft, 'postgres', 25);
  draft.expected = { root_cause: 'ReadinessProbeWrongPort', object: 'app/postgres', family: 'probes' };
  return draft;
}

function readinessPath(): Draft {
  const draft = newTicketing('readiness-path', [], ['redis', 'order-service'], 'stadium');
  const seats = workloadOf(draft, 'seat-inventory');
  const fresh = recreate(
    seats,
    47,
    onMain((app) => {
      app.readinessProbe = httpGet('/actuator/health/ready', 'http', { timeoutSeconds: 2 });
    }),
  );
  probeFails(seats, fresh, 'Readiness', 'HTTP probe failed with statuscode: 404');
  podNotReady(draft, 'seat-inventory', 31);
  draft.expected = { root_cause: 'ReadinessProbeWrongPath', object: 'app/seat-inventory', family: 'probes' };
  return draft;
}

function startupTcp(): Draft {
  const draft = newNewsroom('startup-port', ['imgproxy'], ['worker', 'cms', 'redis', 'ingress']);
  const imgproxy = workloadOf(draft, 'imgproxy');
  const fresh = recreate(
    imgproxy,
    36,
    onMain((app) => {
      app.startupProbe = tcp(8081, { failureThreshold: 12, periodSeconds: 5 });
    }),
  );
  probeFails(imgproxy, fresh, 'Startup', 'dial tcp {ip}:8081: connect: connection refused', { kills: 8, ranSeconds: 61, exit: 0, ready: false });
  logTo(imgproxy, [[0.3, ({ at }) => `INFO    [${at.toISOString()}] Starting server at :8080`]]);
  vague(draft, 'ServiceAbnormalRestart', 18, 'Images are not delivered.', 'warning');
  draft.expected = { root_cause: 'StartupProbeWrongPort', object: 'app/imgproxy', family: 'probes' };
  return draft;
}

export const probes = [
  livenessPort,
  livenessPath,
  livenessProtocol,
  livenessTiming,
  readinessPort,
  readinessScheme,
  readinessGrpc,
  readinessExec,
  readinessPath,
  startupTcp,
];
