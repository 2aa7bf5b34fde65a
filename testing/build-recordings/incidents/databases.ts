import { datasource, javaStart, newTicketing } from '../apps/ticketing.ts';
import { gunicornStart, newNewsroom } from '../apps/newsroom.ts';
import { newFleet } from '../apps/fleet.ts';
import { crashLooping, podNotReady, replicasMismatch, vague } from '../alerts.ts';
import { logTo, recreate, repeat, rollOut, setEnv, workloadOf } from '../draft.ts';
import { crash, oldRestart, slowStartNoise } from '../faults.ts';
import { access, celery, django, mongod, mysqld, pino, postgres, spring } from '../log-lines.ts';
import { stateMetrics } from '../metrics.ts';
import type { Draft, Line, Place } from '../shape.ts';
import { gatewayFails, poolInitFails, requestFails, sqlWarns } from './java-traces.ts';

function deniedAtStart(): Draft {
  const draft = newTicketing('db-credentials-crash', ['rabbitmq']);
  const orders = workloadOf(draft, 'order-service');
  const fresh = recreate(orders, 34, (template) => {
    const [app] = template.spec.containers;
    if (app) app.env = (app.env ?? []).map((one) => (one.name === 'SPRING_DATASOURCE_PASSWORD' ? { name: one.name, valueFrom: { secretKeyRef: { name: 'mysql-catalog', key: 'password' } } } : one));
  });
  const denied = ({ ip }: Place): string => `SQLException: Access denied for user 'orders'@'${ip}' (using password: YES)`;
  crash(orders, fresh, { exit: 1, restarts: 9, ranSeconds: 13, log: [...javaStart('order-service', 0.2, false), ...poolInitFails('order-service', denied)] });
  logTo(workloadOf(draft, 'mysql'), repeat(33, 1.6, 9.5, () => [mysqld('Note', '010926', ({ ipOf }) => `Access denied for user 'orders'@'${ipOf('order-service')}' (using password: YES)`, 4512)]));
  logTo(workloadOf(draft, 'api-gateway'), repeat(20, 0.5, 5.9, (at) => [gatewayFails(at, '/api/orders/7714', "io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: order-service/10.43.20.7:8080\nCaused by: java.net.ConnectException: Connection refused")]));
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
    app.env = [...(app.env ?? []).filter(({ name }) => !name.startsWith('SPRING_DATASOURCE')), ...datasource('seats', 'seats').filter(({ name }) => name.endsWith('URL')), { name: 'SPRING_DATASOURCE_USERNAME', value: 'seats_rw' }, { name: 'SPRING_DATASOURCE_PASSWORD', valueFrom: { secretKeyRef: { name: 'mysql-seats', key: 'password' } } }];
  });
  const denied = ({ ip }: Place): string => `Access denied for user 'seats_rw'@'${ip}' (using password: YES)`;
  logTo(seats, repeat(38, 0.4, 11.4, (at) => [...sqlWarns('seat-inventory', at, 1045, '28000', denied), requestFails('seat-inventory', at, 'org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager for transaction', (place) => `java.sql.SQLException: ${denied(place)}`)]));
  slowStartNoise(fresh, 8080, 'app');
  logTo(workloadOf(draft, 'api-gateway'), repeat(30, 0.9, 8.8, (at) => [spring('api-gateway', 'WARN', `ctor-http-nio-${1 + (at % 4)}`, 'com.kassenhaus.gateway.AccessLog', 'GET /api/seats/hall-2 -> seat-inventory:8080 500 in 31 ms')]));
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
  const failed = ({ clusterIpOf }: Place): string => `connection failed: connection to server at "${clusterIpOf('postgres')}", port 5432 failed: FATAL:  password authentication failed for user "cms_worker"`;
  logTo(worker, repeat(52, 0.6, 15.6, (at) => [celery('ERROR', `ForkPoolWorker-${1 + (at % 4)}`, (place) => `Task media.tasks.index_article[0b5f8a1e-10c4-4f6d-8f2a-77e0c2d1aa0${at}] raised unexpected: OperationalError('${failed(place)}')\nTraceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/django/db/backends/base/base.py", line 279, in ensure_connection\n    self.connect()\n  File "/usr/local/lib/python3.12/site-packages/psycopg/connection.py", line 117, in connect\n    raise last_ex.with_traceback(None)\ndjango.db.utils.OperationalError: ${failed(place)}`)]));
  logTo(workloadOf(draft, 'postgres'), repeat(52, 0.6, 15.6, () => [postgres('FATAL', 'password authentication failed for user "cms_worker"', 'cms_worker@cms '), postgres('DETAIL', 'Role "cms_worker" does not exist.\n\tConnection matched file "/var/lib/postgresql/data/pgdata/pg_hba.conf" line 128: "host all all all scram-sha-256"', 'cms_worker@cms ')]));
  vague(draft, 'CeleryTasksFailing', 40, 'More than half of the background tasks fail.', 'warning');
  draft.expected = { root_cause: 'DependencyCredentialsRejected', object: 'app/worker', family: 'database' };
  return draft;
}

