import { mainOf, onMain, recreate, rollOut, setEnv, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { access, mongod, plain, postgres } from '../log-lines.ts';
import { secretEnv } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { laravel, natsServer, python, rabbit, ruby, slog, sqlServer } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { again, alarm, expect } from './tell.ts';
import { newWebshop } from './webshop.ts';

const CODE = 'DependencyCredentialsRejected';
const FAMILY = 'credentials';

/** The new cart signs in as a user the database does not know; the probe does not ask the database, so only the log tells. */
function laravelUser(): Draft {
  const draft = newWebshop('t-cart-mariadb-user');
  const cart = workloadOf(draft, 'cart');
  cart.pods = rollOut(
    cart,
    7,
    onMain((one) => setEnv(one, 'DB_USERNAME', 'cart_rw')),
    ['worker-1', 'worker-3'],
  );
  again(
    cart,
    [
      laravel(
        'ERROR',
        ({ ip }) =>
          `SQLSTATE[HY000] [1045] Access denied for user 'cart_rw'@'${ip}' (using password: YES) (Connection: mysql, SQL: select * from \`carts\` where \`token\` = 9f41 limit 1) {"exception":"[object] (Illuminate\\\\Database\\\\QueryException(code: 1045) at /app/vendor/laravel/framework/src/Illuminate/Database/Connection.php:829)"}`,
      ),
      access('/cart', 500, 6610, 'Mozilla/5.0', '10.42.1.19'),
    ],
    6,
    0.4,
  );
  again(workloadOf(draft, 'storefront'), [access('/cart', 500, 6610, 'Mozilla/5.0')], 6, 0.5);
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, CODE, 'cart', FAMILY);
}

/** The ledger migrates its schema on start, with a Secret of another database, and ends when that is refused. */
function npgsql(): Draft {
  const draft = newBank('t-ledger-npgsql');
  const ledger = workloadOf(draft, 'ledger');
  recreate(
    ledger,
    9,
    onMain((one) => {
      one.env = [
        ...(one.env ?? []).filter(({ name }) => name !== 'ConnectionStrings__Ledger'),
        secretEnv('ConnectionStrings__Ledger', 'accounts-db', 'connection-string'),
      ];
    }),
  );
  crash(ledger, ledger.pods, {
    exit: 134,
    restarts: 6,
    ranSeconds: 4,
    log: [
      [0.05, plain('info: Bank.Ledger.Migrations[0]\n      Applying pending migrations')],
      [
        0.02,
        plain(
          'Unhandled exception. Npgsql.PostgresException (0x80004005): 28P01: password authentication failed for user "accounts"\n   at Npgsql.Internal.NpgsqlConnector.ReadMessageLong(Boolean async, DataRowLoadingMode dataRowLoadingMode, Boolean readingNotifications)\n   at Npgsql.Internal.NpgsqlConnector.AuthenticateSASL(List`1 mechanisms, String username, Boolean async, CancellationToken cancellationToken)\n  Exception data:\n    Severity: FATAL\n    SqlState: 28P01',
        ),
      ],
    ],
  });
  again(
    workloadOf(draft, 'postgres'),
    [
      postgres('FATAL', 'password authentication failed for user "accounts"', 'accounts@ledger '),
      postgres(
        'DETAIL',
        'Connection matched file "/opt/bitnami/postgresql/conf/pg_hba.conf" line 1: "host all all 0.0.0.0/0 scram-sha-256"',
        'accounts@ledger ',
      ),
    ],
    8,
    1.5,
  );
  again(
    workloadOf(draft, 'payments'),
    [plain('fail: Bank.Payments.Posting[0]\n      System.Net.Http.HttpRequestException: Connection refused (ledger:8080)')],
    8,
    0.8,
  );
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, CODE, 'ledger', FAMILY);
}

/** The feature store keeps an old password for MongoDB and stays up without being ready. */
function pymongo(): Draft {
  const draft = newInference('t-features-mongo');
  const store = workloadOf(draft, 'feature-store');
  for (const pod of recreate(store, 6)) pod.states['feature-store'] = { is: 'running', ready: false };
  for (const pod of store.pods)
    pod.events.push({
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
      first: 5.6,
      last: 0.2,
      count: 33,
      container: 'feature-store',
    });
  again(
    store,
    [
      python(
        'ERROR',
        'feature_store.backend',
        "cannot read features: Authentication failed., full error: {'ok': 0.0, 'errmsg': 'Authentication failed.', 'code': 18, 'codeName': 'AuthenticationFailed'}",
      ),
      plain('INFO:     10.42.1.1:40022 - "GET /healthz HTTP/1.1" 503 Service Unavailable'),
    ],
    5.5,
    0.33,
  );
  again(
    workloadOf(draft, 'mongodb'),
    [
      mongod('I', 'ACCESS', 5286307, 'conn812', 'Failed to authenticate', {
        client: '10.42.2.44:51420',
        mechanism: 'SCRAM-SHA-256',
        user: 'features',
        db: 'admin',
        error: 'AuthenticationFailed: SCRAM authentication failed, storedKey mismatch',
        result: 18,
      }),
    ],
    5.5,
    0.4,
  );
  again(workloadOf(draft, 'scorer'), [python('ERROR', 'scorer.features', 'httpx.ConnectError: All connection attempts failed')], 5.5, 0.6);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, CODE, 'feature-store', FAMILY);
}

