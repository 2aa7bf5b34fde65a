import { addWorkload, createDraft, DAY, type WorkloadOptions } from '../draft.ts';
import { access, burst, mysqld, nginxError, plain, redis, spring } from '../log-lines.ts';
import { addClaim, addService, claimTemplate, env, exec, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Container, Draft, EnvVar, Line, PodDraft, Template, Workload } from '../shape.ts';

const REGISTRY = 'registry.kassenhaus.example/tickets';

const ROUTES: Readonly<Record<string, readonly [id: string, path: string]>> = {
  'event-catalog': ['catalog', 'events'],
  'seat-inventory': ['seats', 'seats'],
  'order-service': ['orders', 'orders'],
  'payment-service': ['payments', 'payments'],
  'customer-service': ['customers', 'customers'],
};

/** The gateway's application.yml with a route to each of those services that is there. */
export function gatewayRoutes(services: readonly string[]): string {
  const routes = services.flatMap((name) => {
    const [id, path] = ROUTES[name] ?? [];
    return id === undefined ? [] : [`        - id: ${id}\n          uri: http://${name}:8080\n          predicates:\n            - Path=/api/${path}/**\n`];
  });
  return `server:\n  port: 8080\nspring:\n  cloud:\n    gateway:\n      httpclient:\n        connect-timeout: 2000\n        response-timeout: 10s\n      routes:\n${routes.join('')}`;
}

export const NGINX_CONF = `worker_processes auto;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  upstream api { server api-gateway:8080; keepalive 16; }
  server {
    listen 8080;
    root /usr/share/nginx/html;
    location /healthz { access_log off; return 200 "ok"; }
    location / { try_files $uri /index.html; }
    location /api/ {
      proxy_pass http://api;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_connect_timeout 3s;
    }
  }
}
`;

export interface JavaOptions extends WorkloadOptions {
  readonly version?: string;
  readonly environment?: EnvVar[];
  readonly container?: Partial<Container>;
  readonly memory?: string;
}

/** A Spring Boot service with actuator probes and its Service. */
export function addJava(draft: Draft, name: string, options: JavaOptions = {}): Workload {
  const image = `${REGISTRY}/${name}`;
  const version = options.version ?? '3.14.2';
  const template: Template = {
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'tickets' },
    spec: {
      containers: [
        {
          name: 'app',
          image: `${image}:${version}`,
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          env: [...env({ SPRING_PROFILES_ACTIVE: 'kubernetes', JAVA_TOOL_OPTIONS: '-XX:MaxRAMPercentage=70' }), ...(options.environment ?? [])],
          resources: resources('200m', '384Mi', options.memory ?? '768Mi'),
          livenessProbe: httpGet('/actuator/health/liveness', 'http', { initialDelaySeconds: 60, timeoutSeconds: 2 }),
          readinessProbe: httpGet('/actuator/health/readiness', 'http', { timeoutSeconds: 2 }),
          ...options.container,
        },
      ],
    },
  };
  const workload = addWorkload(draft, name, template, { before: `${image}:3.13.0`, routine: javaRoutine(name), ...options });
  addService(draft, name, 8080, 'http');
  return workload;
}

/** What such a service writes on starting, and now and then. */
function javaRoutine(name: string): (pod: PodDraft) => Line[] {
  return (pod) => [
    ...(pod.ago < 120 ? javaStart(name, pod.ago - 0.15) : []),
    [17.3, spring(name, 'INFO', 'scheduling-1', 'com.kassenhaus.common.CacheRefresher', 'Refreshed 412 cache entries in 38 ms')],
    [9.1, spring(name, 'WARN', 'nio-8080-exec-4', 'o.s.w.s.m.support.DefaultHandlerExceptionResolver', "Resolved [org.springframework.web.HttpRequestMethodNotSupportedException: Request method 'HEAD' is not supported]")],
    [2.3, spring(name, 'INFO', 'scheduling-1', 'com.kassenhaus.common.CacheRefresher', 'Refreshed 415 cache entries in 41 ms')],
  ];
}