function mongoAuth(): Draft {
  const draft = newFleet('db-credentials-mongo');
  const trips = workloadOf(draft, 'trips');
  const fresh = rollOut(trips, 22, (template) => {
    const [main] = template.spec.containers;
    if (main) {
      main.image = 'ghcr.io/rollwerk/trips:v1.10.0';
      setEnv(main, 'MONGO_USER', 'trips-svc');
    }
  }, ['worker-3']);
  crash(trips, fresh, { exit: 1, restarts: 8, ranSeconds: 3, log: [[0.04, pino(30, 'connecting to mongodb', { host: 'mongodb:27017', db: 'trips' })], [0.01, pino(60, 'startup failed', { err: { type: 'MongoServerError', message: 'Authentication failed.', code: 18, codeName: 'AuthenticationFailed', stack: 'MongoServerError: Authentication failed.\n    at Connection.sendCommand (/app/node_modules/mongodb/lib/cmap/connection.js:290:27)' } })]] });
  logTo(workloadOf(draft, 'mongodb'), repeat(21, 1.3, 6.0, (at) => [mongod('I', 'ACCESS', 5286307, `conn${9300 + at}`, 'Failed to authenticate', ({ ipOf }) => ({ client: `${ipOf('trips')}:4${at}114`, isSpeculative: true, mechanism: 'SCRAM-SHA-256', user: 'trips-svc', db: 'admin', error: 'UserNotFound: Could not find user "trips-svc" for db "admin"', result: 11 }))]));
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
  const failure = 'SQLNonTransientConnectionException: Communications link failure\n\nThe last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.\nCaused by: com.mysql.cj.exceptions.CJCommunicationsException: Communications link failure\nCaused by: java.net.ConnectException: Connection timed out';
  crash(customer, fresh, { exit: 1, restarts: 6, ranSeconds: 141, ago: 0.7, log: [...javaStart('customer-service', 2.3, false), ...poolInitFails('customer-service', failure)] });
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
  const refused = ({ clusterIpOf }: Place): string => `connection failed: connection to server at "${clusterIpOf('postgres')}", port 6432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`;
  for (const pod of fresh) logTo(cms, [...gunicornStart(pod.ago - 0.1)], [pod]);
  logTo(cms, repeat(24, 0.3, 7.2, (at) => [django('ERROR', 'django.request', (place) => `Internal Server Error: /artikel/2026/hafenfest-${at}/\nTraceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/django/core/handlers/exception.py", line 55, in inner\n    response = get_response(request)\n  File "/usr/local/lib/python3.12/site-packages/psycopg/connection.py", line 117, in connect\n    raise last_ex.with_traceback(None)\ndjango.db.utils.OperationalError: ${refused(place)}`), access('/artikel/2026/hafenfest/', 500, 145, 'Mozilla/5.0')]));
  stateMetrics(draft);
  vague(draft, 'HighErrorRate', 20, 'The site answers with 5xx.');
  draft.expected = { root_cause: 'DependencyWrongPort', object: 'app/cms', family: 'database' };
  return draft;
}

function readOnlyMysql(): Draft {
  const draft = newTicketing('db-readonly-mysql', ['payment-service', 'event-catalog']);
  const mysql = workloadOf(draft, 'mysql');
  recreate(mysql, 48, (template) => {
    const [main] = template.spec.containers;
    if (main) main.args = ['--character-set-server=utf8mb4', '--read-only=ON'];
  });
  const message = 'The MySQL server is running with the --read-only option so it cannot execute this statement';
  const failing: readonly (readonly [string, string])[] = [['order-service', 'insert into orders (created_at,customer_id,state,id) values (?,?,?,?)'], ['seat-inventory', 'update seat_hold set expires_at=? where id=?'], ['payment-service', 'insert into payment_intent (amount,order_id,id) values (?,?,?)']];
  for (const [name, statement] of failing)
    logTo(workloadOf(draft, name), repeat(44, 0.5, 13.2, (at) => [...sqlWarns(name, at, 1290, 'HY000', message), requestFails(name, at, `org.springframework.orm.jpa.JpaSystemException: could not execute statement [${message}] [${statement}]`, `java.sql.SQLException: ${message}`)]));
  logTo(workloadOf(draft, 'event-catalog'), [[12, spring('event-catalog', 'INFO', 'nio-8080-exec-2', 'com.kassenhaus.event.CatalogController', 'Served 40 events of page 1 in 12 ms')]]);
  vague(draft, 'OrderFailureRateHigh', 33, 'Orders cannot be placed.');
  draft.expected = { root_cause: 'DatabaseReadOnly', object: 'app/mysql', family: 'database' };
  return draft;
}

