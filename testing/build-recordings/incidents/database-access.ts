import { crashLooping, podNotReady, replicasMismatch, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { gunicornStart, newNewsroom } from '../apps/newsroom.ts';
import { datasource, javaStart, newTicketing } from '../apps/ticketing.ts';
import { logTo, recreate, repeat, rollOut, setEnv, workloadOf } from '../draft.ts';
import { crash, slowStartNoise } from '../faults.ts';
import { access, celery, django, mongod, mysqld, pino, postgres, spring } from '../log-lines.ts';
import { stateMetrics } from '../metrics.ts';
import type { Draft, Place } from '../shape.ts';
import { gatewayFails, poolInitFails, requestFails, sqlWarns } from './java-traces.ts';

function deniedAtStart(): Draft {
  const draft = newTicketing('db-credentials-crash', ['rabbitmq']);
  const orders = workloadOf(draft, 'order-service');
  const fresh = recreate(orders, 34, (template) => {
    const [app] = template.spec.containers;
    if (app)
      app.env = (app.env ?? []).map((one) =>
        one.name === 'SPRING_DATASOURCE_PASSWORD' ? { name: one.name, valueFrom: { secretKeyRef: { name: 'mysql-catalog', key: 'password' } } } : one,
      );
  });
  const denied = ({ ip }: Place): string => `SQLException: Access denied for user 'orders'@'${ip}' (using password: YES)`;
  crash(orders, fresh, { exit: 1, restarts: 9, ranSeconds: 13, log: [...javaStart('order-service', 0.2, false), ...poolInitFails('order-service', denied)] });
  logTo(
    workloadOf(draft, 'mysql'),
    repeat(33, 1.6, 9.5, () => [
      mysqld('Note', '010926', ({ ipOf }) => `Access denied for user 'orders'@'${ipOf('order-service')}' (using password: YES)`, 4512),
    ]),
  );
  logTo(
    workloadOf(draft, 'api-gateway'),
    repeat(20, 0.5, 5.9, (at) => [
      gatewayFails(
        at,
        '/api/orders/7714',
        'io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: order-service/10.43.20.7:8080\nCaused by: java.net.ConnectException: Connection refused',
      ),
    ]),
  );
  replicasMismatch(draft, 'order-service', 18);
  crashLooping(draft, 'order-service', 'app', 17);
  draft.expected = { root_cause: 'DependencyCredentialsRejected', object: 'app/order-service', family: 'database' };
  return draft;
}

function deniedWhileRunning(): Draft {
  const draft = newTicketing('db-credentials-running', ['event-catalog'], [], 'boxoffice');
  const seats = workloadOf(draft, 'seat-inventory');
  const fresh = recreate(seats, 41, (template) => {
    const [app] = template.spec.containers;
    if (!app) return;
    app.env = [
      ...(app.env ?? []).filter(({ name }) => !name.startsWith('SPRING_DATASOURCE')),
      ...datasource('seats', 'seats').filter(({ name }) => name.endsWith('URL')),
      { name: 'SPRING_DATASOURCE_USERNAME', value: 'seats_rw' },
      { name: 'SPRING_DATASOURCE_PASSWORD', valueFrom: { secretKeyRef: { name: 'mysql-seats', key: 'password' } } },
    ];
  });
  const denied = ({ ip }: Place): string => `Access denied for user 'seats_rw'@'${ip}' (using password: YES)`;
  logTo(
    seats,
    repeat(38, 0.4, 11.4, (at) => [
      ...sqlWarns('seat-inventory', at, 1045, '28000', denied),
      requestFails(
        'seat-inventory',
        at,
        'org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager for transaction',
        (place) => `java.sql.SQLException: ${denied(place)}`,
      ),
    ]),
  );
  slowStartNoise(fresh, 8080, 'app');
  logTo(
    workloadOf(draft, 'api-gateway'),
    repeat(30, 0.9, 8.8, (at) => [
      spring(
        'api-gateway',
        'WARN',
        `ctor-http-nio-${1 + (at % 4)}`,
        'com.kassenhaus.gateway.AccessLog',
        'GET /api/seats/hall-2 -> seat-inventory:8080 500 in 31 ms',
      ),
    ]),
  );
  vague(draft, 'HighErrorRate', 28, 'More than 5% of the requests to the box office fail.');
  draft.expected = { root_cause: 'DependencyCredentialsRejected', object: 'app/seat-inventory', family: 'database' };
  return draft;
}

function postgresPassword(): Draft {
  const draft = newNewsroom('db-credentials-postgres');
  const worker = workloadOf(draft, 'worker');
  recreate(worker, 55, (template) => {
    const [main] = template.spec.containers;
    if (main) setEnv(main, 'DB_USER', 'cms_worker');
  });
  const failed = ({ clusterIpOf }: Place): string =>
    `connection failed: connection to server at "${clusterIpOf('postgres')}", port 5432 failed: FATAL:  password authentication failed for user "cms_worker"`;
  logTo(
    worker,
    repeat(52, 0.6, 15.6, (at) => [
      celery(
        'ERROR',
        `ForkPoolWorker-${1 + (at % 4)}`,
        (place) =>
          `Task media.tasks.index_article[0b5f8a1e-10c4-4f6d-8f2a-77e0c2d1aa0${at}] raised unexpected: OperationalError('${failed(place)}')\nTraceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/django/db/backends/base/base.py", line 279, in ensure_connection\n    self.connect()\n  File "/usr/local/lib/python3.12/site-packages/psycopg/connection.py", line 117, in connect\n    raise last_ex.with_traceback(None)\ndjango.db.utils.OperationalError: ${failed(place)}`,
      ),
    ]),
  );
  logTo(
    workloadOf(draft, 'postgres'),
    repeat(52, 0.6, 15.6, () => [
      postgres('FATAL', 'password authentication failed for user "cms_worker"', 'cms_worker@cms '),
      postgres(
        'DETAIL',
        'Role "cms_worker" does not exist.\n\tConnection matched file "/var/lib/postgresql/data/pgdata/pg_hba.conf" line 128: "host all all all scram-sha-256"',
        'cms_worker@cms ',
      ),
    ]),
  );
  vague(draft, 'CeleryTasksFailing', 40, 'More than half of the background tasks fail.', 'warning');
  draft.expected = { root_cause: 'DependencyCredentialsRejected', object: 'app/worker', family: 'database' };
  return draft;
}

function mongoAuth(): Draft {
  const draft = newFleet('db-credentials-mongo');
  const trips = workloadOf(draft, 'trips');
  const fresh = rollOut(
    trips,
    22,
    (template) => {
      const [main] = template.spec.containers;
      if (main) {
        main.image = 'ghcr.io/rollwerk/trips:v1.10.0';
        setEnv(main, 'MONGO_USER', 'trips-svc');
      }
    },
    ['worker-3'],
  );
  crash(trips, fresh, {
    exit: 1,
    restarts: 8,
    ranSeconds: 3,
    log: [
      [0.04, pino(30, 'connecting to mongodb', { host: 'mongodb:27017', db: 'trips' })],
      [
        0.01,
        pino(60, 'startup failed', {
          err: {
            type: 'MongoServerError',
            message: 'Authentication failed.',
            code: 18,
            codeName: 'AuthenticationFailed',
            stack: 'MongoServerError: Authentication failed.\n    at Connection.sendCommand (/app/node_modules/mongodb/lib/cmap/connection.js:290:27)',
          },
        }),
      ],
    ],
  });
  logTo(
    workloadOf(draft, 'mongodb'),
    repeat(21, 1.3, 6.0, (at) => [
      mongod('I', 'ACCESS', 5286307, `conn${9300 + at}`, 'Failed to authenticate', ({ ipOf }) => ({
        client: `${ipOf('trips')}:4${at}114`,
        isSpeculative: true,
        mechanism: 'SCRAM-SHA-256',
        user: 'trips-svc',
        db: 'admin',
        error: 'UserNotFound: Could not find user "trips-svc" for db "admin"',
        result: 11,
      })),
    ]),
  );
  crashLooping(draft, 'trips', 'trips', 5, -1);
  draft.expected = { root_cause: 'DependencyCredentialsRejected', object: 'app/trips', family: 'database' };
  return draft;
}

function wrongPortJava(): Draft {
  const draft = newTicketing('db-port-timeout', ['customer-service'], ['seat-inventory']);
  const customer = workloadOf(draft, 'customer-service');
  const fresh = recreate(customer, 29, (template) => {
    const [app] = template.spec.containers;
    if (app) setEnv(app, 'SPRING_DATASOURCE_URL', 'jdbc:mysql://mysql:3307/customers?useSSL=true&serverTimezone=UTC');
  });
  const failure =
    'SQLNonTransientConnectionException: Communications link failure\n\nThe last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.\nCaused by: com.mysql.cj.exceptions.CJCommunicationsException: Communications link failure\nCaused by: java.net.ConnectException: Connection timed out';
  crash(customer, fresh, {
    exit: 1,
    restarts: 6,
    ranSeconds: 141,
    ago: 0.7,
    log: [...javaStart('customer-service', 2.3, false), ...poolInitFails('customer-service', failure)],
  });
  replicasMismatch(draft, 'customer-service', 13);
  podNotReady(draft, 'customer-service', 13);
  draft.expected = { root_cause: 'DependencyWrongPort', object: 'app/customer-service', family: 'database' };
  return draft;
}

function wrongPortDjango(): Draft {
  const draft = newNewsroom('db-port-refused');
  const cms = workloadOf(draft, 'cms');
  const fresh = recreate(cms, 26, (template) => {
    const [main] = template.spec.containers;
    if (main) setEnv(main, 'DB_PORT', '6432');
  });
  const refused = ({ clusterIpOf }: Place): string =>
    `connection failed: connection to server at "${clusterIpOf('postgres')}", port 6432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`;
  for (const pod of fresh) logTo(cms, [...gunicornStart(pod.ago - 0.1)], [pod]);
  logTo(
    cms,
    repeat(24, 0.3, 7.2, (at) => [
      django(
        'ERROR',
        'django.request',
        (place) =>
          `Internal Server Error: /artikel/2026/hafenfest-${at}/\nTraceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/django/core/handlers/exception.py", line 55, in inner\n    response = get_response(request)\n  File "/usr/local/lib/python3.12/site-packages/psycopg/connection.py", line 117, in connect\n    raise last_ex.with_traceback(None)\ndjango.db.utils.OperationalError: ${refused(place)}`,
      ),
      access('/artikel/2026/hafenfest/', 500, 145, 'Mozilla/5.0'),
    ]),
  );
  stateMetrics(draft);
  vague(draft, 'HighErrorRate', 20, 'The site answers with 5xx.');
  draft.expected = { root_cause: 'DependencyWrongPort', object: 'app/cms', family: 'database' };
  return draft;
}

export const databaseAccess = [deniedAtStart, deniedWhileRunning, postgresPassword, mongoAuth, wrongPortJava, wrongPortDjango];
