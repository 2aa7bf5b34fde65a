import { burst, mongod, plain, redis } from '../log-lines.ts';
import { env, exec, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Draft, Line, PodDraft } from '../shape.ts';
import { addPart, addSecret, type House, newDraft, type Part } from './application.ts';
import { python } from './stack-lines.ts';

/** A platform that scores loan and fraud models: FastAPI services, MongoDB, Redis, MinIO. */
const HOUSE: House = { namespace: 'inference', label: 'app.kubernetes.io/name', common: { 'app.kubernetes.io/managed-by': 'Helm', squad: 'ml' } };
export const ML = 'harbor.scorewerk.example/ml';

const routine = (pod: PodDraft): Line[] => [
  ...(pod.ago < 120
    ? burst(pod.ago - 0.15, [
        plain('INFO:     Started server process [1]'),
        plain('INFO:     Application startup complete.'),
        plain('INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)'),
      ])
    : []),
  [
    21,
    python(
      'WARNING',
      'py.warnings',
      'sklearn/base.py:376: InconsistentVersionWarning: Trying to unpickle estimator from version 1.4.2 when using version 1.5.0',
    ),
  ],
  [6.6, plain('INFO:     10.42.2.1:51422 - "GET /healthz HTTP/1.1" 200 OK')],
  [3.9, plain('INFO:     10.42.1.33:40218 - "POST /v1/score HTTP/1.1" 422 Unprocessable Entity')],
];

function service(draft: Draft, name: string, more: Partial<Part> = {}): void {
  addPart(draft, HOUSE, name, {
    image: `${ML}/${name}:0.44.0`,
    port: 8000,
    routine,
    ...more,
    container: {
      resources: resources('250m', '512Mi', '1Gi', '1'),
      livenessProbe: httpGet('/healthz', 8000, { initialDelaySeconds: 20, timeoutSeconds: 3 }),
      readinessProbe: httpGet('/healthz', 8000, { timeoutSeconds: 3 }),
      ...more.container,
    },
  });
}

export function newInference(id: string): Draft {
  const draft = newDraft(HOUSE, id);
  addSecret(draft, 'mongodb-features', ['uri', 'password']);
  addSecret(draft, 'minio', ['access-key', 'secret-key']);
  draft.configMaps.push({ name: 'scorer-config', ago: 12 * 1440, data: { MODEL_URI: 's3://models/fraud/2026-04/model.onnx', BATCH_SIZE: '32' } });
  addPart(draft, HOUSE, 'mongodb', {
    kind: 'StatefulSet',
    image: 'docker.io/library/mongo:7.0.15',
    port: 27_017,
    portName: 'mongodb',
    storage: '25Gi',
    nodes: ['worker-1'],
    container: { readinessProbe: exec(['mongosh', '--quiet', '--eval', "db.adminCommand('ping')"]), resources: resources('200m', '512Mi', '1Gi') },
    routine: () => [[5.2, mongod('I', 'NETWORK', 22943, 'listener', 'Connection accepted', { remote: '10.42.2.31:51420', connectionCount: 14 })]],
  });
  addPart(draft, HOUSE, 'redis', {
    image: 'docker.io/library/redis:7.2.6',
    port: 6379,
    portName: 'redis',
    container: { livenessProbe: tcp(6379), readinessProbe: exec(['redis-cli', 'ping']) },
    routine: () => [[4.5, redis('*', '1000 changes in 60 seconds. Saving...')]],
  });
  addPart(draft, HOUSE, 'minio', {
    kind: 'StatefulSet',
    image: 'quay.io/minio/minio:RELEASE.2024-12-18T13-15-44Z',
    port: 9000,
    portName: 's3',
    storage: '100Gi',
    nodes: ['worker-3'],
    container: { args: ['server', '/data'], readinessProbe: httpGet('/minio/health/ready', 9000) },
  });
  service(draft, 'feature-store', {
    env: [secretEnv('MONGO_URI', 'mongodb-features', 'uri'), ...env({ REDIS_HOST: 'redis', REDIS_PORT: '6379' })],
    replicas: 2,
  });
  service(draft, 'scorer', {
    env: env({ FEATURE_STORE_URL: 'http://feature-store:8000' }),
    container: {
      envFrom: [{ configMapRef: { name: 'scorer-config' } }],
      resources: resources('500m', '1Gi', '2Gi', '2'),
      startupProbe: httpGet('/healthz', 8000, { failureThreshold: 30 }),
    },
    replicas: 2,
  });
  service(draft, 'registry', { env: env({ MLFLOW_S3_ENDPOINT_URL: 'http://minio:9000' }) });
  service(draft, 'explainer', { env: env({ SCORER_URL: 'http://scorer:8000', FEATURE_STORE_URL: 'http://feature-store:8000' }) });
  service(draft, 'api', {
    env: env({ SCORER_URL: 'http://scorer:8000', EXPLAINER_URL: 'http://explainer:8000', REDIS_URL: 'redis://redis:6379/0' }),
    replicas: 2,
  });
  return draft;
}
