import { crashLooping, replicasMismatch, vague } from '../alerts.ts';
import { logTo, onMain, recreate, repeat, setEnv, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { mongod, pino, plain, postgres } from '../log-lines.ts';
import type { Draft } from '../shape.ts';
import { addPart, dotnet, log4j, newRailway, python, slog } from './railway.ts';
import { again, burn, expect, HIKARI, upstream } from './shared-lines.ts';

// The password in the workload's own environment is wrong: change order, not MySQL.
function mysqlPassword(): Draft {
  const draft = newRailway('b-mysql-password');
  const order = workloadOf(draft, 'order');
  recreate(
    order,
    29,
    onMain((main) => setEnv(main, 'MYSQL_PASSWORD', 'changeme')),
  );
  again(order, [HIKARI("Access denied for user 'orders'@'10.42.2.31' (using password: YES)")]);
  upstream(draft, 'gateway', log4j('WARN', 'c.b.gateway.Proxy', 'POST /api/orders -> http://order:12031 500 Internal Server Error in 61ms'));
  burn(draft);
  return expect(draft, 'DependencyCredentialsRejected', 'order', 'database');
}

function pgxPassword(): Draft {
  const draft = newRailway('b-pgx-password');
  const search = workloadOf(draft, 'search');
  const fresh = recreate(
    search,
    31,
    onMain((main) => setEnv(main, 'DATABASE_URL', 'postgres://searcher@postgres:5432/search?sslmode=disable')),
  );
  crash(search, fresh, {
    exit: 1,
    restarts: 8,
    ranSeconds: 1,
    log: [
      [0.02, slog('INFO', 'starting search')],
      [
        0.001,
        slog(
          'ERROR',
          'database',
          'error="failed to connect to `user=searcher database=search`:\\n\\t10.43.7.18:5432 (postgres): failed SASL auth: FATAL: password authentication failed for user \\"searcher\\" (SQLSTATE 28P01)"',
        ),
      ],
    ],
  });
  logTo(
    workloadOf(draft, 'postgres'),
    repeat(30, 2, 4, () => [postgres('FATAL', 'password authentication failed for user "searcher"', 'searcher@search ')]),
  );
  replicasMismatch(draft, 'search', 15);
  burn(draft);
  return expect(draft, 'DependencyCredentialsRejected', 'search', 'database');
}

function pymongoPassword(): Draft {
  const draft = newRailway('b-pymongo-auth');
  const model = workloadOf(draft, 'delay-model');
  recreate(model, 40);
  again(model, [
    python(
      'ERROR',
      `Exception in ASGI application\nTraceback (most recent call last):\n  File "/app/main.py", line 58, in predict\n    doc = db.delays.find_one({"train": train})\n  File "/usr/local/lib/python3.11/site-packages/pymongo/helpers.py", line 202, in _check_command_response\n    raise OperationFailure(errmsg, code, response, max_wire_version)\npymongo.errors.OperationFailure: Authentication failed., full error: {'ok': 0.0, 'errmsg': 'Authentication failed.', 'code': 18, 'codeName': 'AuthenticationFailed'}`,
    ),
  ]);
  logTo(
    workloadOf(draft, 'mongo'),
    repeat(30, 2, 3, () => [
      mongod('I', 'ACCESS', 5_286_307, 'conn812', 'Failed to authenticate', {
        client: '10.42.1.77:40112',
        mechanism: 'SCRAM-SHA-256',
        user: 'delays',
        db: 'admin',
        error: 'AuthenticationFailed: SCRAM authentication failed, storedKey mismatch',
      }),
    ]),
  );
  vague(draft, 'PredictionErrors', 30, 'Delay predictions fail.');
  return expect(draft, 'DependencyCredentialsRejected', 'delay-model', 'database');
}

function ioredisPassword(): Draft {
  const draft = newRailway('b-ioredis-wrongpass');
  const tickets = workloadOf(draft, 'tickets');
  recreate(
    tickets,
    27,
    onMain((main) => setEnv(main, 'REDIS_PASSWORD', 'old-password')),
  );
  again(tickets, [
    pino(50, 'redis', {
      err: {
        type: 'ReplyError',
        message: 'WRONGPASS invalid username-password pair or user is disabled.',
        stack:
          'ReplyError: WRONGPASS invalid username-password pair or user is disabled.\n    at parseError (/app/node_modules/redis-parser/lib/parser.js:179:12)',
        command: { name: 'auth', args: ['***'] },
      },
    }),
  ]);
  upstream(draft, 'loyalty', dotnet('fail', 'Loyalty.TicketsClient', 'GET http://tickets:3000/tickets/81 responded 500'));
  burn(draft);
  return expect(draft, 'DependencyCredentialsRejected', 'tickets', 'database');
}

function amqpPassword(): Draft {
  const draft = newRailway('b-php-amqp');
  const mailer = workloadOf(draft, 'mailer');
  const fresh = recreate(mailer, 33);
  crash(mailer, fresh, {
    exit: 255,
    restarts: 9,
    ranSeconds: 2,
    log: [
      [0.03, plain('Consuming queue mails')],
      [
        0.01,
        plain(
          'PHP Fatal error:  Uncaught PhpAmqpLib\\Exception\\AMQPConnectionClosedException: ACCESS_REFUSED - Login was refused using authentication mechanism AMQPLAIN. For details see the broker logfile.(0, 0) in /app/vendor/php-amqplib/php-amqplib/PhpAmqpLib/Connection/AbstractConnection.php:712\nStack trace:\n#0 [internal function]: PhpAmqpLib\\Connection\\AbstractConnection->connection_close()\n#1 {main}\n  thrown in /app/vendor/php-amqplib/php-amqplib/PhpAmqpLib/Connection/AbstractConnection.php on line 712',
        ),
      ],
    ],
  });
  crashLooping(draft, 'mailer', 'mailer', 14);
  return expect(draft, 'DependencyCredentialsRejected', 'mailer', 'database');
}

function sqlServerLogin(): Draft {
  const draft = newRailway('b-mssql-login');
  const loyalty = workloadOf(draft, 'loyalty');
  recreate(loyalty, 38);
  again(loyalty, [
    dotnet(
      'fail',
      'Microsoft.EntityFrameworkCore.Database.Connection',
      "An error occurred using the connection to database 'loyalty' on server 'mssql,1433'.\nMicrosoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'loyalty'.\n   at Microsoft.Data.SqlClient.SqlInternalConnectionTds..ctor(DbConnectionPoolIdentity identity)\nError Number:18456,State:1,Class:14",
    ),
  ]);
  vague(draft, 'LoyaltyErrors', 25, 'Points cannot be redeemed.');
  return expect(draft, 'DependencyCredentialsRejected', 'loyalty', 'database');
}

// The environment names a port that the Service does not have.
function mysqlPort(): Draft {
  const draft = newRailway('b-mysql-port');
  const travel = workloadOf(draft, 'travel');
  recreate(
    travel,
    30,
    onMain((main) => setEnv(main, 'MYSQL_PORT', '3307')),
  );
  again(
    travel,
    [
      log4j(
        'ERROR',
        'com.zaxxer.hikari.pool.HikariPool',
        'HikariPool-1 - Exception during pool initialization.\ncom.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure\n\nThe last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.\n\tat com.mysql.cj.jdbc.exceptions.SQLError.createCommunicationsException(SQLError.java:174)\nCaused by: java.net.ConnectException: Connection refused (Connection refused)\n\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)',
      ),
    ],
    26,
    1.4,
  );
  upstream(draft, 'gateway', log4j('WARN', 'c.b.gateway.Proxy', 'GET /api/travel -> http://travel:12346 500 Internal Server Error in 30011ms'));
  burn(draft);
  return expect(draft, 'DependencyWrongPort', 'travel', 'database');
}

function redisPortRuby(): Draft {
  const draft = newRailway('b-ruby-redis-port');
  const seats = addPart(draft, 'seats', {
    port: 4567,
    environment: [
      { name: 'REDIS_HOST', value: 'redis' },
      { name: 'REDIS_PORT', value: '6380' },
    ],
  });
  const fresh = recreate(seats, 26);
  crash(seats, fresh, {
    exit: 1,
    restarts: 7,
    ranSeconds: 4,
    log: [
      [
        0.02,
        plain(
          "/usr/local/bundle/gems/redis-client-0.22.2/lib/redis_client.rb:788:in `rescue in connect': Connection timed out - user specified timeout for redis:6380 (redis://redis:6380) (RedisClient::CannotConnectError)\n\tfrom /usr/local/bundle/gems/redis-client-0.22.2/lib/redis_client.rb:773:in `connect'\n\tfrom /app/seats.rb:12:in `<main>'",
        ),
      ],
    ],
  });
  replicasMismatch(draft, 'seats', 15);
  return expect(draft, 'DependencyWrongPort', 'seats', 'database');
}

function mongoPortGo(): Draft {
  const draft = newRailway('b-go-mongo-port');
  const food = addPart(draft, 'food', { port: 18_856, environment: [{ name: 'FOOD_MONGO', value: 'mongo:27018' }] });
  recreate(food, 44);
  again(food, [
    slog(
      'ERROR',
      'list stores',
      'error="server selection error: context deadline exceeded, current topology: { Type: Unknown, Servers: [{ Addr: mongo:27018, Type: Unknown, Last error: dial tcp 10.43.7.40:27018: i/o timeout }, ] }"',
    ),
  ]);
  vague(draft, 'FoodErrors', 33, 'No food can be ordered.', 'warning');
  return expect(draft, 'DependencyWrongPort', 'food', 'database');
}

/** One draft each. */
export const credentials = [mysqlPassword, pgxPassword, pymongoPassword, ioredisPassword, amqpPassword, sqlServerLogin, mysqlPort, redisPortRuby, mongoPortGo];
