import { mainOf, onMain, recreate, rollOut, setEnv, workloadOf } from '../draft.ts';
import { crash, probeFails } from '../faults.ts';
import { mysqld, plain, postgres, redis, spring } from '../log-lines.ts';
import { sqlServer } from '../third/stack-lines.ts';
import { again } from '../third/tell.ts';
import { familyOf } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel } from './hotel.ts';
import { elixir, rails, sidekiq, tracing, zerolog } from './log-styles.ts';
import { newRetail, of } from './retail.ts';
import { newVideo } from './video.ts';

const fault = familyOf('runtime');

const tdsPort = fault(
  'tds-port',
  newHotel,
  'DependencyWrongPort',
  'bookings',
  (draft) => {
    const bookings = workloadOf(draft, 'bookings');
    setEnv(mainOf(bookings), 'SPRING_DATASOURCE_URL', 'jdbc:sqlserver://mssql:1533;databaseName=bookings;encrypt=false');
    const pods = recreate(bookings, 12);
    crash(bookings, pods, {
      exit: 1,
      ranSeconds: 44,
      log: [
        [
          0.02,
          spring(
            'bookings',
            'ERROR',
            'main',
            'com.zaxxer.hikari.pool.HikariPool',
            'HikariPool-1 - Exception during pool initialization.\n\ncom.microsoft.sqlserver.jdbc.SQLServerException: The TCP/IP connection to the host mssql, port 1533 has failed. Error: "Connect timed out. Verify the connection properties. Make sure that an instance of SQL Server is running on the host and accepting TCP/IP connections at the port. Make sure that TCP connections to the port are not blocked by a firewall.".',
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

const amqpPort = fault('amqp-port', newHotel, 'DependencyWrongPort', 'mails', (draft) => {
  const mails = workloadOf(draft, 'mails');
  setEnv(mainOf(mails), 'SPRING_RABBITMQ_PORT', '5671');
  recreate(mails, 8);
  again(
    mails,
    [
      spring(
        'mails',
        'ERROR',
        'enerContainer-1',
        'o.s.a.r.l.SimpleMessageListenerContainer',
        'Failed to check/redeclare auto-delete queue(s).\n\norg.springframework.amqp.AmqpIOException: java.net.SocketTimeoutException: Connect timed out',
      ),
      spring('mails', 'INFO', 'enerContainer-2', 'o.s.a.r.c.CachingConnectionFactory', 'Attempting to connect to: [rabbitmq:5671]'),
    ],
    7,
    0.5,
  );
});

const pgPort = fault('pg-port', newFleet, 'DependencyWrongPort', 'device-api', (draft) => {
  const api = workloadOf(draft, 'device-api');
  setEnv(mainOf(api), 'DATABASE_PORT', '6432');
  const pods = recreate(api, 7);
  probeFails(api, pods, 'Readiness', 'HTTP probe failed with statuscode: 503');
  again(
    api,
    [
      elixir(
        'error',
        'Postgrex.Protocol (#PID<0.3901.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (postgres.fleet-data:6432): timeout',
      ),
    ],
    6,
    0.3,
  );
});

const mssqlReadOnly = fault(
  'mssql-read-only',
  newHotel,
  'DatabaseReadOnly',
  'mssql',
  (draft) => {
    again(
      workloadOf(draft, 'bookings'),
      [
        spring(
          'bookings',
          'ERROR',
          'nio-8080-exec-7',
          'o.h.engine.jdbc.spi.SqlExceptionHelper',
          'Failed to update database "bookings" because the database is read-only.',
        ),
      ],
      9,
      0.4,
    );
    again(workloadOf(draft, 'mssql'), [sqlServer('spid54', "Setting database option READ_ONLY to ON for database 'bookings'.")], 10, 60);
  },
  'ServiceQualityDegradation',
);

const redisReplica = fault(
  'redis-replica',
  newRetail,
  'DatabaseReadOnly',
  of('redis-master'),
  (draft) => {
    again(
      workloadOf(draft, of('shop-sidekiq')),
      [
        sidekiq(
          'ERROR',
          'OrderMailJob',
          "fail: READONLY You can't write against a read only replica. (redis://alpina-redis-master:6379) (RedisClient::ReadOnlyError)",
        ),
      ],
      11,
      0.4,
    );
    again(workloadOf(draft, of('redis-master')), [redis('*', "REPLICAOF 10.42.3.9:6379 enabled (user request from 'id=4411 addr=10.42.1.7:53312')")], 12, 60);
  },
  'ServiceQualityDegradation',
);

const pgReadOnly = fault(
  'pg-recovery',
  newVideo,
  'DatabaseReadOnly',
  'postgres',
  (draft) => {
    again(
      workloadOf(draft, 'catalog'),
      [tracing('ERROR', 'catalog::titles', 'update failed: error returned from database: cannot execute UPDATE in a read-only transaction code=25006')],
      8,
      0.4,
    );
    again(
      workloadOf(draft, 'postgres'),
      [postgres('ERROR', 'cannot execute UPDATE in a read-only transaction'), postgres('STATEMENT', 'UPDATE titles SET status = $1 WHERE id = $2')],
      8,
      0.4,
    );
  },
  'ServiceQualityDegradation',
);

const mysqlFull = fault('mysql-connections', newRetail, 'DatabaseConnectionsExhausted', of('mysql'), (draft) => {
  const db = workloadOf(draft, of('mysql'));
  rollOut(
    db,
    22,
    onMain((one) => {
      one.args = ['--max-connections=12'];
    }),
    ['worker-2'],
  );
  again(
    workloadOf(draft, of('shop-web')),
    [rails('FATAL', 'ActiveRecord::ConnectionNotEstablished (Too many connections)\n\nCaused by: Mysql2::Error::ConnectionError (Too many connections)')],
    15,
    0.5,
  );
  again(workloadOf(draft, of('pricing')), [zerolog('error', 'query', { error: 'Error 1040 (08004): Too many connections' })], 15, 0.9);
  again(db, [mysqld('Warning', '013172', 'Too many connections')], 15, 2);
});

const pgFull = fault('pg-connections', newFleet, 'DatabaseConnectionsExhausted', 'postgres', (draft) => {
  again(
    workloadOf(draft, 'device-api'),
    [
      elixir(
        'error',
        'Postgrex.Protocol (#PID<0.3912.0>) failed to connect: ** (Postgrex.Error) FATAL 53300 (too_many_connections) sorry, too many clients already',
      ),
    ],
    9,
    0.3,
  );
  again(workloadOf(draft, 'postgres'), [postgres('FATAL', 'sorry, too many clients already')], 9, 0.3);
});

const noDatabase = fault(
  'no-database',
  newHotel,
  'DatabaseNotFound',
  'rooms',
  (draft) => {
    const rooms = workloadOf(draft, 'rooms');
    setEnv(mainOf(rooms), 'SPRING_DATASOURCE_URL', 'jdbc:sqlserver://mssql:1433;databaseName=rooms_v2;encrypt=false');
    crash(rooms, recreate(rooms, 9), {
      exit: 1,
      ranSeconds: 14,
      log: [
        [
          0.02,
          spring(
            'rooms',
            'ERROR',
            'main',
            'com.zaxxer.hikari.pool.HikariPool',
            'HikariPool-1 - Exception during pool initialization.\n\ncom.microsoft.sqlserver.jdbc.SQLServerException: Cannot open database "rooms_v2" requested by the login. The login failed. ClientConnectionId:77b1f4a0',
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

const initDatabase = fault('init-database', newRetail, 'DatabaseNotFound', of('shop-web'), (draft) => {
  const web = workloadOf(draft, of('shop-web'));
  const pods = rollOut(web, 13, ({ spec }) => {
    spec.initContainers = [
      {
        name: 'migrate',
        image: spec.containers[0]?.image ?? '',
        args: ['rake', 'db:migrate'],
        env: [...(spec.containers[0]?.env ?? []).filter(({ name }) => name !== 'DB_NAME'), { name: 'DB_NAME', value: 'shop_green' }],
      },
    ];
  });
  for (const pod of pods) {
    pod.initStates = { migrate: { is: 'waiting', reason: 'CrashLoopBackOff', restarts: 6, last: { exit: 1, reason: 'Error', ago: 1.4, ranSeconds: 5 } } };
    const lines = [
      [
        1.42,
        plain(
          "rake aborted!\nActiveRecord::NoDatabaseError: We could not find your database: shop_green. Available database configurations can be found in config/database.yml.\n\nCaused by:\nMysql2::Error: Unknown database 'shop_green'",
        ),
      ],
    ] as const;
    pod.previous['migrate'] = [...lines];
    pod.logs['migrate'] = [...lines];
    pod.events.push({
      type: 'Warning',
      reason: 'BackOff',
      message: ({ pod: name }) => `Back-off restarting failed container migrate in pod ${name}`,
      first: 12,
      last: 0.3,
      count: 38,
      container: 'migrate',
    });
  }
});

export const databases = [mssqlReadOnly, redisReplica, pgReadOnly, mysqlFull, pgFull, noDatabase, initDatabase, tdsPort, amqpPort, pgPort];
