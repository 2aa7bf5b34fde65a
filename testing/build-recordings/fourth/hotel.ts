import { redis, spring } from '../log-lines.ts';
import { env, exec, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Draft, EnvVar, Line, PodDraft } from '../shape.ts';
import { addPart, addSecret, type House, newDraft, type Part } from '../third/application.ts';
import { rabbit, sqlServer } from '../third/stack-lines.ts';

/** Bookings of a chain of hotels: Spring Boot on SQL Server, RabbitMQ and Redis, behind Spring Cloud Gateway. */
const HOUSE: House = { namespace: 'stays', label: 'app', common: { team: 'reservations' } };
export const STAYS = 'harbor.bergblick.example/stays';

export const ROUTES = `spring:
  cloud:
    gateway:
      routes:
        - id: bookings
          uri: http://bookings:8080
          predicates:
            - Path=/api/bookings/**
        - id: rooms
          uri: http://rooms:8080
          predicates:
            - Path=/api/rooms/**
        - id: offers
          uri: http://offers:8080
          predicates:
            - Path=/api/offers/**
`;

const routine =
  (name: string) =>
  (pod: PodDraft): Line[] => [
    ...(pod.ago < 90
      ? ([
          [pod.ago - 0.12, spring(name, 'INFO', 'main', 'o.s.b.w.embedded.tomcat.TomcatWebServer', 'Tomcat initialized with port 8080 (http)')],
          [pod.ago - 0.22, spring(name, 'INFO', 'main', `com.bergblick.${name}.Application`, 'Started Application in 7.91 seconds (process running for 8.6)')],
        ] satisfies Line[])
      : []),
    [31, spring(name, 'WARN', 'main', 'o.s.d.j.r.query.QueryEnhancerFactory', 'Hibernate is in classpath; If applicable, HQL parser will be used.')],
    [
      12.7,
      spring(
        name,
        'WARN',
        'nio-8080-exec-4',
        '.w.s.m.s.DefaultHandlerExceptionResolver',
        "Resolved [HttpRequestMethodNotSupportedException: Request method 'HEAD' is not supported]",
      ),
    ],
    [6.1, spring(name, 'INFO', 'scheduling-1', `com.bergblick.${name}.Housekeeping`, 'nothing to do')],
  ];

/** Adds a service of Spring Boot. */
export function springService(draft: Draft, name: string, more: Partial<Part> = {}): void {
  addPart(draft, HOUSE, name, {
    image: `${STAYS}/${name}:3.18.0`,
    port: 8080,
    routine: routine(name),
    ...more,
    env: [...env({ SPRING_PROFILES_ACTIVE: 'prod', JAVA_TOOL_OPTIONS: '-XX:MaxRAMPercentage=70' }), ...(more.env ?? [])],
    container: {
      resources: resources('200m', '384Mi', '768Mi', '1500m'),
      startupProbe: httpGet('/actuator/health/liveness', 8080, { failureThreshold: 30, periodSeconds: 5 }),
      livenessProbe: httpGet('/actuator/health/liveness', 8080, { timeoutSeconds: 3 }),
      readinessProbe: httpGet('/actuator/health/readiness', 8080, { timeoutSeconds: 3 }),
      ...more.container,
    },
    spec: { imagePullSecrets: [{ name: 'harbor' }], ...more.spec },
  });
}

export function newHotel(id: string): Draft {
  const draft = newDraft(HOUSE, id);
  draft.secrets.push({ name: 'harbor', keys: ['.dockerconfigjson'], type: 'kubernetes.io/dockerconfigjson', ago: 110_000 });
  for (const name of ['bookings-db', 'rooms-db', 'mssql-sa', 'rabbitmq-user', 'redis-auth']) addSecret(draft, name, ['username', 'password']);
  addPart(draft, HOUSE, 'mssql', {
    kind: 'StatefulSet',
    image: 'mcr.microsoft.com/mssql/server:2022-CU17-ubuntu-22.04',
    port: 1433,
    portName: 'tds',
    storage: '80Gi',
    nodes: ['worker-1'],
    env: [secretEnv('MSSQL_SA_PASSWORD', 'mssql-sa', 'password'), ...env({ ACCEPT_EULA: 'Y', MSSQL_PID: 'Standard' })],
    container: { resources: resources('1', '2Gi', '4Gi'), readinessProbe: tcp(1433), livenessProbe: tcp(1433, { initialDelaySeconds: 30 }) },
    routine: () => [
      [24, sqlServer('spid28s', 'Always On: The availability replica manager is waiting for the instance of SQL Server to allow client connections.')],
    ],
  });
  addPart(draft, HOUSE, 'rabbitmq', {
    kind: 'StatefulSet',
    image: 'docker.io/library/rabbitmq:4.0.5-management',
    port: 5672,
    portName: 'amqp',
    storage: '8Gi',
    nodes: ['worker-2'],
    container: { readinessProbe: exec(['rabbitmq-diagnostics', '-q', 'check_running'], { timeoutSeconds: 10 }) },
    routine: () => [
      [
        18,
        rabbit(
          'info',
          'connection <0.2291.0> (10.42.3.14:50112 -> 10.42.2.11:5672 - rabbitConnectionFactory#3c1): user stays authenticated and granted access to vhost /',
        ),
      ],
    ],
  });
  addPart(draft, HOUSE, 'redis', {
    image: 'docker.io/library/redis:7.4.2-alpine',
    port: 6379,
    portName: 'redis',
    container: { livenessProbe: tcp(6379), args: ['redis-server', '--save', '', '--maxmemory', '200mb'] },
    routine: () => [[41, redis('*', 'Ready to accept connections tcp')]],
  });
  const mssql = (database: string, secret: string): Part['env'] => [
    ...env({ SPRING_DATASOURCE_URL: `jdbc:sqlserver://mssql:1433;databaseName=${database};encrypt=false` }),
    secretEnv('SPRING_DATASOURCE_USERNAME', secret, 'username'),
    secretEnv('SPRING_DATASOURCE_PASSWORD', secret, 'password'),
  ];
  const broker = (): EnvVar[] => [
    ...env({ SPRING_RABBITMQ_HOST: 'rabbitmq', SPRING_RABBITMQ_PORT: '5672' }),
    secretEnv('SPRING_RABBITMQ_PASSWORD', 'rabbitmq-user', 'password'),
  ];
  springService(draft, 'bookings', {
    replicas: 2,
    env: [...(mssql('bookings', 'bookings-db') ?? []), ...broker(), ...env({ ROOMS_URL: 'http://rooms:8080' })],
  });
  springService(draft, 'rooms', { replicas: 2, env: [...(mssql('rooms', 'rooms-db') ?? []), ...env({ SPRING_DATA_REDIS_HOST: 'redis' })] });
  springService(draft, 'offers', { env: env({ ROOMS_URL: 'http://rooms:8080', SPRING_DATA_REDIS_HOST: 'redis' }) });
  springService(draft, 'mails', { env: [...broker(), ...env({ SPRING_MAIL_HOST: 'smtp.bergblick.example' })] });
  draft.configMaps.push({ name: 'gateway-config', ago: 41 * 1440, data: { 'application.yml': ROUTES } });
  springService(draft, 'gateway', {
    replicas: 2,
    env: env({ SPRING_CONFIG_ADDITIONAL_LOCATION: 'file:/config/' }),
    service: { type: 'LoadBalancer' },
    container: { volumeMounts: [{ name: 'config', mountPath: '/config', readOnly: true }] },
    spec: { volumes: [{ name: 'config', configMap: { name: 'gateway-config', defaultMode: 420 } }] },
  });
  return draft;
}
