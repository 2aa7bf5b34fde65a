import { addWorkload, createDraft, DAY, type WorkloadOptions } from '../draft.ts';
import { burst, kafka, mongod, pino, zap } from '../log-lines.ts';
import { addClaim, addService, claimTemplate, env, exec, grpc, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Container, Draft, EnvVar, Line, PodDraft, Template, Workload } from '../shape.ts';

const REGISTRY = 'ghcr.io/rollwerk';

interface Part extends WorkloadOptions {
  readonly container: Partial<Container>;
  readonly spec?: Partial<Template['spec']>;
  readonly version?: string;
}

function add(draft: Draft, name: string, part: Part): Workload {
  const version = part.version ?? 'v1.9.4';
  const template: Template = {
    labels: { app: name, team: 'telematics' },
    spec: {
      serviceAccountName: name,
      containers: [{ name, image: `${REGISTRY}/${name}:${version}`, resources: resources('100m', '96Mi', '256Mi'), ...part.container }],
      ...part.spec,
    },
  };
  draft.serviceAccounts.push(name);
  return addWorkload(draft, name, template, { before: `${REGISTRY}/${name}:v1.8.11`, ...part });
}

const goRoutine =
  (name: string, port: number) =>
  (pod: PodDraft): Line[] => [
    ...(pod.ago < 120
      ? burst(pod.ago - 0.11, [zap('info', 'starting', { service: name, version: '1.9.4' }), zap('info', 'listening', { addr: `:${port}` })])
      : []),
    [14, zap('info', 'flushed batch', { rows: 512, took_ms: 21 })],
    [5.1, zap('warn', 'slow consumer', { lag_ms: 840 })],
    [2.2, zap('info', 'flushed batch', { rows: 498, took_ms: 19 })],
  ];

const nodeRoutine = (pod: PodDraft): Line[] => [
  ...(pod.ago < 120 ? burst(pod.ago - 0.12, [pino(30, 'Server listening at http://0.0.0.0:3000')]) : []),
  [19, pino(40, 'DeprecationWarning: The `punycode` module is deprecated.', { code: 'DEP0040' })],
  [7.7, pino(30, 'request completed', { req: { method: 'GET', url: '/v1/vehicles' }, res: { statusCode: 200 }, responseTime: 14.2 })],
  [
    6.4,
    pino(50, 'request errored', {
      req: { method: 'POST', url: '/v1/login' },
      err: { type: 'UnauthorizedError', message: 'jwt expired' },
      res: { statusCode: 401 },
    }),
  ],
  [1.1, pino(30, 'request completed', { req: { method: 'GET', url: '/v1/trips?vehicle=88' }, res: { statusCode: 200 }, responseTime: 21.9 })],
];

const node = (path = '/healthz'): Partial<Container> => ({
  ports: [{ name: 'http', containerPort: 3000, protocol: 'TCP' }],
  livenessProbe: httpGet(path, 'http', { initialDelaySeconds: 5 }),
  readinessProbe: httpGet('/readyz', 'http'),
});

/** The settings for services that are there. */
function ifThere(all: readonly string[], service: string, values: Record<string, string>): EnvVar[] {
  return all.includes(service) ? env(values) : [];
}