function readOnlyPostgres(): Draft {
  const draft = newNewsroom('db-readonly-postgres', ['beat'], [], 'media-site');
  const database = workloadOf(draft, 'postgres');
  recreate(database, 57, (template) => {
    const [main] = template.spec.containers;
    if (main) main.args = ['-c', 'max_connections=120', '-c', 'shared_buffers=512MB', '-c', 'default_transaction_read_only=on'];
  });
  const failure = 'cannot execute UPDATE in a read-only transaction';
  const text = (table: string): string => `Traceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/django/db/backends/utils.py", line 105, in _execute\n    return self.cursor.execute(sql, params)\npsycopg.errors.ReadOnlySqlTransaction: ${failure}\n\nThe above exception was the direct cause of the following exception:\n\ndjango.db.utils.InternalError: ${failure.replace('UPDATE', table)}`;
  logTo(workloadOf(draft, 'cms'), repeat(50, 0.8, 14.9, () => [django('ERROR', 'django.request', `Internal Server Error: /redaktion/artikel/speichern/\n${text('INSERT')}`), access('/redaktion/artikel/speichern/', 500, 145, 'Mozilla/5.0')]));
  logTo(workloadOf(draft, 'worker'), repeat(50, 0.8, 14.9, (at) => [celery('ERROR', 'ForkPoolWorker-3', `Task media.tasks.count_views[77e2f0aa-0000-4f6d-8f2a-77e0c2d1aa${10 + at}] raised unexpected: InternalError('${failure}')\n${text('UPDATE')}`)]));
  logTo(database, repeat(50, 0.8, 14.9, () => [postgres('ERROR', failure, 'cms@cms '), postgres('STATEMENT', 'UPDATE "stats_pageview" SET "count" = ("stats_pageview"."count" + 1) WHERE "stats_pageview"."id" = 88121', 'cms@cms ')]));
  vague(draft, 'ServiceAvailabilityDisruption', 35, 'Editors cannot save articles.');
  draft.expected = { root_cause: 'DatabaseReadOnly', object: 'app/postgres', family: 'database' };
  return draft;
}

function exhaustedMysql(): Draft {
  const draft = newTicketing('db-connections-mysql', ['customer-service', 'payment-service'], [], 'stadium');
  const mysql = workloadOf(draft, 'mysql');
  recreate(mysql, 38, (template) => {
    const [main] = template.spec.containers;
    if (main) main.args = ['--character-set-server=utf8mb4', '--max-connections=12'];
  });
  const refusal = 'Data source rejected establishment of connection,  message from server: "Too many connections"';
  for (const name of ['order-service', 'customer-service', 'payment-service', 'seat-inventory'])
    logTo(workloadOf(draft, name), repeat(34, 0.4, 10.2, (at) => [
      spring(name, 'WARN', 'l-1 housekeeper', 'com.zaxxer.hikari.pool.PoolBase', `HikariPool-1 - Failed to create/setup connection: ${refusal}`),
      ...sqlWarns(name, at, 0, '08001', `HikariPool-1 - Connection is not available, request timed out after 30000ms (total=2, active=2, idle=0, waiting=${5 + at})`),
      requestFails(name, at, 'org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager for transaction', `java.sql.SQLNonTransientConnectionException: ${refusal}`),
    ]));
  logTo(mysql, repeat(34, 2, 9.7, () => [mysqld('Warning', '010048', 'Too many connections')]));
  const [pod] = workloadOf(draft, 'redis').pods;
  if (pod) oldRestart(pod, 'redis', 3 * 1440);
  vague(draft, 'HighErrorRate', 24, 'More than 5% of the requests fail.');
  draft.expected = { root_cause: 'DatabaseConnectionsExhausted', object: 'app/mysql', family: 'database' };
  return draft;
}

