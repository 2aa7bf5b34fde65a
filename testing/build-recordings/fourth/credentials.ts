import { onMain, recreate, workloadOf } from '../draft.ts';
import { crash, probeFails } from '../faults.ts';
import { plain, spring, zap } from '../log-lines.ts';
import { rabbit, slog, sqlServer } from '../third/stack-lines.ts';
import { again } from '../third/tell.ts';
import { familyOf } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel } from './hotel.ts';
import { mosquitto, rails, structlog } from './log-styles.ts';
import { newRetail, of } from './retail.ts';
import { newVideo } from './video.ts';

const fault = familyOf('runtime');
const REFUSED = 'DependencyCredentialsRejected';

const jdbc = fault('jdbc-login', newHotel, REFUSED, 'rooms', (draft) => {
  const rooms = workloadOf(draft, 'rooms');
  const pods = recreate(rooms, 10);
  probeFails(rooms, pods, 'Readiness', 'HTTP probe failed with statuscode: 503');
  again(
    rooms,
    [
      spring('rooms', 'WARN', 'nio-8080-exec-1', 'com.zaxxer.hikari.pool.PoolBase', 'HikariPool-1 - Failed to validate connection'),
      spring(
        'rooms',
        'ERROR',
        'nio-8080-exec-1',
        'o.h.engine.jdbc.spi.SqlExceptionHelper',
        "Login failed for user 'rooms_app'. ClientConnectionId:0b7a2c1e-55e1-4f5a-9b35-7ad0d4c8e001",
      ),
    ],
    9,
    0.5,
  );
  again(
    workloadOf(draft, 'mssql'),
    [
      sqlServer('Logon', 'Error: 18456, Severity: 14, State: 8.'),
      sqlServer(
        'Logon',
        ({ ipOf }) => `Login failed for user 'rooms_app'. Reason: Password did not match that for the login provided. [CLIENT: ${ipOf('rooms')}]`,
      ),
    ],
    9,
    0.5,
  );
  again(
    workloadOf(draft, 'offers'),
    [
      spring(
        'offers',
        'ERROR',
        'nio-8080-exec-2',
        'o.a.c.c.C.[.[.[/].[dispatcherServlet]',
        'org.springframework.web.client.HttpServerErrorException$InternalServerError: 500 : "{"status":500,"path":"/rooms"}"',
      ),
    ],
    8,
    0.7,
  );
});

const amqp = fault(
  'amqp-login',
  newHotel,
  REFUSED,
  'mails',
  (draft) => {
    const mails = workloadOf(draft, 'mails');
    crash(mails, recreate(mails, 12), {
      exit: 1,
      ranSeconds: 16,
      log: [
        [0.1, spring('mails', 'INFO', 'main', 'o.s.a.r.c.CachingConnectionFactory', 'Attempting to connect to: [rabbitmq:5672]')],
        [
          0.02,
          spring(
            'mails',
            'ERROR',
            'main',
            'o.s.boot.SpringApplication',
            'Application run failed\n\norg.springframework.amqp.AmqpAuthenticationException: com.rabbitmq.client.AuthenticationFailureException: ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.',
          ),
        ],
      ],
    });
    again(
      workloadOf(draft, 'rabbitmq'),
      [
        rabbit(
          'error',
          ({ ipOf }) =>
            `Error on AMQP connection <0.9911.0> (${ipOf('mails')}:41210 -> 10.42.2.11:5672, state: starting):\nPLAIN login refused: user 'mails' - invalid credentials`,
        ),
      ],
      11,
      1,
    );
  },
  'ServiceAbnormalRestart',
);

const s3 = fault('s3-key', newVideo, REFUSED, 'uploader', (draft) => {
  const uploader = workloadOf(draft, 'uploader');
  recreate(uploader, 9);
  again(
    uploader,
    [
      zap('error', 'put object failed', {
        bucket: 'media',
        error:
          'operation error S3: PutObject, https response error StatusCode: 403, RequestID: 17B2, HostID: dd9, api error SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        endpoint: 'http://minio:9000',
      }),
    ],
    8,
    0.4,
  );
});

const scram = fault(
  'kafka-scram',
  newVideo,
  REFUSED,
  'transcoder',
  (draft) => {
    const transcoder = workloadOf(draft, 'transcoder');
    crash(transcoder, recreate(transcoder, 10), {
      exit: 1,
      ranSeconds: 7,
      log: [
        [0.04, plain('%5|1767225600.104|CONFWARN|rdkafka#consumer-1| [thrd:app]: Configuration property linger.ms is a producer property')],
        [
          0.02,
          plain(
            '%3|1767225600.511|FAIL|rdkafka#consumer-1| [thrd:sasl_plaintext://kafka:9092/bootstrap]: sasl_plaintext://kafka:9092/bootstrap: SASL authentication error: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512 (after 310ms in state AUTH_REQ)',
          ),
        ],
        [0.01, structlog('critical', 'consumer.failed', { error: 'KafkaError{code=_AUTHENTICATION,val=-169,str="Local: Authentication failure"}' })],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

const influxToken = fault('influx-token', newFleet, REFUSED, 'writer', (draft) => {
  const writer = workloadOf(draft, 'writer');
  recreate(writer, 8);
  again(
    writer,
    [slog('ERROR', 'write batch', 'url=http://influxdb.fleet-data.svc.cluster.local:8086 error="unauthorized: unauthorized access" status=401')],
    7,
    0.3,
  );
});

const mqtt = fault('mqtt-login', newFleet, REFUSED, 'bridge', (draft) => {
  const bridge = workloadOf(draft, 'bridge');
  recreate(bridge, 9);
  again(bridge, [slog('ERROR', 'connect broker', 'broker=tcp://mosquitto:1883 error="not Authorized"')], 8, 0.4);
  again(workloadOf(draft, 'mosquitto'), [mosquitto(({ ipOf }) => `Client bridge-0 [${ipOf('bridge')}:50110] disconnected, not authorised.`)], 8, 0.4);
});

const noauth = fault(
  'redis-noauth',
  newRetail,
  REFUSED,
  of('shop-sidekiq'),
  (draft) => {
    const workers = workloadOf(draft, of('shop-sidekiq'));
    const pods = recreate(
      workers,
      11,
      onMain((one) => {
        one.env = (one.env ?? []).filter(({ name }) => name !== 'REDIS_PASSWORD');
      }),
    );
    crash(workers, pods, {
      exit: 1,
      ranSeconds: 9,
      log: [
        [
          0.02,
          plain(
            "/usr/local/bundle/gems/redis-client-0.23.2/lib/redis_client/connection_mixin.rb:71:in `call_pipelined': NOAUTH Authentication required. (redis://alpina-redis-master:6379) (RedisClient::AuthenticationError)",
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

const rds = fault('mysql-password', newRetail, REFUSED, of('shop-web'), (draft) => {
  const web = workloadOf(draft, of('shop-web'));
  const pods = recreate(web, 8);
  probeFails(web, pods, 'Readiness', 'HTTP probe failed with statuscode: 500');
  again(
    web,
    [
      rails(
        'FATAL',
        ({ ip }) =>
          `ActiveRecord::DatabaseConnectionError (There is an issue connecting to your database with your username/password, username: shop.\n\nCaused by Mysql2::Error::ConnectionError: Access denied for user 'shop'@'${ip}' (using password: YES)`,
      ),
    ],
    7,
    0.5,
  );
});

export const credentials = [jdbc, amqp, s3, scram, influxToken, mqtt, noauth, rds];
