import { burst, plain, postgres, redis } from '../log-lines.ts';
import { env, exec, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Draft, Line, PodDraft } from '../shape.ts';
import { addPart, addSecret, type House, newDraft, type Part } from './application.ts';
import { natsServer, slog } from './stack-lines.ts';

/** A platform for sensors of water works: Go services around NATS and TimescaleDB. */
const HOUSE: House = { namespace: 'telemetry', label: 'app.kubernetes.io/name', common: { 'app.kubernetes.io/part-of': 'hydro' } };
export const HYDRO = 'ghcr.io/hydro-grid';

const routine =
  (name: string) =>
  (pod: PodDraft): Line[] => [
    ...(pod.ago < 120 ? burst(pod.ago - 0.11, [slog('INFO', 'starting', `service=${name} version=2.31.0`), slog('INFO', 'listening', 'addr=:8080')]) : []),
    [17, slog('WARN', 'clock of device is ahead', 'device=pump-0417 skew=4.1s')],
    [8.4, slog('INFO', 'batch written', 'rows=912 took=18ms')],
    [3.2, slog('ERROR', 'drop reading', 'device=valve-22 error="value out of range"')],
    [1.6, slog('INFO', 'batch written', 'rows=871 took=17ms')],
  ];

function service(draft: Draft, name: string, more: Partial<Part> = {}): void {
  addPart(draft, HOUSE, name, {
    image: `${HYDRO}/${name}:2.31.0`,
    port: 8080,
    routine: routine(name),
    ...more,
    container: {
      resources: resources('100m', '64Mi', '256Mi', '500m'),
      livenessProbe: httpGet('/livez', 8080, { initialDelaySeconds: 5 }),
      readinessProbe: httpGet('/readyz', 8080),
      ...more.container,
    },
  });
}

export function newTelemetry(id: string): Draft {
  const draft = newDraft(HOUSE, id);
  const database = [
    ...env({ PGHOST: 'timescaledb', PGPORT: '5432', PGDATABASE: 'hydro', PGUSER: 'hydro' }),
    secretEnv('PGPASSWORD', 'timescaledb', 'password'),
  ];
  const bus = env({ NATS_URL: 'nats://nats:4222' });
  addSecret(draft, 'timescaledb', ['password']);
  addPart(draft, HOUSE, 'timescaledb', {
    kind: 'StatefulSet',
    image: 'docker.io/timescale/timescaledb:2.17.2-pg16',
    port: 5432,
    portName: 'postgres',
    storage: '40Gi',
    nodes: ['worker-1'],
    env: [secretEnv('POSTGRES_PASSWORD', 'timescaledb', 'password')],
    container: { resources: resources('500m', '1Gi', '2Gi'), readinessProbe: exec(['pg_isready', '-U', 'hydro']) },
    routine: () => [
      [12.2, postgres('LOG', 'checkpoint starting: time')],
      [11.8, postgres('LOG', 'checkpoint complete: wrote 4211 buffers (25.7%); 0 WAL file(s) added, 0 removed, 2 recycled')],
    ],
  });
  addPart(draft, HOUSE, 'nats', {
    kind: 'StatefulSet',
    replicas: 3,
    image: 'docker.io/library/nats:2.10.24-alpine',
    port: 4222,
    portName: 'client',
    container: { args: ['--config', '/etc/nats/nats.conf'], livenessProbe: tcp(4222), readinessProbe: httpGet('/healthz', 8222) },
    routine: () => [[26, natsServer('WRN', "Consumer assignment for '$G > READINGS > rules' took 112ms")]],
  });
  addPart(draft, HOUSE, 'redis', {
    image: 'docker.io/library/redis:7.4.2-alpine',
    port: 6379,
    portName: 'redis',
    container: { livenessProbe: tcp(6379), readinessProbe: exec(['redis-cli', 'ping']) },
    routine: () => [
      [7.5, redis('*', '100 changes in 300 seconds. Saving...')],
      [7.4, redis('*', 'Background saving terminated with success')],
    ],
  });
  service(draft, 'device-registry', { env: database, replicas: 2 });
  service(draft, 'ingest', { env: [...bus, ...env({ REGISTRY_URL: 'http://device-registry:8080' })], replicas: 2 });
  service(draft, 'rules-engine', { env: [...bus, ...env({ REDIS_ADDR: 'redis:6379' })] });
  service(draft, 'notifier', { env: [...bus, ...env({ SMTP_HOST: 'smtp.hydro-grid.example' })] });
  service(draft, 'query-api', { env: [...database, ...env({ CACHE_ADDR: 'redis:6379', REGISTRY_URL: 'http://device-registry:8080' })] });
  draft.configMaps.push({
    name: 'console-nginx',
    ago: 40 * 1440,
    data: {
      'default.conf':
        'server {\n  listen 8080;\n  root /usr/share/nginx/html;\n  location /api/ { proxy_pass http://query-api:8080/; }\n  location /ingest/ { proxy_pass http://ingest:8080/; }\n  location /healthz { return 200; }\n}\n',
    },
  });
  addPart(draft, HOUSE, 'console', {
    image: `${HYDRO}/console:1.18.3`,
    port: 8080,
    container: {
      readinessProbe: httpGet('/healthz', 8080),
      volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }],
    },
    spec: { volumes: [{ name: 'conf', configMap: { name: 'console-nginx', defaultMode: 420 } }] },
    routine: () => [[5.5, plain('10.42.1.1 - - "GET /healthz HTTP/1.1" 200 0 "-" "kube-probe/1.32"')]],
  });
  return draft;
}