function exhaustedPostgres(): Draft {
  const draft = newNewsroom('db-connections-postgres');
  const database = workloadOf(draft, 'postgres');
  recreate(database, 90, (template) => {
    const [main] = template.spec.containers;
    if (main) main.args = ['-c', 'max_connections=15', '-c', 'shared_buffers=512MB'];
  });
  const slots = 'remaining connection slots are reserved for roles with the SUPERUSER attribute';
  const failure = ({ clusterIpOf }: Place): string => `connection failed: connection to server at "${clusterIpOf('postgres')}", port 5432 failed: FATAL:  ${slots}`;
  logTo(workloadOf(draft, 'cms'), repeat(58, 0.5, 17.4, () => [django('ERROR', 'django.request', (place) => `Internal Server Error: /\nTraceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/django/db/backends/base/base.py", line 279, in ensure_connection\n    self.connect()\npsycopg.OperationalError: ${failure(place)}`)]));
  logTo(workloadOf(draft, 'worker'), repeat(58, 0.7, 17.4, (at) => [celery('ERROR', `ForkPoolWorker-${1 + (at % 4)}`, (place) => `Task media.tasks.make_thumbnails[1d0f3d0c-7d5a-4c0c-a4b9-2c3b11e8f7b${at}] raised unexpected: OperationalError('${failure(place)}')`)]));
  logTo(database, repeat(58, 0.5, 17.4, () => [postgres('FATAL', slots, 'cms@cms ')]));
  vague(draft, 'HighErrorRate', 51, 'The site answers with 5xx.');
  draft.expected = { root_cause: 'DatabaseConnectionsExhausted', object: 'app/postgres', family: 'database' };
  return draft;
}

/** The disk of the message broker is full; the broker stops. */
function diskFull(): Draft {
  const draft = newFleet('db-disk-full');
  const mongo = workloadOf(draft, 'mongodb');
  const no = 'No space left on device';
  const log: Line[] = [
    [0.05, mongod('I', 'CONTROL', 4615611, 'initandlisten', 'MongoDB starting', { pid: 1, port: 27017, dbPath: '/data/db', architecture: '64-bit' })],
    [0.02, mongod('E', 'WT', 22435, 'initandlisten', 'WiredTiger error message', { error: 28, message: { msg: `int __posix_file_write(WT_FILE_HANDLE *, WT_SESSION *, wt_off_t, size_t, const void *):602:/data/db/journal/WiredTigerPreplog.0000000012: handle-write: pwrite: failed to write 128 bytes at offset 0: ${no}`, error_str: no, error_code: 28 } })],
    [0.01, mongod('F', 'ASSERT', 23091, 'initandlisten', 'Fatal assertion', { msgid: 28595, file: 'src/mongo/db/storage/wiredtiger/wiredtiger_kv_engine.cpp', line: 713 })],
    [0.005, '{"t":{"$date":"2026-01-01T00:00:00.000+00:00"},"s":"F","c":"ASSERT","id":23092,"ctx":"initandlisten","msg":"\\n\\n***aborting after fassert() failure\\n\\n"}'],
  ];
  const [pod] = mongo.pods;
  if (pod) {
    crash(mongo, [pod], { exit: 14, restarts: 11, ranSeconds: 4, log });
    pod.events = pod.events.map((one) => (one.reason === 'BackOff' ? { ...one, first: 46 } : one));
  }
  mongo.shortSince = 46;
  logTo(workloadOf(draft, 'trips'), repeat(45, 0.4, 13.5, () => [pino(50, 'request errored', { req: { method: 'GET', url: '/v1/trips' }, err: { type: 'MongoServerSelectionError', message: 'connect ECONNREFUSED 10.43.9.4:27017' }, res: { statusCode: 503 } })]));
  draft.alerts.push(() => ({ labels: { alertname: 'KubePersistentVolumeFillingUp', namespace: 'fleet', persistentvolumeclaim: 'data-mongodb-0', severity: 'critical', job: 'kubelet', metrics_path: '/metrics', node: 'worker-1' }, annotations: { description: 'The PersistentVolume claimed by data-mongodb-0 in Namespace fleet on Cluster is only 0% free.', summary: 'PersistentVolume is filling up.' }, firedAgo: 44, expression: 'kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.03' }));
  crashLooping(draft, 'mongodb', 'mongod', 30);
  draft.expected = { root_cause: 'DiskFull', object: 'app/mongodb', family: 'database' };
  return draft;
}

export const databases = [deniedAtStart, deniedWhileRunning, postgresPassword, mongoAuth, wrongPortJava, wrongPortDjango, readOnlyMysql, readOnlyPostgres, exhaustedMysql, exhaustedPostgres, diskFull];
