import { mainOf, onMain, recreate, rollOut, setEnv, workloadOf } from '../draft.ts';
import { crash, probeFails } from '../faults.ts';
import { grpc, httpGet, resources, tcp } from '../parts.ts';
import type { Draft, Fields, PodDraft } from '../shape.ts';
import { complain, incident, run, symptom, t } from './fleet.ts';
import { CAMPUS_IMAGES, CLINIC_IMAGES, campus, clinic, FEED_IMAGES, feed, LEDGERLY_IMAGES, ledgerly } from './fleets.ts';

const FAMILY = 'runtime';

function probed(
  draft: Draft,
  name: string,
  ago: number,
  which: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
  probe: Fields,
  rolling = false,
): PodDraft[] {
  const change = onMain((one) => {
    one[which] = probe;
  });
  const workload = workloadOf(draft, name);
  return rolling ? rollOut(workload, ago, change) : recreate(workload, ago, change);
}

const refusedAt = (port: number, path: string): string => `Get "http://{ip}:${port}${path}": dial tcp {ip}:${port}: connect: connection refused`;

const liveness = [
  incident('live-port-metrics', feed, ['LivenessProbeWrongPort', 'feed-api-v2', FAMILY], (draft) => {
    const pods = probed(draft, 'feed-api-v2', 16, 'livenessProbe', httpGet('/livez', 9090));
    probeFails(workloadOf(draft, 'feed-api-v2'), pods, 'Liveness', refusedAt(9090, '/livez'), { kills: 7, exit: 0 });
    symptom(draft, 'EnvoyClusterUpstream5xx', { service: 'edge-envoy', envoy_cluster_name: 'feed' }, 'Requests to cluster feed fail now and then.');
  }),
  incident('live-port-tcp', clinic, ['LivenessProbeWrongPort', 'keycloak', FAMILY], (draft) => {
    const pods = probed(draft, 'keycloak', 40, 'livenessProbe', tcp(8180, { initialDelaySeconds: 30 }));
    probeFails(workloadOf(draft, 'keycloak'), pods, 'Liveness', 'dial tcp {ip}:8180: connect: connection refused', { kills: 11, backOff: true });
    symptom(draft, 'KubePodCrashLooping', {}, 'A pod of the namespace is crash looping.', 12, 'warning');
  }),
  incident('live-port-node', campus, ['LivenessProbeWrongPort', 'chat', FAMILY], (draft) => {
    const pods = probed(draft, 'chat', 8, 'livenessProbe', httpGet('/ping', 3000), true);
    probeFails(workloadOf(draft, 'chat'), pods, 'Liveness', refusedAt(3000, '/ping'), { kills: 5, exit: 137 });
  }),
  incident('live-https', ledgerly, ['LivenessProbeWrongProtocol', 'rel-ledgerly-pdf', FAMILY], (draft) => {
    const pods = probed(draft, 'rel-ledgerly-pdf', 14, 'livenessProbe', {
      ...httpGet('/health', 3030),
      httpGet: { path: '/health', port: 3030, scheme: 'HTTPS' },
    });
    probeFails(workloadOf(draft, 'rel-ledgerly-pdf'), pods, 'Liveness', 'Get "https://{ip}:3030/health": http: server gave HTTP response to HTTPS client', {
      kills: 6,
      exit: 143,
    });
    complain(workloadOf(draft, 'rel-ledgerly-sidekiq'), 13, 2, ['%I pid=1 tid=9fk class=PdfJob jid=9911 WARN: EOFError: end of file reached']);
    symptom(draft, 'SidekiqRetriesHigh', { class: 'PdfJob' }, 'Jobs of PdfJob are retried.');
  }),
  incident('live-http-on-grpc', feed, ['LivenessProbeWrongProtocol', 'ranker-01', FAMILY], (draft) => {
    const pods = probed(draft, 'ranker-01', 11, 'livenessProbe', httpGet('/', 7070), true);
    probeFails(
      workloadOf(draft, 'ranker-01'),
      pods,
      'Liveness',
      'Get "http://{ip}:7070/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x05\\x00\\x00@\\x00"',
      { kills: 6, exit: 0 },
    );
  }),
  incident('live-grpc-on-http', campus, ['LivenessProbeWrongProtocol', 'grades', FAMILY], (draft) => {
    const pods = probed(draft, 'grades', 9, 'livenessProbe', grpc(8000));
    probeFails(workloadOf(draft, 'grades'), pods, 'Liveness', 'timeout: failed to connect service "{ip}:8000" within 1s: context deadline exceeded', {
      kills: 5,
      exit: 0,
    });
    for (const pod of pods)
      pod.logs['grades'] = [
        [0.2, t('WARNING:  Invalid HTTP request received.')],
        [0.5, t('WARNING:  Invalid HTTP request received.')],
      ];
  }),
  incident('live-slow-jvm', clinic, ['LivenessProbeTooImpatient', 'billing2', FAMILY], (draft) => {
    const pods = probed(
      draft,
      'billing2',
      29,
      'livenessProbe',
      httpGet('/actuator/health/liveness', 8090, { initialDelaySeconds: 5, periodSeconds: 5, failureThreshold: 2 }),
    );
    const billing = workloadOf(draft, 'billing2');
    probeFails(billing, pods, 'Liveness', refusedAt(8090, '/actuator/health/liveness'), { kills: 13, exit: 143, ready: false, ranSeconds: 14 });
    for (const pod of pods) {
      pod.previous['billing2'] = [
        [
          0.62,
          t(
            '%I  INFO 1 --- [billing2] [           main] e.k.billing.BillingApplication           : Starting BillingApplication v1.19.0 using Java 21.0.5 with PID 1',
          ),
        ],
        [
          0.5,
          t(
            '%I  INFO 1 --- [billing2] [           main] .s.d.r.c.RepositoryConfigurationDelegate : Bootstrapping Spring Data JPA repositories in DEFAULT mode.',
          ),
        ],
        [0.44, t('%I  INFO 1 --- [billing2] [           main] com.zaxxer.hikari.HikariDataSource       : HikariPool-1 - Start completed.')],
      ];
      pod.logs['billing2'] = [
        [
          0.35,
          t(
            '%I  INFO 1 --- [billing2] [           main] e.k.billing.BillingApplication           : Starting BillingApplication v1.19.0 using Java 21.0.5 with PID 1',
          ),
        ],
      ];
    }
  }),
  incident('live-timeout-rails', ledgerly, ['LivenessProbeTooImpatient', 'rel-ledgerly-web', FAMILY], (draft) => {
    const web = workloadOf(draft, 'rel-ledgerly-web');
    const pods = probed(draft, 'rel-ledgerly-web', 52, 'livenessProbe', httpGet('/up', 3000, { timeoutSeconds: 1, periodSeconds: 3, failureThreshold: 1 }));
    probeFails(web, pods, 'Liveness', 'Get "http://{ip}:3000/up": context deadline exceeded (Client.Timeout exceeded while awaiting headers)', {
      kills: 8,
      exit: 143,
      ranSeconds: 320,
    });
    for (const pod of pods) pod.logs['web'] = [[0.3, t('I, [%I #1]  INFO -- : [c1] Completed 200 OK in 1184ms (ActiveRecord: 8.2ms)')]];
    symptom(draft, 'HAProxyBackendDown', { proxy: 'be_web' }, 'Servers of backend be_web go up and down.', 10, 'warning');
  }),
];