/** Redis got ACL users; the rules engine presents a password that is not the one of its user. */
function redisAcl(): Draft {
  const draft = newTelemetry('t-rules-redis-acl');
  const rules = workloadOf(draft, 'rules-engine');
  setEnv(mainOf(rules), 'REDIS_USERNAME', 'rules');
  recreate(rules, 8);
  crash(rules, rules.pods, {
    exit: 1,
    ranSeconds: 2,
    log: [
      [0.03, slog('INFO', 'starting', 'service=rules-engine version=2.31.0')],
      [0.01, slog('ERROR', 'cannot open state store', 'error="WRONGPASS invalid username-password pair or user is disabled."')],
    ],
  });
  again(workloadOf(draft, 'query-api'), [slog('WARN', 'no alarm state for device', 'device=pump-0417')], 8, 2);
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, CODE, 'rules-engine', FAMILY);
}

/** RabbitMQ refuses the mailer; both ends say so. */
function bunny(): Draft {
  const draft = newWebshop('t-mailer-rabbitmq');
  const mailer = workloadOf(draft, 'mailer');
  recreate(mailer, 12);
  crash(mailer, mailer.pods, {
    exit: 1,
    ranSeconds: 3,
    log: [
      [
        0.01,
        plain(
          "bundler: failed to load command: mailer (bin/mailer)\n/usr/local/bundle/gems/bunny-2.23.0/lib/bunny/session.rb:1344:in `open_connection': Authentication with RabbitMQ failed. Please check your connection settings. Username: mailer, vhost: /, password length: 24 (Bunny::AuthenticationFailureError)",
        ),
      ],
    ],
  });
  again(
    workloadOf(draft, 'rabbitmq'),
    [
      rabbit(
        'error',
        "Error on AMQP connection <0.1187.0> (10.42.1.77:39112 -> 10.42.3.12:5672, state: starting):\nPLAIN login refused: user 'mailer' - invalid credentials",
      ),
    ],
    11,
    1.4,
  );
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, CODE, 'mailer', FAMILY);
}

/** NATS wants a user of everybody since long; ingest was rolled out without one. The other clients are fine. */
function nats(): Draft {
  const draft = newTelemetry('t-ingest-nats');
  const ingest = workloadOf(draft, 'ingest');
  for (const name of ['ingest', 'rules-engine', 'notifier']) setEnv(mainOf(workloadOf(draft, name)), 'NATS_USER', name);
  ingest.pods = rollOut(
    ingest,
    6,
    onMain((one) => setEnv(one, 'NATS_USER', 'ingest-v2')),
    ['worker-2', 'worker-3'],
  );
  crash(ingest, ingest.pods, {
    exit: 1,
    ranSeconds: 1,
    restarts: 5,
    log: [[0.01, slog('ERROR', 'connect bus', 'url=nats://nats:4222 error="nats: Authorization Violation"')]],
  });
  again(workloadOf(draft, 'nats'), [natsServer('ERR', '10.42.2.61:43210 - cid:417 - authentication error - User "ingest-v2"')], 5.5, 0.9);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, CODE, 'ingest', FAMILY);
}

/** SQL Server refuses the login of the payments; nothing restarts, every request fails. */
function sqlClient(): Draft {
  const draft = newBank('t-payments-mssql');
  const payments = workloadOf(draft, 'payments');
  recreate(payments, 11);
  again(
    payments,
    [
      plain(
        "fail: Microsoft.EntityFrameworkCore.Database.Connection[20004]\n      An error occurred using the connection to database 'payments' on server 'tcp:mssql,1433'.\n      Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'payments'.",
      ),
    ],
    10,
    0.6,
  );
  again(
    workloadOf(draft, 'mssql'),
    [
      sqlServer('Logon', 'Error: 18456, Severity: 14, State: 8.'),
      sqlServer('Logon', "Login failed for user 'payments'. Reason: Password did not match that for the login provided. [CLIENT: 10.42.1.88]"),
    ],
    10,
    0.9,
  );
  again(workloadOf(draft, 'edge'), [plain('warn: Yarp.ReverseProxy.Health.ActiveHealthCheckMonitor[0]\n      Destination payments/d1 responded 500')], 10, 1.1);
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, CODE, 'payments', FAMILY);
}

/** Rails explains a refused password in words of its own. */
function railsSidekiq(): Draft {
  const draft = newWebshop('t-sidekiq-postgres');
  const sidekiq = workloadOf(draft, 'sidekiq');
  sidekiq.pods = rollOut(
    sidekiq,
    9,
    onMain((one) => setEnv(one, 'DATABASE_USER', 'sidekiq')),
  );
  crash(sidekiq, sidekiq.pods, {
    exit: 1,
    ranSeconds: 14,
    log: [
      [
        0.02,
        plain(
          'There is an issue connecting to your database with your username/password, username: sidekiq. (ActiveRecord::DatabaseConnectionError)\n\nPlease check your database configuration to ensure the username/password are valid.',
        ),
      ],
      [
        0.01,
        ruby(
          'FATAL',
          'PG::ConnectionBad: connection to server at "postgres" (10.43.81.7), port 5432 failed: FATAL:  password authentication failed for user "sidekiq"',
        ),
      ],
    ],
  });
  again(
    workloadOf(draft, 'postgres'),
    [
      postgres('FATAL', 'password authentication failed for user "sidekiq"', 'sidekiq@shop '),
      postgres('DETAIL', 'Role "sidekiq" does not exist.', 'sidekiq@shop '),
    ],
    8,
    1.9,
  );
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, CODE, 'sidekiq', FAMILY);
}

export const credentials = [laravelUser, npgsql, pymongo, redisAcl, bunny, nats, sqlClient, railsSidekiq];
