import { mainOf, onMain, recreate, rollOut, setEnv, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { access, mongod, plain, postgres } from '../log-lines.ts';
import type { Draft } from '../shape.ts';
import { newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { laravel, mariadbd, python, ruby, slog } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { again, alarm, expect } from './tell.ts';
import { newWebshop } from './webshop.ts';

/** The catalog calls PostgreSQL one port off; the address of the pod itself refuses at once. */
function railsPort(): Draft {
  const draft = newWebshop('t-catalog-port');
  const catalog = workloadOf(draft, 'catalog');
  setEnv(mainOf(catalog), 'DATABASE_HOST', 'postgres-headless');
  catalog.pods = rollOut(
    catalog,
    8,
    onMain((one) => setEnv(one, 'DATABASE_PORT', '5433')),
    ['worker-1', 'worker-2'],
  );
  for (const pod of catalog.pods) {
    pod.states['catalog'] = { is: 'running', ready: false };
    pod.events.push({
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 500',
      first: 7.5,
      last: 0.2,
      count: 40,
      container: 'catalog',
    });
  }
  again(
    catalog,
    [
      ruby(
        'FATAL',
        ({ ipOf }) =>
          `[7c1d] ActiveRecord::ConnectionNotEstablished (connection to server at "${ipOf('postgres')}", port 5433 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n)`,
      ),
    ],
    7,
    0.3,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'DependencyWrongPort', 'catalog', 'dependencies');
}

/** librdkafka says the address it tried, the port of another listener among it. */
function kafkaPort(): Draft {
  const draft = newBank('t-payments-kafka-port');
  const payments = workloadOf(draft, 'payments');
  setEnv(mainOf(payments), 'Kafka__BootstrapServers', 'kafka-headless:9093');
  recreate(payments, 9);
  again(
    payments,
    [
      ({ at, ipOf }) =>
        `%3|${Math.floor(at.getTime() / 1000)}.104|FAIL|rdkafka#producer-1| [thrd:kafka-headless:9093/bootstrap]: kafka-headless:9093/bootstrap: Connect to ipv4#${ipOf('kafka')}:9093 failed: Connection refused (after 1ms in state CONNECT, 30 identical error(s) suppressed)`,
      plain('fail: Bank.Payments.Outbox[0]\n      Confluent.Kafka.ProduceException`2[System.String,System.Byte[]]: Local: Message timed out'),
    ],
    8,
    0.5,
  );
  alarm(draft, 'ServiceQualityDegradation');
  return expect(draft, 'DependencyWrongPort', 'payments', 'dependencies');
}

/** Through a ClusterIP a port that the Service does not have is silence, so the client times out. */
function redisPort(): Draft {
  const draft = newInference('t-features-redis-port');
  const store = workloadOf(draft, 'feature-store');
  setEnv(mainOf(store), 'REDIS_PORT', '6380');
  recreate(store, 7);
  again(
    store,
    [
      python('ERROR', 'feature_store.cache', 'redis.exceptions.TimeoutError: Timeout connecting to server (redis:6380)'),
      python('WARNING', 'feature_store.api', 'cache miss storm: 100 % of 412 reads went to mongodb'),
    ],
    6.5,
    0.3,
  );
  again(workloadOf(draft, 'scorer'), [python('ERROR', 'scorer.features', 'httpx.ReadTimeout: POST http://feature-store:8000/v1/lookup')], 6, 0.4);
  alarm(draft, 'ServiceQualityDegradation');
  return expect(draft, 'DependencyWrongPort', 'feature-store', 'dependencies');
}

/** MariaDB was restarted with --read-only; its own template says so. */
function mariadbReadOnly(): Draft {
  const draft = newWebshop('t-mariadb-read-only');
  const mariadb = workloadOf(draft, 'mariadb');
  rollOut(
    mariadb,
    9,
    onMain((one) => {
      one.args = ['--max-connections=200', '--read-only=1'];
    }),
    ['worker-2'],
  );
  const line =
    'SQLSTATE[HY000]: General error: 1290 The MariaDB server is running with the --read-only option so it cannot execute this statement (Connection: mysql, SQL: insert into `orders` (`total`) values (4411))';
  for (const name of ['cart', 'checkout'])
    again(workloadOf(draft, name), [laravel('ERROR', line), access('/checkout', 500, 6610, 'Mozilla/5.0', '10.42.1.19')], 8, 0.5);
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'DatabaseReadOnly', 'mariadb', 'databases');
}

/** PostgreSQL takes reads only since its default was changed; the services stay ready. */
function postgresReadOnly(): Draft {
  const draft = newBank('t-postgres-read-only');
  for (const name of ['ledger', 'accounts'])
    again(
      workloadOf(draft, name),
      [
        plain(
          "fail: Microsoft.EntityFrameworkCore.Update[10000]\n      An exception occurred in the database while saving changes for context type 'Bank.LedgerContext'.\n      Npgsql.PostgresException (0x80004005): 25006: cannot execute UPDATE in a read-only transaction",
        ),
      ],
      10,
      0.6,
    );
  again(
    workloadOf(draft, 'postgres'),
    [
      postgres('ERROR', 'cannot execute UPDATE in a read-only transaction', 'ledger@ledger '),
      postgres('STATEMENT', 'UPDATE entries SET posted = true WHERE id = $1', 'ledger@ledger '),
    ],
    10,
    0.6,
  );
  workloadOf(draft, 'postgres').pods[0]?.logs['postgres']?.unshift(
    [10.4, postgres('LOG', 'received SIGHUP, reloading configuration files')],
    [10.39, postgres('LOG', 'parameter "default_transaction_read_only" changed to "on"')],
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'DatabaseReadOnly', 'postgres', 'databases');
}

/** The only member stepped down, and nobody else can be elected: reads work, writes do not. */
function mongoSecondary(): Draft {
  const draft = newInference('t-mongo-not-primary');
  again(
    workloadOf(draft, 'feature-store'),
    [
      python(
        'ERROR',
        'feature_store.backend',
        "pymongo.errors.NotPrimaryError: not primary, full error: {'topologyVersion': {'counter': 9}, 'ok': 0.0, 'errmsg': 'not primary', 'code': 10107, 'codeName': 'NotWritablePrimary'}",
      ),
    ],
    9,
    0.5,
  );
  again(
    workloadOf(draft, 'mongodb'),
    [mongod('I', 'REPL', 21358, 'ReplCoord-3', 'Replica set state transition', { newState: 'SECONDARY', oldState: 'PRIMARY' })],
    9.2,
    30,
  );
  alarm(draft, 'ServiceQualityDegradation');
  return expect(draft, 'DatabaseReadOnly', 'mongodb', 'databases');
}

/** Three services share a server with few connections; each says so in its driver's words. */
function postgresFull(): Draft {
  const draft = newBank('t-postgres-full');
  for (const name of ['ledger', 'accounts'])
    again(
      workloadOf(draft, name),
      [plain('fail: Microsoft.AspNetCore.Server.Kestrel[13]\n      Npgsql.PostgresException (0x80004005): 53300: sorry, too many clients already')],
      9,
      0.4,
    );
  again(workloadOf(draft, 'postgres'), [postgres('FATAL', 'sorry, too many clients already', '[unknown]@[unknown] ')], 9, 0.2);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'DatabaseConnectionsExhausted', 'postgres', 'databases');
}