const readiness = [
  incident('ready-port-http', campus, ['ReadinessProbeWrongPort', 'enrol', FAMILY], (draft) => {
    const pods = probed(draft, 'enrol', 12, 'readinessProbe', httpGet('/health/', 8080));
    probeFails(workloadOf(draft, 'enrol'), pods, 'Readiness', refusedAt(8080, '/health/'));
    symptom(draft, 'ProbeFailed', { target: 'https://enrol.uni.example' }, 'The address does not answer.');
  }),
  incident('ready-port-rollout', ledgerly, ['ReadinessProbeWrongPort', 'rel-ledgerly-web', FAMILY], (draft) => {
    const pods = probed(draft, 'rel-ledgerly-web', 25, 'readinessProbe', httpGet('/up', 8080), true);
    probeFails(workloadOf(draft, 'rel-ledgerly-web'), pods, 'Readiness', refusedAt(8080, '/up'));
    symptom(draft, 'KubeDeploymentRolloutStuck', { deployment: 'rel-ledgerly-web' }, 'Deployment rollout is not progressing.', 9, 'warning');
  }),
  incident('ready-port-store', clinic, ['ReadinessProbeWrongPort', 'rabbit', FAMILY], (draft) => {
    const pods = probed(draft, 'rabbit', 19, 'readinessProbe', tcp(5673));
    probeFails(workloadOf(draft, 'rabbit'), pods, 'Readiness', 'dial tcp {ip}:5673: connect: connection refused');
    complain(workloadOf(draft, 'labs'), 17, 1.1, [
      '%I  WARN 1 --- [labs] [ntContainer#0-1] o.s.a.r.l.SimpleMessageListenerContainer : Consumer raised exception, processing can restart if the connection factory supports it. Exception summary: org.springframework.amqp.AmqpConnectException: java.net.ConnectException: Connection refused',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'labs' }, 'labs answers with errors.');
  }),
  incident('ready-https', clinic, ['ReadinessProbeWrongProtocol', 'intake', FAMILY], (draft) => {
    const pods = probed(draft, 'intake', 8, 'readinessProbe', {
      ...httpGet('/q/health/ready', 8080),
      httpGet: { path: '/q/health/ready', port: 8080, scheme: 'HTTPS' },
    });
    probeFails(workloadOf(draft, 'intake'), pods, 'Readiness', 'Get "https://{ip}:8080/q/health/ready": http: server gave HTTP response to HTTPS client');
    complain(workloadOf(draft, 'portal'), 7, 0.5, [
      '%N [error] 30#30: *91 connect() failed (111: Connection refused) while connecting to upstream, client: 10.42.1.9, server: _, request: "GET /api/intake/slots HTTP/1.1", upstream: "http://10.43.50.8:8080/slots"',
    ]);
    symptom(draft, 'NginxHigh5xx', { service: 'portal' }, 'More than 5 % of the answers of portal are 5xx.');
  }),
  incident('ready-grpc-on-http', feed, ['ReadinessProbeWrongProtocol', 'media-03', FAMILY], (draft) => {
    const pods = probed(draft, 'media-03', 21, 'readinessProbe', grpc(8081), true);
    probeFails(workloadOf(draft, 'media-03'), pods, 'Readiness', 'timeout: failed to connect service "{ip}:8081" within 1s: context deadline exceeded');
  }),
  incident('startup-port', feed, ['StartupProbeWrongPort', 'push', FAMILY], (draft) => {
    const pods = probed(draft, 'push', 13, 'startupProbe', httpGet('/health', 4001, { failureThreshold: 6, periodSeconds: 5 }));
    probeFails(workloadOf(draft, 'push'), pods, 'Startup', refusedAt(4001, '/health'), { kills: 8, exit: 0, ready: false, ranSeconds: 32 });
  }),
  incident('ready-path', campus, ['ReadinessProbeWrongPath', 'timetable', FAMILY], (draft) => {
    const pods = probed(draft, 'timetable', 30, 'readinessProbe', httpGet('/healthz/ready', 5000), true);
    probeFails(workloadOf(draft, 'timetable'), pods, 'Readiness', 'HTTP probe failed with statuscode: 404');
  }),
];

