import { kafka, pino, plain, postgres, zap } from '../log-lines.ts';
import { env, exec, grpc, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Draft, Line, PodDraft } from '../shape.ts';
import { addPart, addSecret, type House, newDraft, type Part } from '../third/application.ts';
import { structlog, tracing } from './log-styles.ts';

/** Video on demand: Node, Go, Python and Rust around Kafka, MinIO and PostgreSQL, behind Envoy. */
const HOUSE: House = { namespace: 'vod', label: 'app.kubernetes.io/name', common: { 'app.kubernetes.io/part-of': 'lumen', env: 'prod' } };
export const VOD = 'europe-west3-docker.pkg.dev/lumen-vod/apps';

export const ENVOY = `static_resources:
  clusters:
    - name: api
      type: STRICT_DNS
      load_assignment:
        cluster_name: api
        endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: api, port_value: 3000 } } } }] }]
    - name: uploader
      type: STRICT_DNS
      load_assignment:
        cluster_name: uploader
        endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: uploader, port_value: 8080 } } } }] }]
  listeners:
    - name: web
      address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
      route_config:
        virtual_hosts:
          - name: all
            domains: ["*"]
            routes:
              - { match: { prefix: "/api" }, route: { cluster: api } }
              - { match: { prefix: "/upload" }, route: { cluster: uploader } }
`;

const young = (pod: PodDraft, lines: Line[]): Line[] => (pod.ago < 90 ? lines : []);