export function javaStart(name: string, ago: number, complete = true): Line[] {
  return [
    ...burst(ago, [
      spring(name, 'INFO', 'main', `com.kassenhaus.${name.split('-')[0]}.Application`, `Starting Application v3.14.2 using Java 21.0.6 with PID 1 (/app/app.jar started by app in /app)`),
      spring(name, 'INFO', 'main', `com.kassenhaus.${name.split('-')[0]}.Application`, 'The following 1 profile is active: "kubernetes"'),
    ]),
    ...burst(ago - 0.08, [spring(name, 'INFO', 'main', 'o.s.b.w.embedded.tomcat.TomcatWebServer', 'Tomcat initialized with port 8080 (http)')]),
    ...(complete
      ? burst(ago - 0.18, [
          spring(name, 'INFO', 'main', 'o.s.b.a.e.web.EndpointLinksResolver', "Exposing 3 endpoints beneath base path '/actuator'"),
          spring(name, 'INFO', 'main', 'o.s.b.w.embedded.tomcat.TomcatWebServer', "Tomcat started on port 8080 (http) with context path '/'"),
          spring(name, 'INFO', 'main', `com.kassenhaus.${name.split('-')[0]}.Application`, 'Started Application in 11.482 seconds (process running for 12.377)'),
        ])
      : []),
  ];
}

export function datasource(database: string, user: string): EnvVar[] {
  return [
    ...env({ SPRING_DATASOURCE_URL: `jdbc:mysql://mysql:3306/${database}?useSSL=true&serverTimezone=UTC`, SPRING_DATASOURCE_USERNAME: user }),
    secretEnv('SPRING_DATASOURCE_PASSWORD', `mysql-${user}`, 'password'),
  ];
}

type Part = (draft: Draft, all: readonly string[]) => void;

/** The settings for services that are there. */
function ifThere(all: readonly string[], service: string, values: Record<string, string>): EnvVar[] {
  return all.includes(service) ? env(values) : [];
}