const memory = [
  incident('oom-heap', clinic, ['OOMKilled', 'labs', FAMILY], (draft) => {
    const labs = workloadOf(draft, 'labs');
    const pods = recreate(
      labs,
      35,
      onMain((one) => {
        setEnv(one, 'JAVA_TOOL_OPTIONS', '-Xmx1500m');
        one.resources = resources('200m', '256Mi', '768Mi');
      }),
    );
    crash(labs, pods, {
      exit: 137,
      reason: 'OOMKilled',
      ranSeconds: 190,
      restarts: 6,
      log: run(
        'Picked up JAVA_TOOL_OPTIONS: -Xmx1500m',
        '%I  INFO 1 --- [labs] [nio-8080-exec-9] e.k.labs.api.ResultController            : exporting 41200 results',
      ),
    });
    symptom(draft, 'NginxHigh5xx', { service: 'portal' }, 'More than 5 % of the answers of portal are 5xx.');
  }),
  incident('oom-running-again', feed, ['OOMKilled', 'ranker-01', FAMILY], (draft) => {
    const ranker = workloadOf(draft, 'ranker-01');
    crash(ranker, ranker.pods, {
      exit: 137,
      reason: 'OOMKilled',
      ranSeconds: 700,
      restarts: 9,
      running: true,
      ago: 2.2,
      log: run('%I  INFO ranker::model: loading embeddings rows=48000000'),
    });
    for (const pod of ranker.pods) {
      pod.states['ranker-01'] = { is: 'running', restarts: 9, since: 2, last: { exit: 137, reason: 'OOMKilled', ago: 2.1, ranSeconds: 700 } };
      pod.events = [];
    }
    complain(workloadOf(draft, 'feed-api-v2'), 2.2, 0.9, [
      'time=%I level=WARN msg="rank failed, falling back to chronological" err="rpc error: code = Unavailable desc = error reading from server: EOF"',
    ]);
    symptom(draft, 'RankingFallback', { service: 'feed-api-v2' }, 'Timelines are not ranked.');
  }),
  incident('oom-node', ledgerly, ['OOMKilled', 'rel-ledgerly-pdf', FAMILY], (draft) => {
    const pdf = workloadOf(draft, 'rel-ledgerly-pdf');
    const pods = rollOut(
      pdf,
      22,
      onMain((one) => {
        one.image = `${LEDGERLY_IMAGES}/pdf:1.5.0`;
        one.resources = resources('100m', '64Mi', '96Mi');
      }),
    );
    crash(pdf, pods, {
      exit: 137,
      reason: 'OOMKilled',
      ranSeconds: 4,
      log: run('> pdf@1.5.0 start', '> node --max-old-space-size=512 server.js', 'launching chromium pool size=4'),
    });
  }),
  incident('oom-store', feed, ['OOMKilled', 'cassandra', FAMILY], (draft) => {
    const cassandra = workloadOf(draft, 'cassandra');
    const pods = rollOut(
      cassandra,
      45,
      onMain((one) => {
        setEnv(one, 'MAX_HEAP_SIZE', '4G');
      }),
      ['worker-2'],
    );
    crash(cassandra, pods, {
      exit: 137,
      reason: 'OOMKilled',
      ranSeconds: 61,
      log: run(
        'INFO  [main] %, CassandraDaemon.java:507 - JVM Arguments: [-Xms4G, -Xmx4G, -XX:+UseG1GC]',
        'INFO  [main] %, ColumnFamilyStore.java:482 - Initializing feed.posts',
      ),
    });
    symptom(draft, 'CassandraNodeDown', { job: 'cassandra-exporter' }, 'A node of the ring is down.', 20);
  }),
];