/** The limit of MariaDB was lowered by a rollout; the callers still ask for as many as before. */
function mariadbFull(): Draft {
  const draft = newWebshop('t-mariadb-full');
  const mariadb = workloadOf(draft, 'mariadb');
  rollOut(
    mariadb,
    8,
    onMain((one) => {
      one.args = ['--max-connections=10'];
    }),
    ['worker-2'],
  );
  for (const name of ['cart', 'checkout'])
    again(
      workloadOf(draft, name),
      [laravel('ERROR', 'SQLSTATE[08004] [1040] Too many connections (Connection: mysql, SQL: select * from `sessions` where `id` = 7c limit 1)')],
      7,
      0.4,
    );
  again(mariadb, [mariadbd('Warning', 'Too many connections')], 7, 1.2);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'DatabaseConnectionsExhausted', 'mariadb', 'databases');
}

/** Redis lets in as many clients as it is told. */
function redisFull(): Draft {
  const draft = newTelemetry('t-redis-full');
  mainOf(workloadOf(draft, 'redis')).args = ['redis-server', '--maxclients', '32'];
  recreate(workloadOf(draft, 'redis'), 10);
  for (const name of ['rules-engine', 'query-api'])
    again(workloadOf(draft, name), [slog('ERROR', 'redis command', 'error="ERR max number of clients reached"')], 9, 0.4);
  alarm(draft, 'ServiceQualityDegradation');
  return expect(draft, 'DatabaseConnectionsExhausted', 'redis', 'databases');
}

/** The new release of the registry expects a database that nobody has made. */
function noDatabase(): Draft {
  const draft = newTelemetry('t-registry-database');
  const registry = workloadOf(draft, 'device-registry');
  const pods = rollOut(
    registry,
    9,
    onMain((one) => setEnv(one, 'PGDATABASE', 'hydro_registry')),
  );
  crash(registry, pods, {
    exit: 1,
    ranSeconds: 1,
    log: [
      [
        0.01,
        slog(
          'ERROR',
          'open database',
          'error="failed to connect to `user=hydro database=hydro_registry`: 10.43.9.18:5432 (timescaledb): server error: FATAL: database \\"hydro_registry\\" does not exist (SQLSTATE 3D000)"',
        ),
      ],
    ],
  });
  again(workloadOf(draft, 'timescaledb'), [postgres('FATAL', 'database "hydro_registry" does not exist', 'hydro@hydro_registry ')], 8, 1.6);
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'DatabaseNotFound', 'device-registry', 'databases');
}

/** The volume of TimescaleDB is full; PostgreSQL stops on its write-ahead log. */
function diskFull(): Draft {
  const draft = newTelemetry('t-timescale-disk');
  const database = workloadOf(draft, 'timescaledb');
  crash(database, database.pods, {
    exit: 1,
    restarts: 4,
    ranSeconds: 9,
    log: [
      [0.04, postgres('LOG', 'redo starts at 2F/8A11C0D8')],
      [0.02, postgres('PANIC', 'could not write to file "pg_wal/xlogtemp.29": No space left on device')],
      [0.01, postgres('LOG', 'startup process (PID 29) was terminated by signal 6: Aborted')],
    ],
  });
  for (const pod of database.pods) for (const event of pod.events) Object.assign(event, { first: 9 });
  for (const name of ['device-registry', 'query-api'])
    again(workloadOf(draft, name), [slog('ERROR', 'query', 'error="dial tcp 10.43.9.18:5432: connect: connection refused"')], 9, 0.6);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'DiskFull', 'timescaledb', 'databases');
}

export const databases = [
  railsPort,
  kafkaPort,
  redisPort,
  mariadbReadOnly,
  postgresReadOnly,
  mongoSecondary,
  postgresFull,
  mariadbFull,
  redisFull,
  noDatabase,
  diskFull,
];
