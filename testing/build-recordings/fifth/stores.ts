import { onMain, recreate, rollOut, setEnv, workloadOf } from '../draft.ts';
import { crash, probeFails } from '../faults.ts';
import { env } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { complain, incident, run, symptom } from './fleet.ts';
import { campus, clinic, feed, ledgerly } from './fleets.ts';

const FAMILY = 'databases';

const logins = [
  incident('login-told-by-server', clinic, ['DependencyCredentialsRejected', 'billing2', FAMILY], (draft) => {
    const billing = workloadOf(draft, 'billing2');
    const pods = recreate(billing, 12);
    crash(billing, pods, {
      exit: 1,
      ranSeconds: 19,
      log: run(
        '%I  INFO 1 --- [billing2] [           main] com.zaxxer.hikari.HikariDataSource       : HikariPool-1 - Starting...',
        "%I ERROR 1 --- [billing2] [           main] com.zaxxer.hikari.pool.HikariPool        : HikariPool-1 - Exception during pool initialization.\n\njava.sql.SQLException: Access denied for user 'billing'@'10.42.1.77' (using password: YES)\n\tat com.mysql.cj.jdbc.exceptions.SQLError.createSQLException(SQLError.java:130)",
        '%I ERROR 1 --- [billing2] [           main] o.s.boot.SpringApplication               : Application run failed',
      ),
    });
    complain(workloadOf(draft, 'labs'), 11, 1.3, [
      '%I ERROR 1 --- [labs] [nio-8080-exec-2] e.k.labs.BillingClient                   : I/O error on POST request for "http://billing2:8090/invoices": Connection refused',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'labs' }, 'labs answers with errors.');
  }),
  incident('login-not-ready', campus, ['DependencyCredentialsRejected', 'enrol', FAMILY], (draft) => {
    const enrol = workloadOf(draft, 'enrol');
    const pods = recreate(enrol, 31);
    probeFails(enrol, pods, 'Readiness', 'HTTP probe failed with statuscode: 500');
    complain(
      enrol,
      30,
      0.4,
      [
        "[%S +0000] [9] [ERROR] Error handling request /health/\ndjango.db.utils.OperationalError: (1045, \"Access denied for user 'enrol'@'10.42.2.31' (using password: YES)\")",
      ],
      pods,
    );
    symptom(draft, 'ProbeFailed', { target: 'https://enrol.uni.example' }, 'The address does not answer.');
  }),
  incident('login-cassandra', feed, ['DependencyCredentialsRejected', 'feed-api-v2', FAMILY], (draft) => {
    const api = workloadOf(draft, 'feed-api-v2');
    const pods = recreate(api, 8);
    crash(api, pods, {
      exit: 1,
      ranSeconds: 2,
      log: run(
        'time=%I level=ERROR msg="gocql: unable to create session: unable to discover protocol version: Provided username feed and/or password are incorrect"',
      ),
    });
    symptom(draft, 'EnvoyClusterUpstream5xx', { service: 'edge-envoy', envoy_cluster_name: 'feed' }, 'Requests to cluster feed fail.');
  }),
];

const ports = [
  incident('port-jdbc', clinic, ['DependencyWrongPort', 'labs', FAMILY], (draft) => {
    const labs = workloadOf(draft, 'labs');
    const pods = rollOut(
      labs,
      14,
      onMain((one) => setEnv(one, 'SPRING_DATASOURCE_URL', 'jdbc:mysql://mysql:3307/labs?useSSL=false')),
    );
    crash(labs, pods, {
      exit: 1,
      ranSeconds: 41,
      log: run(
        '%I ERROR 1 --- [labs] [           main] com.zaxxer.hikari.pool.HikariPool        : HikariPool-1 - Exception during pool initialization.\n\ncom.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure\n\nThe last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.\nCaused by: java.net.ConnectException: Connection timed out',
      ),
    });
  }),
  incident('port-beside-host', campus, ['DependencyWrongPort', 'lms', FAMILY], (draft) => {
    const lms = workloadOf(draft, 'lms');
    const pods = recreate(
      lms,
      10,
      onMain((one) => setEnv(one, 'DB_PORT', '33060')),
    );
    complain(
      lms,
      9,
      0.5,
      ['[%S] production.ERROR: SQLSTATE[HY000] [2002] Connection timed out (Connection: mysql, SQL: select * from `sessions` where `id` = kQ limit 1)'],
      pods,
    );
    symptom(draft, 'HighErrorRate', { service: 'lms' }, 'lms answers with errors.');
  }),
  incident('port-redis-url', ledgerly, ['DependencyWrongPort', 'rel-ledgerly-sidekiq', FAMILY], (draft) => {
    const sidekiq = workloadOf(draft, 'rel-ledgerly-sidekiq');
    const pods = recreate(
      sidekiq,
      16,
      onMain((one) => setEnv(one, 'REDIS_URL', 'redis://rel-ledgerly-redis:6380/0')),
    );
    crash(sidekiq, pods, {
      exit: 1,
      ranSeconds: 8,
      log: run(
        '%I pid=1 tid=2hk INFO: Booted Rails 7.2.1 application in production environment',
        'Connection timed out - user specified timeout for rel-ledgerly-redis:6380 (RedisClient::CannotConnectError)',
      ),
    });
    symptom(draft, 'SidekiqDown', { service: 'sidekiq' }, 'No job is worked on.');
  }),
];