const DEPENDENCIES = 'dependencies';

/** The program ends because of what it depends on. */
function ends(draft: Draft, name: string, ago: number, exit: number, lines: string[], seconds = 5): void {
  const workload = workloadOf(draft, name);
  const pods = recreate(workload, ago);
  crash(workload, pods, { exit, ranSeconds: seconds, log: run(...lines) });
}

const dependencies = [
  incident('login-mongo', campus, ['DependencyCredentialsRejected', 'grades', DEPENDENCIES], (draft) => {
    ends(draft, 'grades', 18, 3, [
      'INFO:     Started server process [1]',
      'INFO:     Waiting for application startup.',
      "ERROR:    Traceback (most recent call last):\n  File \"/usr/local/lib/python3.12/site-packages/starlette/routing.py\", line 693, in lifespan\n    async with self.lifespan_context(app) as maybe_state:\n  File \"/app/grades/main.py\", line 22, in lifespan\n    await client.admin.command(\"ping\")\npymongo.errors.OperationFailure: Authentication failed., full error: {'ok': 0.0, 'errmsg': 'Authentication failed.', 'code': 18, 'codeName': 'AuthenticationFailed'}",
      'ERROR:    Application startup failed. Exiting.',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'lms' }, 'lms answers with errors.');
  }),
  incident('login-rabbit', clinic, ['DependencyCredentialsRejected', 'archiver', DEPENDENCIES], (draft) => {
    complain(workloadOf(draft, 'archiver'), 40, 0.9, [
      '%I  INFO 1 --- [archiver] [ntContainer#0-4] o.s.a.r.c.CachingConnectionFactory       : Attempting to connect to: [rabbit:5672]',
      '%I ERROR 1 --- [archiver] [ntContainer#0-4] o.s.a.r.l.SimpleMessageListenerContainer : Failed to check/redeclare auto-delete queue(s).\norg.springframework.amqp.AmqpAuthenticationException: com.rabbitmq.client.AuthenticationFailureException: ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.',
    ]);
    complain(workloadOf(draft, 'rabbit'), 40, 0.9, [
      "%S.201844+00:00 [error] <0.9911.2> Error on AMQP connection <0.9911.2> (10.42.2.31:50122 -> 10.42.3.17:5672, state: starting):\n%S.201844+00:00 [error] <0.9911.2> PLAIN login refused: user 'archiver' - invalid credentials",
    ]);
    symptom(draft, 'RabbitmqQueueGrowing', { queue: 'archive' }, 'Queue archive has messages and no consumer.', 20, 'warning');
  }),
  incident('login-redis-wrongpass', ledgerly, ['DependencyCredentialsRejected', 'rel-ledgerly-sidekiq', DEPENDENCIES], (draft) => {
    ends(draft, 'rel-ledgerly-sidekiq', 10, 1, [
      '%I pid=1 tid=2hk INFO: Booted Rails 7.2.1 application in production environment',
      "WRONGPASS invalid username-password pair or user is disabled. (RedisClient::AuthenticationError)\n/usr/local/bundle/gems/redis-client-0.22.2/lib/redis_client/connection_mixin.rb:71:in `call_pipelined'",
    ]);
  }),
  incident('wrong-port-go', feed, ['DependencyWrongPort', 'feed-api-v2', DEPENDENCIES], (draft) => {
    const api = workloadOf(draft, 'feed-api-v2');
    const pods = rollOut(
      api,
      17,
      onMain((one) => {
        setEnv(one, 'CASSANDRA_HOSTS', 'cassandra:9160');
      }),
    );
    crash(api, pods, {
      exit: 1,
      ranSeconds: 11,
      log: run(
        'time=%I level=INFO msg="connecting" hosts=cassandra:9160',
        'time=%I level=ERROR msg="gocql: unable to create session: unable to discover protocol version: dial tcp 10.43.77.4:9160: i/o timeout"',
      ),
    });
  }),
  incident('read-only-mysql', clinic, ['DatabaseReadOnly', 'mysql', 'databases'], (draft) => {
    complain(workloadOf(draft, 'intake'), 25, 0.8, [
      '%, ERROR [org.hib.eng.jdb.spi.SqlExceptionHelper] (executor-thread-7) The MySQL server is running with the --super-read-only option so it cannot execute this statement',
    ]);
    complain(workloadOf(draft, 'billing2'), 25, 1.4, [
      '%I ERROR 1 --- [billing2] [   scheduling-1] o.h.engine.jdbc.spi.SqlExceptionHelper   : The MySQL server is running with the --super-read-only option so it cannot execute this statement',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'intake' }, 'intake answers with errors.');
  }),
  incident('connections-mariadb', campus, ['DatabaseConnectionsExhausted', 'mariadb', 'databases'], (draft) => {
    complain(workloadOf(draft, 'lms'), 14, 0.4, [
      '[%S] production.ERROR: SQLSTATE[HY000] [1040] Too many connections (Connection: mysql, SQL: select * from `sessions` where `id` = kQ limit 1)',
    ]);
    complain(workloadOf(draft, 'enrol'), 13, 0.9, ["django.db.utils.OperationalError: (1040, 'Too many connections')"]);
    symptom(draft, 'HighErrorRate', { service: 'lms' }, 'lms answers with errors.');
  }),
  incident('disk-full-kafka', feed, ['DiskFull', 'kafka', 'databases'], (draft) => {
    const kafka = workloadOf(draft, 'kafka');
    crash(kafka, kafka.pods.slice(1, 2), {
      exit: 1,
      ranSeconds: 40,
      log: run(
        '[%,] ERROR Error while appending records to posts-4 in dir /var/lib/data (org.apache.kafka.storage.internals.log.LogDirFailureChannel)\njava.io.IOException: No space left on device\n\tat java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)',
        '[%,] ERROR Shutdown broker because all log dirs in /var/lib/data have failed (kafka.log.LogManager)',
      ),
    });
    complain(workloadOf(draft, 'push'), 9, 1, ['%I [warning] kpro: connection to kafka-1.kafka-headless:9092 refused']);
    symptom(draft, 'KafkaUnderReplicatedPartitions', { job: 'kafka-exporter' }, 'Partitions are under-replicated.');
  }),
];

