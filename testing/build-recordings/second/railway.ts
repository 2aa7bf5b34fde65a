import { addWorkload, createDraft, DAY, type WorkloadOptions } from '../draft.ts';
import { burst, mongod, mysqld, postgres, redis } from '../log-lines.ts';
import { addService, env, exec, resources, secretEnv, tcp } from '../parts.ts';
import type { Container, Draft, EnvVar, Line, PodSpec, ServiceDraft, Template, Workload } from '../shape.ts';

/** A booking system for trains, written by many teams in many languages: labels, ports and addresses follow no single habit. */

const REGISTRY = 'cr.bahnhof.example/rail';

/** What differs from an ordinary part of the system. */
interface Part extends WorkloadOptions {
  readonly image?: string;
  readonly environment?: EnvVar[];
  readonly port?: number;
  readonly servicePort?: number;
  readonly container?: Partial<Container>;
  readonly sidecars?: Container[];
  readonly spec?: Partial<PodSpec>;
  readonly service?: Partial<ServiceDraft> | false;
}

/** Adds a workload of one container, and its Service unless told not to. */
export function addPart(draft: Draft, name: string, part: Part = {}): Workload {
  const port = part.port ?? 8080;
  const template: Template = {
    labels: { app: name, tier: 'rail' },
    spec: {
      containers: [
        {
          name: part.container?.name ?? name,
          image: part.image ?? `${REGISTRY}/${name}:2.7.1`,
          ports: [{ containerPort: port, protocol: 'TCP' }],
          env: part.environment ?? [],
          resources: resources('100m', '192Mi', '512Mi', '500m'),
          readinessProbe: tcp(port, { initialDelaySeconds: 5 }),
          ...part.container,
        },
        ...(part.sidecars ?? []),
      ],
      ...part.spec,
    },
  };
  const workload = addWorkload(draft, name, template, part);
  if (part.service !== false)
    addService(draft, name, part.servicePort ?? port, port, {
      selector: { app: name },
      ports: [{ port: part.servicePort ?? port, targetPort: port, protocol: 'TCP' }],
      ...part.service,
    });
  return workload;
}

/** Log4j 2 with its own pattern. */
export const log4j =
  (level: string, logger: string, message: string) =>
  ({ at }: { readonly at: Date }): string =>
    `${at.toISOString().replace('T', ' ').replace('.', ',').replace('Z', '')} ${level} [http-nio-${logger.length}] ${logger} - ${message}`;

/** Go's log/slog in text form. */
export const slog =
  (level: string, message: string, fields = '') =>
  ({ at }: { readonly at: Date }): string =>
    `time=${at.toISOString()} level=${level} msg=${JSON.stringify(message)}${fields === '' ? '' : ` ${fields}`}`;

/** Python's basicConfig. */
export const python =
  (level: string, message: string) =>
  ({ at }: { readonly at: Date }): string =>
    `${at.toISOString().replace('T', ' ').replace('.', ',').replace('Z', '')} - ${level} - ${message}`;

/** The .NET console logger, two lines. */
export const dotnet = (level: string, category: string, message: string) => (): string =>
  `${level}: ${category}[0]\n      ${message.replaceAll('\n', '\n      ')}`;

function routine(lines: readonly Line[1][]): Workload['routine'] {
  return (pod) => (pod.ago < 120 ? burst(pod.ago - 0.2, lines.slice(0, 2)) : [[31, lines.at(-1) ?? '']]);
}

