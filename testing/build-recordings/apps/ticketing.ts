import { addWorkload, createDraft, DAY, type WorkloadOptions } from '../draft.ts';
import { access, burst, nginxError, spring } from '../log-lines.ts';
import { addService, env, httpGet, resources, secretEnv } from '../parts.ts';
import type { Container, Draft, EnvVar, Line, PodDraft, Template, Workload } from '../shape.ts';
import { addMysql, addRabbit, addRedis } from './data-stores.ts';

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

interface JavaOptions extends WorkloadOptions {
  readonly version?: string;
  readonly environment?: EnvVar[];
  readonly container?: Partial<Container>;
  readonly memory?: string;
}

/** A Spring Boot service with actuator probes and its Service. */
function addJava(draft: Draft, name: string, options: JavaOptions = {}): Workload {
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
    [
      9.1,
      spring(
        name,
        'WARN',
        'nio-8080-exec-4',
        'o.s.w.s.m.support.DefaultHandlerExceptionResolver',
        "Resolved [org.springframework.web.HttpRequestMethodNotSupportedException: Request method 'HEAD' is not supported]",
      ),
    ],
    [2.3, spring(name, 'INFO', 'scheduling-1', 'com.kassenhaus.common.CacheRefresher', 'Refreshed 415 cache entries in 41 ms')],
  ];
}

export function javaStart(name: string, ago: number, complete = true): Line[] {
  return [
    ...burst(ago, [
      spring(
        name,
        'INFO',
        'main',
        `com.kassenhaus.${name.split('-')[0]}.Application`,
        `Starting Application v3.14.2 using Java 21.0.6 with PID 1 (/app/app.jar started by app in /app)`,
      ),
      spring(name, 'INFO', 'main', `com.kassenhaus.${name.split('-')[0]}.Application`, 'The following 1 profile is active: "kubernetes"'),
    ]),
    ...burst(ago - 0.08, [spring(name, 'INFO', 'main', 'o.s.b.w.embedded.tomcat.TomcatWebServer', 'Tomcat initialized with port 8080 (http)')]),
    ...(complete
      ? burst(ago - 0.18, [
          spring(name, 'INFO', 'main', 'o.s.b.a.e.web.EndpointLinksResolver', "Exposing 3 endpoints beneath base path '/actuator'"),
          spring(name, 'INFO', 'main', 'o.s.b.w.embedded.tomcat.TomcatWebServer', "Tomcat started on port 8080 (http) with context path '/'"),
          spring(
            name,
            'INFO',
            'main',
            `com.kassenhaus.${name.split('-')[0]}.Application`,
            'Started Application in 11.482 seconds (process running for 12.377)',
          ),
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

const REDIS = { SPRING_DATA_REDIS_HOST: 'redis', SPRING_DATA_REDIS_PORT: '6379' };
const database = (all: readonly string[], name: string): EnvVar[] => (all.includes('mysql') ? datasource(name, name) : []);

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
    addWorkload(draft, 'web', template, {
      routine: () => [
        [8.2, access('/', 200, 1841, 'Mozilla/5.0 (X11; Linux x86_64)')],
        [3.4, nginxError('warn', 'an upstream response is buffered to a temporary file /tmp/proxy_temp/3/12/0000000123 while reading upstream')],
        [1.9, access('/assets/app-4f1c.js', 200, 218_331, 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X)')],
      ],
    });
    addService(draft, 'web', 80, 'http');
    draft.configMaps.push({ name: 'web-nginx', data: { 'nginx.conf': NGINX_CONF }, ago: 31 * DAY });
  },
  'api-gateway': (draft, all) => {
    const gateway = addJava(draft, 'api-gateway', {
      environment: env({ SPRING_CONFIG_ADDITIONAL_LOCATION: '/config/' }),
      container: { volumeMounts: [{ name: 'config', mountPath: '/config', readOnly: true }] },
    });
    for (const { template } of gateway.revisions) template.spec.volumes = [{ name: 'config', configMap: { name: 'api-gateway-config', defaultMode: 420 } }];
    draft.configMaps.push({ name: 'api-gateway-config', data: { 'application.yml': gatewayRoutes(all) }, ago: 40 * DAY });
  },
  'event-catalog': (draft, all) => void addJava(draft, 'event-catalog', { environment: [...database(all, 'catalog'), ...ifThere(all, 'redis', REDIS)] }),
  'seat-inventory': (draft, all) => void addJava(draft, 'seat-inventory', { environment: [...database(all, 'seats'), ...ifThere(all, 'redis', REDIS)] }),
  'order-service': (draft, all) =>
    void addJava(draft, 'order-service', {
      environment: [
        ...database(all, 'orders'),
        ...ifThere(all, 'rabbitmq', { SPRING_RABBITMQ_HOST: 'rabbitmq', SPRING_RABBITMQ_PORT: '5672' }),
        ...ifThere(all, 'payment-service', { PAYMENT_SERVICE_HOST: 'payment-service', PAYMENT_SERVICE_PORT: '8080' }),
        ...ifThere(all, 'seat-inventory', { SEAT_INVENTORY_URL: 'http://seat-inventory:8080' }),
      ],
    }),
  'payment-service': (draft, all) => {
    addJava(draft, 'payment-service', { environment: [...database(all, 'payments'), secretEnv('PSP_API_KEY', 'psp-credentials', 'api-key')] });
    draft.secrets.push({ name: 'psp-credentials', keys: ['api-key'], ago: 97 * DAY });
  },
  'pricing-service': (draft, all) => void addJava(draft, 'pricing-service', { environment: ifThere(all, 'redis', REDIS) }),
  'customer-service': (draft, all) => void addJava(draft, 'customer-service', { environment: database(all, 'customers') }),
  'notification-service': (draft, all) =>
    void addJava(draft, 'notification-service', {
      environment: [
        ...ifThere(all, 'rabbitmq', { SPRING_RABBITMQ_HOST: 'rabbitmq', SPRING_RABBITMQ_PORT: '5672' }),
        ...env({ SMTP_HOST: 'smtp.kassenhaus.example' }),
      ],
    }),
  mysql: addMysql,
  rabbitmq: addRabbit,
  redis: addRedis,
};

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
