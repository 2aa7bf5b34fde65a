import { crashLooping, podNotReady, replicasMismatch, vague } from '../alerts.ts';
import { logTo, mainOf, onMain, recreate, repeat, rollOut, workloadOf } from '../draft.ts';
import { configFails, crash, mountFails, oldRestart, probeFails } from '../faults.ts';
import { mysqld, plain } from '../log-lines.ts';
import { httpGet, resources, tcp } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { dotnet, log4j, newRailway, python, slog } from './railway.ts';
import { again, burn, expect, upstream } from './shared-lines.ts';

const envoy = (): { name: string; image: string; args: string[]; ports: { containerPort: number }[]; resources: ReturnType<typeof resources> } => ({
  name: 'proxy',
  image: 'envoyproxy/envoy:v1.31.0',
  args: ['-c', '/etc/envoy/envoy.yaml'],
  ports: [{ containerPort: 12_345 }],
  resources: resources('50m', '64Mi', '128Mi'),
});

// Two containers of one pod share one network namespace.
function sidecarEnvoy(): Draft {
  const draft = newRailway('b-sidecar-envoy');
  const station = workloadOf(draft, 'station');
  const fresh = recreate(station, 25, ({ spec }) => void spec.containers.push(envoy()));
  crash(station, fresh, {
    container: 'proxy',
    exit: 1,
    restarts: 8,
    ranSeconds: 1,
    log: [
      [
        0.01,
        ({ at }) =>
          `[${at.toISOString().slice(0, 19).replace('T', ' ')}.221][1][critical][main] [source/server/server.cc:414] error initializing config '  /etc/envoy/envoy.yaml': cannot bind '0.0.0.0:12345': Address already in use`,
      ],
    ],
  });
  podNotReady(draft, 'station', 9);
  burn(draft);
  return expect(draft, 'PortConflict', 'station', 'runtime');
}

function sidecarJava(): Draft {
  const draft = newRailway('b-sidecar-java');
  const travel = workloadOf(draft, 'travel');
  const fresh = recreate(
    travel,
    36,
    ({ spec }) =>
      void spec.containers.unshift({
        name: 'metrics-agent',
        image: 'cr.bahnhof.example/tools/agent:1.4',
        args: ['--listen=:12346'],
        resources: resources('10m', '32Mi', '64Mi'),
      }),
  );
  crash(travel, fresh, {
    container: 'travel',
    exit: 1,
    restarts: 10,
    ranSeconds: 9,
    log: [
      [
        0.01,
        plain(
          "\n***************************\nAPPLICATION FAILED TO START\n***************************\n\nDescription:\n\nWeb server failed to start. Port 12346 was already in use.\n\nAction:\n\nIdentify and stop the process that's listening on port 12346 or configure this application to listen on another port.\n",
        ),
      ],
    ],
  });
  crashLooping(draft, 'travel', 'travel', 16);
  return expect(draft, 'PortConflict', 'travel', 'runtime');
}

function noReplicas(): Draft {
  const draft = newRailway('b-zero-station');
  const station = workloadOf(draft, 'station');
  station.replicas = 0;
  station.pods = [];
  upstream(
    draft,
    'order',
    log4j(
      'ERROR',
      'c.b.order.StationClient',
      'I/O error on GET request for "http://station:12345/stations": Connection refused (Connection refused); nested exception is java.net.ConnectException: Connection refused (Connection refused)',
    ),
  );
  upstream(
    draft,
    'travel',
    log4j('ERROR', 'c.b.travel.StationClient', 'I/O error on GET request for "http://station.rail.svc.cluster.local:12345/stations": Connection refused'),
  );
  upstream(draft, 'gateway', log4j('WARN', 'c.b.gateway.Proxy', 'GET /api/stations -> http://station:12345 503 Service Unavailable'));
  burn(draft);
  return expect(draft, 'ScaledToZero', 'station', 'runtime');
}

function noMongo(): Draft {
  const draft = newRailway('b-zero-mongo');
  const mongo = workloadOf(draft, 'mongo');
  mongo.replicas = 0;
  mongo.pods = [];
  again(
    workloadOf(draft, 'delay-model'),
    [
      python(
        'ERROR',
        "pymongo.errors.ServerSelectionTimeoutError: mongo:27017: [Errno -2] Name or service not known, Timeout: 30s, Topology Description: <TopologyDescription id: 66f1, topology_type: Unknown, servers: [<ServerDescription ('mongo', 27017) server_type: Unknown, rtt: None, error=AutoReconnect('mongo:27017: [Errno 111] Connection refused')>]>",
      ),
    ],
    24,
    2,
  );
  vague(draft, 'PredictionErrors', 20, 'Delay predictions fail.');
  return expect(draft, 'ScaledToZero', 'mongo', 'runtime');
}

function secretGone(): Draft {
  const draft = newRailway('b-secret-env');
  const tickets = workloadOf(draft, 'tickets');
  draft.secrets = draft.secrets.filter(({ name }) => name !== 'redis');
  const fresh = rollOut(
    tickets,
    22,
    onMain((main) => {
      main.image = 'cr.bahnhof.example/rail/tickets:2.8.0';
    }),
    ['worker-3'],
  );
  configFails(tickets, fresh, 'secret "redis" not found');
  replicasMismatch(draft, 'tickets', 6);
  return expect(draft, 'MissingSecret', 'tickets', 'startup');
}