const PARTS: Readonly<Record<string, Part>> = {
  web: (draft) => {
    const template: Template = {
      labels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/part-of': 'tickets' },
      spec: {
        containers: [
          {
            name: 'nginx',
            image: 'nginxinc/nginx-unprivileged:1.27.4-alpine',
            ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
            resources: resources('50m', '32Mi', '128Mi'),
            livenessProbe: httpGet('/healthz', 'http'),
            readinessProbe: httpGet('/healthz', 'http'),
            volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/nginx.conf', subPath: 'nginx.conf', readOnly: true }],
          },
        ],
        volumes: [{ name: 'conf', configMap: { name: 'web-nginx', defaultMode: 420 } }],
      },
    };
    addWorkload(draft, 'web', template, { routine: () => [[8.2, access('/', 200, 1841, 'Mozilla/5.0 (X11; Linux x86_64)')], [3.4, nginxError('warn', 'an upstream response is buffered to a temporary file /tmp/proxy_temp/3/12/0000000123 while reading upstream')], [1.9, access('/assets/app-4f1c.js', 200, 218_331, 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X)')]] });
    addService(draft, 'web', 80, 'http');
    draft.configMaps.push({ name: 'web-nginx', data: { 'nginx.conf': NGINX_CONF }, ago: 31 * DAY });
  },
  'api-gateway': (draft, all) => {
    const gateway = addJava(draft, 'api-gateway', { environment: env({ SPRING_CONFIG_ADDITIONAL_LOCATION: '/config/' }), container: { volumeMounts: [{ name: 'config', mountPath: '/config', readOnly: true }] } });
    for (const { template } of gateway.revisions) template.spec.volumes = [{ name: 'config', configMap: { name: 'api-gateway-config', defaultMode: 420 } }];
    draft.configMaps.push({ name: 'api-gateway-config', data: { 'application.yml': gatewayRoutes(all) }, ago: 40 * DAY });
  },
  'event-catalog': (draft) => void addJava(draft, 'event-catalog', { environment: [...datasource('catalog', 'catalog'), ...env({ SPRING_DATA_REDIS_HOST: 'redis', SPRING_DATA_REDIS_PORT: '6379' })] }),
  'seat-inventory': (draft) => void addJava(draft, 'seat-inventory', { environment: [...datasource('seats', 'seats'), ...env({ SPRING_DATA_REDIS_HOST: 'redis', SPRING_DATA_REDIS_PORT: '6379' })] }),
  'order-service': (draft, all) =>
    void addJava(draft, 'order-service', {
      environment: [
        ...datasource('orders', 'orders'),
        ...ifThere(all, 'rabbitmq', { SPRING_RABBITMQ_HOST: 'rabbitmq', SPRING_RABBITMQ_PORT: '5672' }),
        ...ifThere(all, 'payment-service', { PAYMENT_SERVICE_HOST: 'payment-service', PAYMENT_SERVICE_PORT: '8080' }),
        ...ifThere(all, 'seat-inventory', { SEAT_INVENTORY_URL: 'http://seat-inventory:8080' }),
      ],
    }),
  'payment-service': (draft) => void addJava(draft, 'payment-service', { environment: [...datasource('payments', 'payments'), secretEnv('PSP_API_KEY', 'psp-credentials', 'api-key')] }),
  'pricing-service': (draft) => void addJava(draft, 'pricing-service', { environment: env({ SPRING_DATA_REDIS_HOST: 'redis', SPRING_DATA_REDIS_PORT: '6379' }) }),
  'customer-service': (draft) => void addJava(draft, 'customer-service', { environment: datasource('customers', 'customers') }),
  'notification-service': (draft) => void addJava(draft, 'notification-service', { environment: env({ SPRING_RABBITMQ_HOST: 'rabbitmq', SPRING_RABBITMQ_PORT: '5672', SMTP_HOST: 'mail-relay.infra.svc.cluster.local' }) }),
  mysql: addMysql,
  rabbitmq: addRabbit,
  redis: addRedis,
};

function addMysql(draft: Draft): void {
  const template: Template = {
    labels: { 'app.kubernetes.io/name': 'mysql', 'app.kubernetes.io/part-of': 'tickets' },
    spec: {
      securityContext: { fsGroup: 999 },
      containers: [
        {
          name: 'mysql',
          image: 'docker.io/library/mysql:8.4.4',
          args: ['--character-set-server=utf8mb4'],
          ports: [{ name: 'mysql', containerPort: 3306, protocol: 'TCP' }],
          env: [secretEnv('MYSQL_ROOT_PASSWORD', 'mysql-root', 'password')],
          resources: resources('500m', '1Gi', '2Gi'),
          livenessProbe: tcp('mysql', { initialDelaySeconds: 30 }),
          readinessProbe: exec(['sh', '-c', 'mysqladmin ping -uroot -p$MYSQL_ROOT_PASSWORD']),
          volumeMounts: [{ name: 'data', mountPath: '/var/lib/mysql' }],
        },
      ],
    },
  };
  addWorkload(draft, 'mysql', template, {
    kind: 'StatefulSet',
    nodes: ['worker-1'],
    claims: [claimTemplate('data', '20Gi')],
    routine: (pod) => [
      ...(pod.ago < 120 ? burst(pod.ago - 0.2, [mysqld('System', '010116', '/usr/sbin/mysqld (mysqld 8.4.4) starting as process 1'), mysqld('System', '013576', 'InnoDB initialization has started.', 1), mysqld('System', '010931', "/usr/sbin/mysqld: ready for connections. Version: '8.4.4'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.")]) : []),
      [31.7, mysqld('Warning', '010055', "IP address '10.42.2.1' could not be resolved: Name or service not known", 4120)],
      [6.2, mysqld('Note', '010914', "Got timeout reading communication packets. Aborted connection 4077 to db: 'orders' user: 'orders'", 4077)],
    ],
  });
  addClaim(draft, 'data-mysql-0');
  addService(draft, 'mysql', 3306, 'mysql', { ports: [{ name: 'mysql', port: 3306, targetPort: 'mysql', protocol: 'TCP' }] });
  for (const user of ['root', 'orders', 'catalog', 'seats', 'payments', 'customers']) draft.secrets.push({ name: `mysql-${user}`, keys: ['password'], ago: 97 * DAY });
  draft.secrets.push({ name: 'psp-credentials', keys: ['api-key'], ago: 97 * DAY });
}

function addRabbit(draft: Draft): void {
  const template: Template = {
    labels: { 'app.kubernetes.io/name': 'rabbitmq' },
    spec: {
      containers: [
        {
          name: 'rabbitmq',
          image: 'docker.io/library/rabbitmq:3.13.7-management',
          ports: [{ name: 'amqp', containerPort: 5672 }, { name: 'http', containerPort: 15672 }],
          resources: resources('200m', '256Mi', '512Mi'),
          readinessProbe: exec(['rabbitmq-diagnostics', '-q', 'check_port_connectivity'], { timeoutSeconds: 10, periodSeconds: 30 }),
        },
      ],
    },
  };
  addWorkload(draft, 'rabbitmq', template, { kind: 'StatefulSet', nodes: ['worker-2'], routine: () => [[4.4, ({ at, ipOf, ip }) => `${at.toISOString().replace('T', ' ').replace('Z', '000+00:00')} [warning] <0.2211.0> closing AMQP connection <0.2211.0> (${ip || ipOf('rabbitmq')}:43114 -> 10.42.2.14:5672 - rabbitConnectionFactory#2a1b): client unexpectedly closed TCP connection`]] });
  addService(draft, 'rabbitmq', 5672, 'amqp', { ports: [{ name: 'amqp', port: 5672, targetPort: 'amqp', protocol: 'TCP' }, { name: 'http', port: 15_672, targetPort: 'http', protocol: 'TCP' }] });
}

export function addRedis(draft: Draft): void {
  const template: Template = {
    labels: { 'app.kubernetes.io/name': 'redis' },
    spec: { containers: [{ name: 'redis', image: 'docker.io/library/redis:7.4.2-alpine', ports: [{ name: 'redis', containerPort: 6379, protocol: 'TCP' }], resources: resources('50m', '64Mi', '256Mi'), livenessProbe: tcp('redis'), readinessProbe: exec(['redis-cli', 'ping']) }] },
  };
  addWorkload(draft, 'redis', template, { nodes: ['worker-3'], routine: () => [[22, plain('1:C 0 WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition.')], [7.5, redis('*', '100 changes in 300 seconds. Saving...')], [7.49, redis('*', 'Background saving started by pid 2217')], [7.47, redis('*', 'Background saving terminated with success')]] });
  addService(draft, 'redis', 6379, 'redis', { ports: [{ name: 'redis', port: 6379, targetPort: 'redis', protocol: 'TCP' }] });
}

const USUAL = ['api-gateway', 'seat-inventory', 'order-service', 'mysql', 'redis'];

/** A shop for concert tickets: Spring Boot behind a gateway, MySQL, RabbitMQ, Redis. `also` and `without` change its usual parts. */
export function newTicketing(id: string, also: readonly string[] = [], without: readonly string[] = [], namespace = 'ticketing'): Draft {
  const draft = createDraft(id, namespace);
  const all = [...USUAL, ...also].filter((part) => !without.includes(part));
  for (const part of all) {
    const make = PARTS[part];
    if (!make) throw new Error(`${id}: there is no part ${part}`);
    make(draft, all);
  }
  return draft;
}
