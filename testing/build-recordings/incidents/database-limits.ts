import { crashLooping, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { newNewsroom } from '../apps/newsroom.ts';
import { newTicketing } from '../apps/ticketing.ts';
import { logTo, recreate, repeat, workloadOf } from '../draft.ts';
import { crash, oldRestart } from '../faults.ts';
import { access, celery, django, mongod, mysqld, pino, postgres, spring } from '../log-lines.ts';
import type { Draft, Line, Place } from '../shape.ts';
import { requestFails, sqlWarns } from './java-traces.ts';

function readOnlyMysql(): Draft {
  const draft = newTicketing('db-readonly-mysql', ['payment-service'], ['redis']);
  const mysql = workloadOf(draft, 'mysql');
  recreate(mysql, 48, (template) => {
    const [main] = template.spec.containers;
    if (main) main.args = ['--character-set-server=utf8mb4', '--read-only=ON'];
  });
  const message = 'The MySQL server is running with the --read-only option so it cannot execute this statement';
  const failing: readonly (readonly [string, string])[] = [
    ['order-service', 'insert into orders (created_at,customer_id,state,id) values (?,?,?,?)'],
    ['seat-inventory', 'update seat_hold set expires_at=? where id=?'],
    ['payment-service', 'insert into payment_intent (amount,order_id,id) values (?,?,?)'],
  ];
  for (const [name, statement] of failing)
    logTo(
      workloadOf(draft, name),
      repeat(44, 0.5, 13.2, (at) => [
        ...sqlWarns(name, at, 1290, 'HY000', message),
        requestFails(
          name,
          at,
          `org.springframework.orm.jpa.JpaSystemException: could not execute statement [${message}] [${statement}]`,
          `java.sql.SQLException: ${message}`,
        ),
      ]),
    );
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
  const text = (table: string): string =>
    `Traceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/django/db/backends/utils.py", line 105, in _execute\n    return self.cursor.execute(sql, params)\npsycopg.errors.ReadOnlySqlTransaction: ${failure}\n\nThe above exception was the direct cause of the following exception:\n\ndjango.db.utils.InternalError: ${failure.replace('UPDATE', table)}`;
  logTo(
    workloadOf(draft, 'cms'),
    repeat(50, 0.8, 14.9, () => [
      django('ERROR', 'django.request', `Internal Server Error: /redaktion/artikel/speichern/\n${text('INSERT')}`),
      access('/redaktion/artikel/speichern/', 500, 145, 'Mozilla/5.0'),
    ]),
  );
  logTo(
    workloadOf(draft, 'worker'),
    repeat(50, 0.8, 14.9, (at) => [
      celery(
        'ERROR',
        'ForkPoolWorker-3',
        `Task media.tasks.count_views[77e2f0aa-0000-4f6d-8f2a-77e0c2d1aa${10 + at}] raised unexpected: InternalError('${failure}')\n${text('UPDATE')}`,
      ),
    ]),
  );
  logTo(
    database,
    repeat(50, 0.8, 14.9, () => [
      postgres('ERROR', failure, 'cms@cms '),
      postgres('STATEMENT', 'UPDATE "stats_pageview" SET "count" = ("stats_pageview"."count" + 1) WHERE "stats_pageview"."id" = 88121', 'cms@cms '),
    ]),
  );
  vague(draft, 'ServiceAvailabilityDisruption', 35, 'Editors cannot save articles.');
  draft.expected = { root_cause: 'DatabaseReadOnly', object: 'app/postgres', family: 'database' };
  return draft;
}

function exhaustedMysql(): Draft {
  const draft = newTicketing('db-connections-mysql', ['customer-service'], [], 'stadium');
  const mysql = workloadOf(draft, 'mysql');
  recreate(mysql, 38, (template) => {
    const [main] = template.spec.containers;
    if (main) main.args = ['--character-set-server=utf8mb4', '--max-connections=12'];
  });
  const refusal = 'Data source rejected establishment of connection,  message from server: "Too many connections"';
  for (const name of ['order-service', 'customer-service', 'seat-inventory'])
    logTo(
      workloadOf(draft, name),
      repeat(34, 0.4, 10.2, (at) => [
        spring(name, 'WARN', 'l-1 housekeeper', 'com.zaxxer.hikari.pool.PoolBase', `HikariPool-1 - Failed to create/setup connection: ${refusal}`),
        ...sqlWarns(
          name,
          at,
          0,
          '08001',
          `HikariPool-1 - Connection is not available, request timed out after 30000ms (total=2, active=2, idle=0, waiting=${5 + at})`,
        ),
        requestFails(
          name,
          at,
          'org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager for transaction',
          `java.sql.SQLNonTransientConnectionException: ${refusal}`,
        ),
      ]),
    );
  logTo(
    mysql,
    repeat(34, 2, 9.7, () => [mysqld('Warning', '010048', 'Too many connections')]),
  );
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
  const failure = ({ clusterIpOf }: Place): string =>
    `connection failed: connection to server at "${clusterIpOf('postgres')}", port 5432 failed: FATAL:  ${slots}`;
  logTo(
    workloadOf(draft, 'cms'),
    repeat(58, 0.5, 17.4, () => [
      django(
        'ERROR',
        'django.request',
        (place) =>
          `Internal Server Error: /\nTraceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/django/db/backends/base/base.py", line 279, in ensure_connection\n    self.connect()\npsycopg.OperationalError: ${failure(place)}`,
      ),
    ]),
  );
  logTo(
    workloadOf(draft, 'worker'),
    repeat(58, 0.7, 17.4, (at) => [
      celery(
        'ERROR',
        `ForkPoolWorker-${1 + (at % 4)}`,
        (place) => `Task media.tasks.make_thumbnails[1d0f3d0c-7d5a-4c0c-a4b9-2c3b11e8f7b${at}] raised unexpected: OperationalError('${failure(place)}')`,
      ),
    ]),
  );
  logTo(
    database,
    repeat(58, 0.5, 17.4, () => [postgres('FATAL', slots, 'cms@cms ')]),
  );
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
    [
      0.02,
      mongod('E', 'WT', 22435, 'initandlisten', 'WiredTiger error message', {
        error: 28,
        message: {
          msg: `int __posix_file_write(WT_FILE_HANDLE *, WT_SESSION *, wt_off_t, size_t, const void *):602:/data/db/journal/WiredTigerPreplog.0000000012: handle-write: pwrite: failed to write 128 bytes at offset 0: ${no}`,
          error_str: no,
          error_code: 28,
        },
      }),
    ],
    [
      0.01,
      mongod('F', 'ASSERT', 23091, 'initandlisten', 'Fatal assertion', {
        msgid: 28595,
        file: 'src/mongo/db/storage/wiredtiger/wiredtiger_kv_engine.cpp',
        line: 713,
      }),
    ],
    [
      0.005,
      '{"t":{"$date":"2026-01-01T00:00:00.000+00:00"},"s":"F","c":"ASSERT","id":23092,"ctx":"initandlisten","msg":"\\n\\n***aborting after fassert() failure\\n\\n"}',
    ],
  ];
  const [pod] = mongo.pods;
  if (pod) {
    crash(mongo, [pod], { exit: 14, restarts: 11, ranSeconds: 4, log });
    pod.events = pod.events.map((one) => (one.reason === 'BackOff' ? { ...one, first: 46 } : one));
  }
  mongo.shortSince = 46;
  logTo(
    workloadOf(draft, 'trips'),
    repeat(45, 0.4, 13.5, () => [
      pino(50, 'request errored', {
        req: { method: 'GET', url: '/v1/trips' },
        err: { type: 'MongoServerSelectionError', message: 'connect ECONNREFUSED 10.43.9.4:27017' },
        res: { statusCode: 503 },
      }),
    ]),
  );
  draft.alerts.push(() => ({
    labels: {
      alertname: 'KubePersistentVolumeFillingUp',
      namespace: 'fleet',
      persistentvolumeclaim: 'data-mongodb-0',
      severity: 'critical',
      job: 'kubelet',
      metrics_path: '/metrics',
      node: 'worker-1',
    },
    annotations: {
      description: 'The PersistentVolume claimed by data-mongodb-0 in Namespace fleet on Cluster is only 0% free.',
      summary: 'PersistentVolume is filling up.',
    },
    firedAgo: 44,
    expression: 'kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.03',
  }));
  crashLooping(draft, 'mongodb', 'mongod', 30);
  draft.expected = { root_cause: 'DiskFull', object: 'app/mongodb', family: 'database' };
  return draft;
}

export const databaseLimits = [readOnlyMysql, readOnlyPostgres, exhaustedMysql, exhaustedPostgres, diskFull];