const programs = [
  incident('port-taken', clinic, ['PortConflict', 'portal', FAMILY], (draft) => {
    const portal = workloadOf(draft, 'portal');
    const pods = rollOut(portal, 11, ({ spec }) => {
      spec.containers.push({
        name: 'exporter',
        image: 'nginx/nginx-prometheus-exporter:1.3.0',
        args: ['--web.listen-address=:80'],
        ports: [{ containerPort: 80 }],
      });
    });
    crash(portal, pods, {
      container: 'exporter',
      exit: 1,
      ranSeconds: 0,
      log: run('ts=%I caller=exporter.go:217 level=error msg="listen tcp :80: bind: address already in use"'),
    });
  }),
  incident('variable-missing-elixir', feed, ['MissingEnvironment', 'push', FAMILY], (draft) => {
    const push = workloadOf(draft, 'push');
    const pods = rollOut(
      push,
      13,
      onMain((one) => {
        one.image = `${FEED_IMAGES}/push:6.0.0`;
      }),
    );
    crash(push, pods, {
      exit: 1,
      ranSeconds: 1,
      log: run(
        'ERROR! Config provider Config.Reader failed with:\n** (RuntimeError) environment variable SECRET_KEY_BASE is missing.\nYou can generate one by calling: mix phx.gen.secret\n\n    /app/releases/6.0.0/runtime.exs:31: (file)\n    (elixir 1.17.3) src/elixir.erl:386: :elixir.eval_external_handler/3',
      ),
    });
  }),
  incident('crash-dotnet-config', campus, ['ApplicationCrash', 'timetable', FAMILY], (draft) => {
    const timetable = workloadOf(draft, 'timetable');
    const pods = rollOut(
      timetable,
      36,
      onMain((one) => {
        one.image = `${CAMPUS_IMAGES}/timetable:8.1.0`;
      }),
    );
    crash(timetable, pods, {
      exit: 134,
      ranSeconds: 2,
      log: run(
        "Unhandled exception. System.InvalidOperationException: Unable to resolve service for type 'Campus.Timetable.IClock' while attempting to activate 'Campus.Timetable.RoomService'.\n   at Microsoft.Extensions.DependencyInjection.ServiceLookup.CallSiteFactory.CreateArgumentCallSites(ServiceIdentifier serviceIdentifier, Type implementationType)\n   at Program.<Main>$(String[] args) in /src/Program.cs:line 41",
      ),
    });
  }),
  incident('command-missing', clinic, ['CommandNotFound', 'archiver', FAMILY], (draft) => {
    const archiver = workloadOf(draft, 'archiver');
    const pods = rollOut(
      archiver,
      6,
      onMain((one) => {
        one.image = `${CLINIC_IMAGES}/archiver:1.3.0`;
        one.command = ['java17', '-jar', '/app.jar'];
      }),
    );
    const message =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "java17": executable file not found in $PATH: unknown';
    crash(archiver, pods, { exit: 128, reason: 'StartError', ranSeconds: 0, message });
    for (const pod of pods)
      pod.events.push({ type: 'Warning', reason: 'Failed', message: `Error: ${message}`, first: 5.8, last: 1.2, count: 6, container: mainOf(archiver).name });
  }),
  incident('scaled-to-zero', ledgerly, ['ScaledToZero', 'rel-ledgerly-redis', FAMILY], (draft) => {
    const redis = workloadOf(draft, 'rel-ledgerly-redis');
    redis.replicas = 0;
    redis.pods = [];
    complain(workloadOf(draft, 'rel-ledgerly-web'), 31, 0.9, [
      'E, [%I #1] ERROR -- : RedisClient::CannotConnectError (Connection refused - connect(2) for 10.43.7.40:6379)',
    ]);
    complain(workloadOf(draft, 'rel-ledgerly-sidekiq'), 31, 0.9, [
      '%I pid=1 tid=2hk ERROR: Error fetching job: Connection refused - connect(2) for 10.43.7.40:6379',
    ]);
    symptom(draft, 'SidekiqDown', { service: 'sidekiq' }, 'No job is worked on.', 15);
  }),
];

export const runtime = [...liveness, ...readiness, ...memory, ...dependencies, ...programs];