function secretVolumeGone(): Draft {
  const draft = newRailway('b-secret-volume');
  const gateway = workloadOf(draft, 'gateway');
  const fresh = recreate(gateway, 28, ({ spec }) => {
    spec.volumes = [{ name: 'tls', secret: { secretName: 'gateway-tls', defaultMode: 420 } }];
    onMain((main) => {
      main.volumeMounts = [{ name: 'tls', mountPath: '/tls', readOnly: true }];
    })({ labels: {}, spec });
  });
  mountFails(gateway, fresh, 'MountVolume.SetUp failed for volume "tls" : secret "gateway-tls" not found');
  burn(draft);
  return expect(draft, 'MissingSecret', 'gateway', 'startup');
}

function jvmOom(): Draft {
  const draft = newRailway('b-jvm-oom');
  const order = workloadOf(draft, 'order');
  const [pod] = order.pods;
  const main = mainOf(order);
  main.resources = resources('100m', '192Mi', '256Mi', '500m');
  main.env = [...(main.env ?? []), { name: 'JAVA_OPTS', value: '-Xmx512m' }];
  if (pod) crash(order, [pod], { exit: 137, reason: 'OOMKilled', restarts: 6, ranSeconds: 210 });
  crashLooping(draft, 'order', 'order', 12);
  burn(draft);
  return expect(draft, 'OOMKilled', 'order', 'runtime');
}

function livenessPath(): Draft {
  const draft = newRailway('b-liveness-path');
  const search = workloadOf(draft, 'search');
  const fresh = recreate(
    search,
    32,
    onMain((main) => {
      main.livenessProbe = httpGet('/healthz', 9000, { initialDelaySeconds: 10 });
    }),
  );
  logTo(
    search,
    repeat(30, 1, 1, () => [slog('INFO', 'request', 'method=GET path=/healthz status=404')]),
  );
  probeFails(search, fresh, 'Liveness', 'HTTP probe failed with statuscode: 404', { kills: 11, exit: 2 });
  burn(draft);
  return expect(draft, 'LivenessProbeWrongPath', 'search', 'runtime');
}

function readinessPort(): Draft {
  const draft = newRailway('b-readiness-port');
  const tickets = workloadOf(draft, 'tickets');
  const fresh = recreate(
    tickets,
    32,
    onMain((main) => {
      main.readinessProbe = tcp(3001, {});
    }),
  );
  probeFails(tickets, fresh, 'Readiness', 'dial tcp {ip}:3001: connect: connection refused');
  podNotReady(draft, 'tickets', 12);
  upstream(draft, 'loyalty', dotnet('fail', 'Loyalty.TicketsClient', 'System.Net.Http.HttpRequestException: Connection refused (tickets:3000)'));
  burn(draft);
  return expect(draft, 'ReadinessProbeWrongPort', 'tickets', 'runtime');
}

// The dependency is what is broken; what fails loudly are its callers, which crash for want of it.
function crashingDependency(): Draft {
  const draft = newRailway('b-dependency-crashes');
  const mysql = workloadOf(draft, 'mysql');
  const [pod] = mysql.pods;
  if (pod)
    crash(mysql, [pod], {
      exit: 137,
      reason: 'OOMKilled',
      restarts: 9,
      ranSeconds: 20,
      log: [[0.2, mysqld('System', '010116', '/usr/sbin/mysqld (mysqld 8.0.36) starting as process 1')]],
    });
  for (const name of ['order', 'travel', 'station']) {
    const workload = workloadOf(draft, name);
    crash(workload, workload.pods, {
      exit: 1,
      restarts: 7,
      ranSeconds: 31,
      log: [
        [
          0.01,
          log4j(
            'ERROR',
            'o.s.boot.SpringApplication',
            'Application run failed\ncom.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure\nCaused by: java.net.ConnectException: Connection refused (Connection refused)',
          ),
        ],
      ],
    });
    crashLooping(draft, name, name, 15);
  }
  burn(draft);
  return expect(draft, 'OOMKilled', 'mysql', 'runtime');
}

function badFlag(): Draft {
  const draft = newRailway('b-bad-flag');
  const search = workloadOf(draft, 'search');
  const fresh = rollOut(
    search,
    19,
    onMain((main) => {
      main.image = 'cr.bahnhof.example/rail/search:2.9.0';
      main.args = ['--index-workers=auto'];
    }),
    ['worker-2'],
  );
  crash(search, fresh, {
    exit: 2,
    restarts: 7,
    ranSeconds: 0,
    log: [
      [0.01, plain('invalid value "auto" for flag -index-workers: parse error\nUsage of /search:\n  -index-workers int\n    \tnumber of workers (default 4)')],
    ],
  });
  for (const pod of workloadOf(draft, 'redis').pods) oldRestart(pod, 'redis', 9_000);
  crashLooping(draft, 'search', 'search', 3);
  return expect(draft, 'ApplicationCrash', 'search', 'runtime');
}

/** One draft each. */
export const containers = [
  sidecarEnvoy,
  sidecarJava,
  noReplicas,
  noMongo,
  secretGone,
  secretVolumeGone,
  jvmOom,
  livenessPath,
  readinessPort,
  crashingDependency,
  badFlag,
];