export function newVideo(id: string): Draft {
  const draft = newDraft(HOUSE, id);
  for (const name of ['postgres-app', 'minio-keys', 'kafka-scram']) addSecret(draft, name, ['username', 'password', 'access-key', 'secret-key']);
  const part = (name: string, more: Partial<Part>): void => {
    addPart(draft, HOUSE, name, { image: `${VOD}/${name}:2026.18.3`, ...more });
  };
  part('kafka', {
    kind: 'StatefulSet',
    replicas: 3,
    image: 'docker.io/bitnami/kafka:3.9.0',
    port: 9092,
    portName: 'tcp-client',
    storage: '100Gi',
    container: { resources: resources('500m', '1Gi', '2Gi'), readinessProbe: tcp(9092) },
    routine: () => [
      [27, kafka('INFO', '[GroupCoordinator 0]: Preparing to rebalance group transcoders in state PreparingRebalance')],
      [4, kafka('INFO', '[LocalLog partition=uploads-3, dir=/bitnami/kafka/data] Rolled new log segment at offset 118231 in 2 ms.')],
    ],
  });
  part('minio', {
    kind: 'StatefulSet',
    image: 'quay.io/minio/minio:RELEASE.2025-02-18T16-25-55Z',
    port: 9000,
    portName: 's3',
    storage: '500Gi',
    nodes: ['worker-3'],
    env: [secretEnv('MINIO_ROOT_USER', 'minio-keys', 'access-key'), secretEnv('MINIO_ROOT_PASSWORD', 'minio-keys', 'secret-key')],
    container: {
      args: ['server', '/data', '--console-address=:9001'],
      livenessProbe: httpGet('/minio/health/live', 9000),
      readinessProbe: httpGet('/minio/health/ready', 9000),
    },
  });
  part('postgres', {
    kind: 'StatefulSet',
    image: 'docker.io/library/postgres:17.2',
    port: 5432,
    portName: 'postgres',
    storage: '60Gi',
    nodes: ['worker-2'],
    env: [secretEnv('POSTGRES_PASSWORD', 'postgres-app', 'password')],
    container: { readinessProbe: exec(['pg_isready', '-U', 'vod']) },
    routine: () => [[16, postgres('LOG', 'checkpoint complete: wrote 318 buffers (1.9%)')]],
  });
  const bucket = [
    ...env({ S3_ENDPOINT: 'http://minio:9000', S3_BUCKET: 'media' }),
    secretEnv('AWS_ACCESS_KEY_ID', 'minio-keys', 'access-key'),
    secretEnv('AWS_SECRET_ACCESS_KEY', 'minio-keys', 'secret-key'),
  ];
  const brokers = env({ KAFKA_BROKERS: 'kafka:9092' });
  part('catalog', {
    port: 50_051,
    portName: 'grpc',
    replicas: 2,
    env: [
      ...env({ DATABASE_HOST: 'postgres', DATABASE_PORT: '5432', DATABASE_NAME: 'catalog', RUST_LOG: 'info' }),
      secretEnv('DATABASE_PASSWORD', 'postgres-app', 'password'),
    ],
    container: { livenessProbe: grpc(50_051, { initialDelaySeconds: 5 }), readinessProbe: grpc(50_051), resources: resources('100m', '48Mi', '128Mi', '1') },
    routine: (pod) => [
      ...young(pod, [[pod.ago - 0.11, tracing('INFO', 'catalog', 'serving gRPC on 0.0.0.0:50051')]]),
      [13, tracing('WARN', 'sqlx::query', 'slow statement: execution time exceeded alert threshold elapsed=1.204s slow_threshold=1s')],
    ],
  });
  part('uploader', {
    port: 8080,
    env: [...structuredClone(bucket), ...structuredClone(brokers)],
    container: { livenessProbe: httpGet('/livez', 8080), readinessProbe: httpGet('/readyz', 8080), resources: resources('100m', '64Mi', '256Mi') },
    routine: (pod) => [
      ...young(pod, [[pod.ago - 0.11, zap('info', 'http server listening', { addr: ':8080' })]]),
      [21, zap('warn', 'client went away before the end of the upload', { error: 'unexpected EOF', part: 14 })],
      [5.2, zap('info', 'upload complete', { bytes: 80_112_344 })],
    ],
  });
  for (const name of ['transcoder', 'thumbnailer'])
    part(name, {
      replicas: name === 'transcoder' ? 2 : 1,
      env: [...structuredClone(bucket), ...structuredClone(brokers), ...env({ WORKERS: '2' })],
      container: { resources: resources('500m', '512Mi', '1Gi', '3') },
      routine: (pod) => [
        ...young(pod, [[pod.ago - 0.12, structlog('info', 'consumer.joined', { group: `${name}s` })]]),
        [14, structlog('warning', 'ffmpeg.nonfatal', { detail: 'Application provided invalid, non monotonically increasing dts to muxer' })],
        [2.9, structlog('info', 'task.done', { seconds: 41.2 })],
      ],
    });
  part('api', {
    port: 3000,
    replicas: 2,
    env: [...env({ CATALOG_ADDR: 'catalog:50051', UPLOADER_URL: 'http://uploader:8080', NODE_ENV: 'production' }), ...structuredClone(brokers)],
    container: { livenessProbe: httpGet('/healthz', 3000), readinessProbe: httpGet('/healthz', 3000), resources: resources('100m', '128Mi', '320Mi') },
    routine: (pod) => [
      ...young(pod, [[pod.ago - 0.1, pino(30, 'Server listening at http://0.0.0.0:3000')]]),
      [9, pino(40, 'jwt expired', { code: 'FAST_JWT_EXPIRED', reqId: 'req-1f' })],
      [3.3, pino(30, 'request completed', { responseTime: 12.8, res: { statusCode: 200 } })],
    ],
  });
  draft.configMaps.push({ name: 'player-edge', ago: 29 * 1440, data: { 'envoy.yaml': ENVOY } });
  part('player-edge', {
    image: 'docker.io/envoyproxy/envoy:v1.32.3',
    port: 8080,
    replicas: 2,
    service: { type: 'LoadBalancer' },
    container: { args: ['-c', '/etc/envoy/envoy.yaml'], readinessProbe: tcp(8080), volumeMounts: [{ name: 'conf', mountPath: '/etc/envoy', readOnly: true }] },
    spec: { volumes: [{ name: 'conf', configMap: { name: 'player-edge', defaultMode: 420 } }] },
    routine: () => [
      [
        33,
        plain(
          '[2026-01-01 00:00:00.000][1][warning][main] [source/server/server.cc:953] there is no configured limit to the number of allowed active downstream connections.',
        ),
      ],
    ],
  });
  return draft;
}
