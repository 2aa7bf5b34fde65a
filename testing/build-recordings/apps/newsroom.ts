import { meta } from '../../../scripts/scenarios/world.ts';
import { addWorkload, createDraft, DAY, type WorkloadOptions } from '../draft.ts';
import { access, burst, celery, django, gunicorn, postgres } from '../log-lines.ts';
import { addClaim, addService, claimTemplate, env, exec, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Container, Draft, EnvVar, Fields, Line, PodDraft, Template, Workload } from '../shape.ts';
import { addRedis } from './data-stores.ts';

export const DJANGO_IMAGE = 'harbor.tagespost.example/newsroom/cms';

export function djangoEnv(all: readonly string[] = ['postgres', 'redis']): EnvVar[] {
  return [
    ...env({ DJANGO_SETTINGS_MODULE: 'cms.settings.production' }),
    ...(all.includes('postgres')
      ? [...env({ DB_HOST: 'postgres', DB_PORT: '5432', DB_NAME: 'cms', DB_USER: 'cms' }), secretEnv('DB_PASSWORD', 'cms-database', 'password')]
      : []),
    ...(all.includes('redis') ? env({ CELERY_BROKER_URL: 'redis://redis:6379/0', CACHE_URL: 'redis://redis:6379/1' }) : []),
    secretEnv('DJANGO_SECRET_KEY', 'cms-django', 'secret-key'),
  ];
}

function template(
  name: string,
  all: readonly string[],
  container: Partial<Container> & { readonly args: string[] },
  spec: Partial<Template['spec']> = {},
): Template {
  return {
    labels: { app: name, tier: 'cms' },
    spec: {
      imagePullSecrets: [{ name: 'harbor-pull' }],
      containers: [{ name, image: `${DJANGO_IMAGE}:2026.4.1`, env: djangoEnv(all), resources: resources('150m', '256Mi', '512Mi'), ...container }],
      ...spec,
    },
  };
}

export function gunicornStart(ago: number): Line[] {
  return burst(ago, [
    gunicorn('INFO', 1, 'Starting gunicorn 23.0.0'),
    gunicorn('INFO', 1, 'Listening at: http://0.0.0.0:8000 (1)'),
    gunicorn('INFO', 1, 'Using worker: gthread'),
    gunicorn('INFO', 8, 'Booting worker with pid: 8'),
    gunicorn('INFO', 9, 'Booting worker with pid: 9'),
  ]);
}