const limits = [
  incident('read-only-standby', ledgerly, ['DatabaseReadOnly', 'rel-ledgerly-postgresql', FAMILY], (draft) => {
    complain(workloadOf(draft, 'rel-ledgerly-web'), 24, 0.6, [
      'E, [%I #1] ERROR -- : [b8] ActiveRecord::ReadOnlyError (PG::ReadOnlySqlTransaction: ERROR:  cannot execute UPDATE in a read-only transaction):',
    ]);
    complain(workloadOf(draft, 'rel-ledgerly-sidekiq'), 24, 1.2, [
      '%I pid=1 tid=2hk WARN: ActiveRecord::StatementInvalid: PG::ReadOnlySqlTransaction: ERROR:  cannot execute INSERT in a read-only transaction',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'rel-ledgerly-web' }, 'The web tier answers with errors.');
  }),
  incident('read-only-replica', ledgerly, ['DatabaseReadOnly', 'rel-ledgerly-redis', FAMILY], (draft) => {
    complain(workloadOf(draft, 'rel-ledgerly-sidekiq'), 18, 0.5, [
      "%I pid=1 tid=2hk ERROR: READONLY You can't write against a read only replica. (RedisClient::ReadOnlyError)",
    ]);
    symptom(draft, 'SidekiqQueueLatency', { queue: 'default' }, 'Jobs wait for more than ten minutes.');
  }),
  incident('slots-postgres', ledgerly, ['DatabaseConnectionsExhausted', 'rel-ledgerly-postgresql', FAMILY], (draft) => {
    complain(workloadOf(draft, 'rel-ledgerly-web'), 13, 0.5, [
      'F, [%I #1] FATAL -- : ActiveRecord::ConnectionNotEstablished (connection to server at "10.43.2.71", port 5432 failed: FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute\n):',
    ]);
    complain(workloadOf(draft, 'rel-ledgerly-postgresql'), 13, 0.5, [
      '%S.411 GMT [981] FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'rel-ledgerly-web' }, 'The web tier answers with errors.');
  }),
  incident('slots-mysql', clinic, ['DatabaseConnectionsExhausted', 'mysql', FAMILY], (draft) => {
    complain(workloadOf(draft, 'intake'), 11, 0.5, [
      '%, WARN  [io.agroal.pool] (agroal-11) Datasource \'<default>\': Data source rejected establishment of connection,  message from server: "Too many connections"',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'intake' }, 'intake answers with errors.');
  }),
];

const programs = [
  incident('sidecar-same-port', clinic, ['PortConflict', 'intake', 'runtime'], (draft) => {
    const intake = workloadOf(draft, 'intake');
    const pods = rollOut(intake, 9, ({ spec }) => {
      spec.containers.push({
        name: 'audit-proxy',
        image: 'registry.klinik.example/care/audit-proxy:0.3.0',
        ports: [{ containerPort: 8080 }],
        env: env({ UPSTREAM: 'http://127.0.0.1:8081' }),
      });
    });
    crash(intake, pods, {
      exit: 1,
      ranSeconds: 3,
      log: run(
        '%, ERROR [io.quarkus.runtime.Application] (main) Failed to start application: io.quarkus.runtime.QuarkusBindException: Port(s) already bound: 8080: Address already in use',
      ),
    });
  }),
  incident('sidecar-same-port-silent', campus, ['PortConflict', 'chat', 'runtime'], (draft) => {
    const chat = workloadOf(draft, 'chat');
    const pods = rollOut(chat, 22, ({ spec }) => {
      spec.containers.push({ name: 'metrics', image: 'harbor.uni.example:8443/campus/metrics:1.0.0', ports: [{ containerPort: 3001 }] });
    });
    crash(chat, pods, {
      exit: 1,
      ranSeconds: 1,
      log: run(
        "node:events:497\n      throw er; // Unhandled 'error' event\n      ^\n\nError: listen EADDRINUSE: address already in use :::3001\n    at Server.setupListenHandle [as _listen2] (node:net:1907:16)",
      ),
    });
    for (const pod of pods) pod.events = [];
  }),
  incident('zero-behind-proxy', ledgerly, ['ScaledToZero', 'rel-ledgerly-web', 'runtime'], (draft) => {
    const web = workloadOf(draft, 'rel-ledgerly-web');
    web.replicas = 0;
    web.pods = [];
    complain(workloadOf(draft, 'rel-ledgerly-haproxy'), 600, 7, [
      '10.42.2.14:50112 [%A] fe_main be_web/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC-- 1/1/0/0/0 0/0 "GET /invoices HTTP/1.1"',
    ]);
    symptom(draft, 'HAProxyBackendDown', { proxy: 'be_web' }, 'Backend be_web has no server.', 500);
  }),
  incident('zero-store', campus, ['ScaledToZero', 'memcached', 'runtime'], (draft) => {
    const memcached = workloadOf(draft, 'memcached');
    memcached.replicas = 0;
    memcached.pods = [];
    complain(workloadOf(draft, 'lms'), 45, 1.5, ['[%S] production.WARNING: Memcached::get(): CONNECTION FAILURE memcached:11211 Connection refused']);
    symptom(draft, 'HighLatency', { service: 'lms' }, 'lms is slow.');
  }),
];

export const stores: readonly (() => Draft)[] = [...logins, ...ports, ...limits, ...programs];