/** The whole system, in order. */
export function newRailway(id: string, namespace = 'rail'): Draft {
  const draft = createDraft(id, namespace);
  addWorkload(
    draft,
    'mysql',
    {
      labels: { app: 'mysql', tier: 'data' },
      spec: {
        containers: [
          {
            name: 'mysql',
            image: 'mysql:8.0.36',
            ports: [{ containerPort: 3306 }],
            env: [secretEnv('MYSQL_ROOT_PASSWORD', 'mysql', 'root')],
            resources: resources('500m', '1Gi', '2Gi'),
            readinessProbe: exec(['bash', '-c', 'mysqladmin ping -h 127.0.0.1']),
          },
        ],
      },
    },
    {
      nodes: ['worker-1'],
      routine: routine([
        mysqld('System', '010116', '/usr/sbin/mysqld (mysqld 8.0.36) starting as process 1'),
        mysqld('System', '010931', '/usr/sbin/mysqld: ready for connections. Version: 8.0.36'),
      ]),
    },
  );
  addService(draft, 'mysql', 3306, 3306, { selector: { app: 'mysql' }, ports: [{ port: 3306, targetPort: 3306, protocol: 'TCP' }] });
  addPart(draft, 'postgres', {
    image: 'postgres:16.4',
    port: 5432,
    environment: [secretEnv('POSTGRES_PASSWORD', 'postgres', 'password')],
    kind: 'StatefulSet',
    routine: routine([postgres('LOG', 'database system is ready to accept connections'), postgres('LOG', 'checkpoint complete: wrote 41 buffers (0.3%)')]),
  });
  addPart(draft, 'mongo', {
    image: 'mongo:6.0.14',
    port: 27_017,
    kind: 'StatefulSet',
    routine: routine([
      mongod('I', 'NETWORK', 23_016, 'listener', 'Waiting for connections', { port: 27_017 }),
      mongod('I', 'NETWORK', 22_943, 'listener', 'Connection accepted'),
    ]),
  });
  addPart(draft, 'redis', {
    image: 'redis:7.2-alpine',
    port: 6379,
    routine: routine([redis('*', 'Ready to accept connections tcp'), redis('*', 'Background saving terminated with success')]),
  });
  addPart(draft, 'rabbit', { image: 'rabbitmq:3.12', port: 5672 });
  const mysqlEnv = (database: string): EnvVar[] => [
    ...env({ MYSQL_HOST: 'mysql', MYSQL_PORT: '3306', MYSQL_DATABASE: database, MYSQL_USER: database }),
    secretEnv('MYSQL_PASSWORD', 'mysql', database),
  ];
  addPart(draft, 'ui', { image: `${REGISTRY}/ui:2.7.1`, port: 80, servicePort: 80, environment: env({ GATEWAY_ADDR: 'http://gateway:18888' }), replicas: 2 });
  addPart(draft, 'gateway', {
    port: 18_888,
    environment: env({
      ORDER_URL: 'http://order:12031',
      TRAVEL_URL: 'http://travel:12346',
      STATION_URL: 'http://station:12345',
      SEARCH_URL: 'http://search:9000',
      TICKET_URL: 'http://tickets:3000',
    }),
  });
  addPart(draft, 'order', {
    port: 12_031,
    environment: [...mysqlEnv('orders'), ...env({ STATION_URL: 'http://station:12345', RABBIT_HOST: 'rabbit', RABBIT_PORT: '5672' })],
  });
  addPart(draft, 'travel', {
    port: 12_346,
    environment: [...mysqlEnv('travel'), ...env({ STATION_SERVICE_HOST_NAME: 'station.rail.svc.cluster.local:12345' })],
  });
  addPart(draft, 'station', { port: 12_345, environment: mysqlEnv('station') });
  addPart(draft, 'search', {
    port: 9000,
    environment: [
      ...env({ DATABASE_URL: 'postgres://search@postgres:5432/search?sslmode=disable', CACHE_ADDR: 'redis:6379', TRAVEL_ADDR: 'travel:12346' }),
      secretEnv('PGPASSWORD', 'postgres', 'search'),
    ],
  });
  addPart(draft, 'tickets', {
    port: 3000,
    environment: [...env({ REDIS_URL: 'redis://redis:6379/2', ORDER_API: 'http://order:12031' }), secretEnv('REDIS_PASSWORD', 'redis', 'password')],
  });
  addPart(draft, 'delay-model', {
    port: 8000,
    environment: [
      ...env({ MONGO_URI: 'mongodb://delays@mongo:27017/delays?authSource=admin', POSTGRES_HOST: 'postgres', POSTGRES_PORT: '5432', POSTGRES_DB: 'delays' }),
      secretEnv('MONGO_PASSWORD', 'mongo', 'password'),
    ],
  });
  addPart(draft, 'mailer', { port: 8081, environment: env({ AMQP_HOST: 'rabbit', AMQP_PORT: '5672', AMQP_USER: 'mailer' }) });
  addPart(draft, 'loyalty', {
    port: 5000,
    environment: env({
      ConnectionStrings__Main: 'Server=mssql,1433;Database=loyalty;User Id=loyalty;TrustServerCertificate=true',
      TICKETS__BASEURL: 'http://tickets:3000/',
    }),
  });
  addPart(draft, 'mssql', { image: 'mcr.microsoft.com/mssql/server:2022-latest', port: 1433 });
  for (const [name, keys] of Object.entries({
    mysql: ['root', 'orders', 'travel', 'station'],
    postgres: ['password', 'search'],
    redis: ['password'],
    mongo: ['password'],
  }))
    draft.secrets.push({ name, keys, ago: 60 * DAY });
  return draft;
}