const routineWeb = (pod: PodDraft): Line[] => [
  ...(pod.ago < 120 ? gunicornStart(pod.ago - 0.14) : []),
  [21, django('WARNING', 'django.request', 'Not Found: /wp-login.php')],
  [12.7, django('ERROR', 'django.security.DisallowedHost', "Invalid HTTP_HOST header: '203.0.113.77'. You may need to add '203.0.113.77' to ALLOWED_HOSTS.")],
  [6.1, access('/artikel/2026/stadtrat-haushalt/', 200, 48_211, 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)')],
  [3.3, access('/healthz', 200, 2)],
  [1.2, access('/api/teaser?limit=12', 200, 9034, 'okhttp/4.12.0')],
];

const PARTS: Readonly<Record<string, (draft: Draft, all: readonly string[]) => void>> = {
  cms: (draft, all) => {
    addWorkload(
      draft,
      'cms',
      template('cms', all, {
        args: ['gunicorn', 'cms.wsgi:application', '--bind=0.0.0.0:8000', '--workers=2'],
        ports: [{ name: 'http', containerPort: 8000, protocol: 'TCP' }],
        livenessProbe: httpGet('/healthz', 8000, { initialDelaySeconds: 10, timeoutSeconds: 3 }),
        readinessProbe: httpGet('/healthz', 8000, { timeoutSeconds: 3 }),
      }),
      { replicas: 2, before: `${DJANGO_IMAGE}:2026.3.9`, routine: routineWeb },
    );
    addService(draft, 'cms', 80, 8000, { selector: { app: 'cms' } });
  },
  worker: (draft, all) =>
    void addWorkload(draft, 'worker', template('worker', all, { args: ['celery', '-A', 'cms', 'worker', '--loglevel=info', '--concurrency=4'] }), {
      before: `${DJANGO_IMAGE}:2026.3.9`,
      routine: () => [
        [15.4, celery('INFO', 'MainProcess', 'Task media.tasks.make_thumbnails[5d1f3d0c-7d5a-4c0c-a4b9-2c3b11e8f7a1] received')],
        [15.3, celery('INFO', 'ForkPoolWorker-2', 'Task media.tasks.make_thumbnails[5d1f3d0c-7d5a-4c0c-a4b9-2c3b11e8f7a1] succeeded in 3.218s: None')],
        [4.2, celery('WARNING', 'ForkPoolWorker-1', 'media.tasks.fetch_agency_feed: feed returned 304, nothing new')],
      ],
    }),
  beat: (draft, all) =>
    void addWorkload(draft, 'beat', template('beat', all, { args: ['celery', '-A', 'cms', 'beat', '--loglevel=info'] }), {
      routine: () => [[5, celery('INFO', 'MainProcess', 'Scheduler: Sending due task fetch-agency-feed (media.tasks.fetch_agency_feed)')]],
    }),
  imgproxy: (draft) => {
    const labels = { app: 'imgproxy', tier: 'media' };
    addWorkload(
      draft,
      'imgproxy',
      {
        labels,
        spec: {
          containers: [
            {
              name: 'imgproxy',
              image: 'ghcr.io/imgproxy/imgproxy:v3.27.2',
              ports: [{ name: 'http', containerPort: 8080 }],
              env: env({ IMGPROXY_BIND: ':8080', IMGPROXY_CONCURRENCY: '4' }),
              resources: resources('200m', '256Mi', '1Gi', '1'),
              livenessProbe: httpGet('/health', 8080),
              readinessProbe: httpGet('/health', 8080),
            },
          ],
        },
      },
      {
        routine: () => [
          [
            3,
            ({ at }) =>
              `INFO    [${at.toISOString()}] Completed in 41.2ms /pr:sharp/rs:fit:640:480/plain/s3://media/2026/04/hafen.jpg   request_id=QmVX0 method=GET status=200`,
          ],
        ],
      },
    );
    addService(draft, 'imgproxy', 8080, 8080, { selector: { app: 'imgproxy' } });
  },
  postgres: (draft) => {
    const labels = { app: 'postgres', tier: 'data' };
    const spec: Template['spec'] = {
      securityContext: { fsGroup: 999 },
      containers: [
        {
          name: 'postgres',
          image: 'docker.io/library/postgres:16.8-bookworm',
          args: ['-c', 'max_connections=120', '-c', 'shared_buffers=512MB'],
          ports: [{ name: 'postgres', containerPort: 5432, protocol: 'TCP' }],
          env: [
            ...env({ POSTGRES_DB: 'cms', POSTGRES_USER: 'cms', PGDATA: '/var/lib/postgresql/data/pgdata' }),
            secretEnv('POSTGRES_PASSWORD', 'cms-database', 'password'),
          ],
          resources: resources('500m', '1Gi', '2Gi'),
          livenessProbe: tcp(5432, { initialDelaySeconds: 20 }),
          readinessProbe: exec(['pg_isready', '-U', 'cms', '-d', 'cms']),
          volumeMounts: [{ name: 'data', mountPath: '/var/lib/postgresql/data' }],
        },
      ],
    };
    addWorkload(
      draft,
      'postgres',
      { labels, spec },
      {
        kind: 'StatefulSet',
        nodes: ['worker-2'],
        claims: [claimTemplate('data', '50Gi')],
        routine: (pod) => [
          ...(pod.ago < 120
            ? burst(pod.ago - 0.2, [
                postgres('LOG', 'starting PostgreSQL 16.8 (Debian 16.8-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit'),
                postgres('LOG', 'listening on IPv4 address "0.0.0.0", port 5432'),
                postgres('LOG', 'database system is ready to accept connections'),
              ])
            : []),
          [11.3, postgres('LOG', 'checkpoint starting: time')],
          [
            9.8,
            postgres(
              'LOG',
              'checkpoint complete: wrote 912 buffers (1.4%); 0 WAL file(s) added, 1 removed, 0 recycled; write=91.207 s, sync=0.013 s, total=91.241 s',
            ),
          ],
          [4.6, postgres('ERROR', 'duplicate key value violates unique constraint "media_asset_checksum_key"', 'cms@cms ')],
          [4.599, postgres('DETAIL', 'Key (checksum)=(9f2c1ad3) already exists.', 'cms@cms ')],
        ],
      },
    );
    addClaim(draft, 'data-postgres-0', { size: '50Gi', node: 'worker-2' });
    addService(draft, 'postgres', 5432, 5432, { selector: { app: 'postgres' }, ports: [{ name: 'postgres', port: 5432, targetPort: 5432, protocol: 'TCP' }] });
    draft.secrets.push({ name: 'cms-database', keys: ['password'], ago: 97 * DAY });
  },
  redis: addRedis,
  ingress: (draft, all) => {
    addIngress(draft, 'site', 'www.tagespost.example', [...(all.includes('imgproxy') ? [['/media/', 'imgproxy', 8080] as const] : []), ['/', 'cms', 80]]);
  },
};

/** Adds an Ingress; each path with its Service and port. */
export function addIngress(
  draft: Draft,
  name: string,
  host: string,
  paths: readonly (readonly [path: string, service: string, port: number | string])[],
  ago = 61 * DAY,
): void {
  draft.extras.push(({ world }) => {
    const backend = (service: string, port: number | string): Fields => ({
      service: { name: service, port: typeof port === 'number' ? { number: port } : { name: port } },
    });
    world.add({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: meta(world, 'Ingress', name, ago, { annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '32m' } }),
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: [host], secretName: `${name}-tls` }],
        rules: [{ host, http: { paths: paths.map(([path, service, port]) => ({ path, pathType: 'Prefix', backend: backend(service, port) })) } }],
      },
      status: { loadBalancer: { ingress: [{ ip: '192.168.56.80' }] } },
    });
    world.add({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: meta(world, 'IngressClass', 'nginx', 100 * DAY, { namespace: null }),
      spec: { controller: 'k8s.io/ingress-nginx' },
    });
    world.add({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: meta(world, 'Secret', `${name}-tls`, ago),
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': '', 'tls.key': '' },
    });
  });
}