const PARTS: Readonly<Record<string, (draft: Draft, all: readonly string[]) => void>> = {
  'edge-gateway': (draft, all) => {
    add(draft, 'edge-gateway', {
      routine: nodeRoutine,
      container: {
        ...node(),
        env: [
          ...env({ NODE_ENV: 'production' }),
          ...ifThere(all, 'trips', { TRIPS_URL: 'http://trips:3000' }),
          ...ifThere(all, 'positions', { POSITIONS_ADDR: 'positions:9000' }),
          ...ifThere(all, 'geofence', { GEOFENCE_ADDR: 'geofence:9000' }),
        ],
      },
    });
    addService(draft, 'edge-gateway', 80, 'http', { selector: { app: 'edge-gateway' }, type: 'LoadBalancer' });
  },
  trips: (draft, all) => {
    add(draft, 'trips', {
      replicas: 2,
      routine: nodeRoutine,
      container: {
        ...node(),
        env: [
          ...env({ NODE_ENV: 'production' }),
          ...(all.includes('mongodb')
            ? [
                ...env({ MONGO_HOST: 'mongodb', MONGO_PORT: '27017', MONGO_DB: 'trips', MONGO_USER: 'trips' }),
                secretEnv('MONGO_PASSWORD', 'mongodb-trips', 'password'),
              ]
            : []),
        ],
      },
    });
    addService(draft, 'trips', 3000, 'http', { selector: { app: 'trips' } });
    draft.secrets.push({ name: 'mongodb-trips', keys: ['password'], ago: 80 * DAY });
  },
  positions: (draft, all) => {
    add(draft, 'positions', {
      replicas: 2,
      routine: goRoutine('positions', 9000),
      container: {
        ports: [
          { name: 'grpc', containerPort: 9000, protocol: 'TCP' },
          { name: 'metrics', containerPort: 2112, protocol: 'TCP' },
        ],
        env: [...env({ LISTEN_ADDR: ':9000' }), ...ifThere(all, 'kafka', { KAFKA_BROKERS: 'kafka:9092' })],
        livenessProbe: grpc(9000, { initialDelaySeconds: 5 }),
        readinessProbe: grpc(9000),
      },
    });
    addService(draft, 'positions', 9000, 'grpc', {
      selector: { app: 'positions' },
      ports: [{ name: 'grpc', port: 9000, targetPort: 'grpc', protocol: 'TCP', appProtocol: 'grpc' }],
    });
  },
  geofence: (draft, all) => {
    add(draft, 'geofence', {
      routine: goRoutine('geofence', 9000),
      container: {
        ports: [{ name: 'grpc', containerPort: 9000, protocol: 'TCP' }],
        env: [...env({ LISTEN_ADDR: ':9000' }), ...ifThere(all, 'trips', { TRIPS_URL: 'http://trips:3000' })],
        livenessProbe: grpc(9000),
        readinessProbe: grpc(9000),
      },
    });
    addService(draft, 'geofence', 9000, 'grpc', { selector: { app: 'geofence' }, ports: [{ name: 'grpc', port: 9000, targetPort: 'grpc', protocol: 'TCP' }] });
  },
  ingest: (draft, all) => {
    add(draft, 'ingest', {
      routine: goRoutine('ingest', 8090),
      container: {
        ports: [{ name: 'http', containerPort: 8090, protocol: 'TCP' }],
        env: [...env({ KAFKA_TOPIC: 'vehicle.positions' }), ...ifThere(all, 'kafka', { KAFKA_BROKERS: 'kafka:9092' })],
        livenessProbe: httpGet('/live', 8090),
        readinessProbe: httpGet('/ready', 8090),
      },
    });
    addService(draft, 'ingest', 8090, 8090, { selector: { app: 'ingest' } });
  },
  kafka: (draft) => {
    const labels = { app: 'kafka' };
    addWorkload(
      draft,
      'kafka',
      {
        labels,
        spec: {
          containers: [
            {
              name: 'kafka',
              image: 'docker.io/apache/kafka:3.9.0',
              ports: [
                { name: 'client', containerPort: 9092, protocol: 'TCP' },
                { name: 'controller', containerPort: 9093, protocol: 'TCP' },
              ],
              env: env({ KAFKA_PROCESS_ROLES: 'broker,controller', KAFKA_LOG_DIRS: '/var/lib/kafka/data' }),
              resources: resources('500m', '1Gi', '2Gi'),
              readinessProbe: tcp(9092),
              volumeMounts: [{ name: 'data', mountPath: '/var/lib/kafka/data' }],
            },
          ],
        },
      },
      {
        kind: 'StatefulSet',
        nodes: ['worker-3'],
        claims: [claimTemplate('data', '80Gi')],
        routine: () => [
          [
            13,
            kafka(
              'INFO',
              '[GroupCoordinator 1]: Dynamic member with unknown member id joins group notifier in Stable state. Created a new member id. (kafka.coordinator.group.GroupCoordinator)',
            ),
          ],
          [
            3.2,
            kafka(
              'INFO',
              '[LocalLog partition=vehicle.positions-2, dir=/var/lib/kafka/data] Rolled new log segment at offset 88120331 in 2 ms. (kafka.log.LocalLog)',
            ),
          ],
        ],
      },
    );
    addClaim(draft, 'data-kafka-0', { size: '80Gi', node: 'worker-3' });
    addService(draft, 'kafka', 9092, 'client', { selector: { app: 'kafka' }, ports: [{ name: 'client', port: 9092, targetPort: 'client', protocol: 'TCP' }] });
  },
  mongodb: (draft) => {
    const labels = { app: 'mongodb' };
    addWorkload(
      draft,
      'mongodb',
      {
        labels,
        spec: {
          containers: [
            {
              name: 'mongod',
              image: 'docker.io/library/mongo:7.0.16',
              args: ['--auth', '--bind_ip_all'],
              ports: [{ name: 'mongo', containerPort: 27017, protocol: 'TCP' }],
              env: [secretEnv('MONGO_INITDB_ROOT_PASSWORD', 'mongodb-root', 'password')],
              resources: resources('300m', '512Mi', '1536Mi'),
              livenessProbe: tcp('mongo'),
              readinessProbe: exec(['mongosh', '--quiet', '--eval', "db.adminCommand('ping')"], { timeoutSeconds: 10 }),
              volumeMounts: [{ name: 'data', mountPath: '/data/db' }],
            },
          ],
        },
      },
      {
        kind: 'StatefulSet',
        nodes: ['worker-1'],
        claims: [claimTemplate('data', '40Gi')],
        routine: () => [
          [16, mongod('I', 'WTCHKPT', 22430, 'Checkpointer', 'WiredTiger message', { message: 'saving checkpoint snapshot min: 41, snapshot max: 41' })],
          [
            2.8,
            mongod('I', 'NETWORK', 22943, 'listener', 'Connection accepted', ({ ipOf }) => ({
              remote: `${ipOf('trips')}:52114`,
              connectionId: 9121,
              connectionCount: 14,
            })),
          ],
        ],
      },
    );
    addClaim(draft, 'data-mongodb-0', { size: '40Gi' });
    addService(draft, 'mongodb', 27017, 'mongo', {
      selector: { app: 'mongodb' },
      ports: [{ name: 'mongo', port: 27_017, targetPort: 'mongo', protocol: 'TCP' }],
    });
    draft.secrets.push({ name: 'mongodb-root', keys: ['password'], ago: 90 * DAY });
  },
  notifier: (draft, all) =>
    void add(draft, 'notifier', {
      routine: nodeRoutine,
      container: {
        ...node(),
        env: [
          ...env({ KAFKA_GROUP: 'notifier' }),
          ...ifThere(all, 'kafka', { KAFKA_BROKERS: 'kafka:9092' }),
          ...ifThere(all, 'trips', { TRIPS_URL: 'http://trips:3000' }),
        ],
      },
    }),
  'telemetry-relay': (draft, all) =>
    void add(draft, 'telemetry-relay', {
      kind: 'DaemonSet',
      routine: goRoutine('telemetry-relay', 4317),
      container: {
        ports: [{ name: 'otlp', containerPort: 4317, protocol: 'TCP' }],
        env: [...env({ BATCH_SIZE: '512' }), ...ifThere(all, 'ingest', { UPSTREAM: 'ingest:8090' })],
        resources: resources('50m', '64Mi', '128Mi'),
      },
    }),
};

const USUAL = ['edge-gateway', 'trips', 'positions', 'mongodb'];

/** Vehicle tracking: Node.js and Go services on MongoDB and Kafka. `also` and `without` change its usual parts. */
export function newFleet(id: string, also: readonly string[] = [], without: readonly string[] = [], namespace = 'fleet'): Draft {
  const draft = createDraft(id, namespace);
  const all = [...USUAL, ...also].filter((part) => !without.includes(part));
  for (const part of all) {
    const make = PARTS[part];
    if (!make) throw new Error(`${id}: there is no part ${part}`);
    make(draft, all);
  }
  return draft;
}