export interface CronOptions {
  readonly schedule: string;
  readonly template: Template;
  readonly suspended?: boolean;
  /** Minutes since it last began and last ended well. */
  readonly lastAgo: number;
  readonly successAgo?: number;
  readonly ago?: number;
}

export function addCronJob(draft: Draft, name: string, options: CronOptions): void {
  draft.extras.push(({ world }) => {
    const { labels, spec } = options.template;
    world.add({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: meta(world, 'CronJob', name, options.ago ?? 80 * DAY, { labels: { app: name } }),
      spec: {
        schedule: options.schedule,
        timeZone: 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        suspend: options.suspended ?? false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          metadata: { creationTimestamp: null },
          spec: {
            backoffLimit: 3,
            template: { metadata: { creationTimestamp: null, labels }, spec: { ...spec, restartPolicy: spec.restartPolicy ?? 'Never' } },
          },
        },
      },
      status: {
        lastScheduleTime: world.ago(options.lastAgo),
        ...(options.successAgo === undefined ? {} : { lastSuccessfulTime: world.ago(options.successAgo) }),
      },
    });
  });
}

const USUAL = ['cms', 'worker', 'postgres', 'redis', 'ingress'];

/** A newspaper's site: Django and Celery on PostgreSQL and Redis, behind an Ingress. `also` and `without` change its usual parts. */
export function newNewsroom(id: string, also: readonly string[] = [], without: readonly string[] = [], namespace = 'newsroom'): Draft {
  const draft = createDraft(id, namespace);
  const all = [...USUAL, ...also].filter((part) => !without.includes(part));
  draft.secrets.push(
    { name: 'cms-django', keys: ['secret-key'], ago: 97 * DAY },
    { name: 'harbor-pull', keys: ['.dockerconfigjson'], type: 'kubernetes.io/dockerconfigjson', ago: 97 * DAY },
  );
  for (const part of all) {
    const make = PARTS[part];
    if (!make) throw new Error(`${id}: there is no part ${part}`);
    make(draft, all);
  }
  return draft;
}

export function addDjango(draft: Draft, name: string, args: string[], options: WorkloadOptions = {}): Workload {
  return addWorkload(draft, name, template(name, ['postgres', 'redis'], { args }), options);
}
