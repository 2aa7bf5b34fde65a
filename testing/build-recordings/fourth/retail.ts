import { mysqld, pino, plain, redis } from '../log-lines.ts';
import { env, exec, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Draft, Line, PodDraft } from '../shape.ts';
import { addPart, addSecret, type House, newDraft, type Part } from '../third/application.ts';
import { rails, sidekiq, zerolog } from './log-styles.ts';

/** An outfitter's shop from one Helm release: Rails and Sidekiq on MySQL, Redis and Elasticsearch, a storefront of Node. */
const RELEASE = 'alpina';
const HOUSE: House = {
  namespace: 'retail-prod',
  label: 'app.kubernetes.io/name',
  common: { 'app.kubernetes.io/instance': RELEASE, 'app.kubernetes.io/managed-by': 'Helm', 'helm.sh/chart': 'shop-12.4.0' },
};
export const RETAIL = 'registry.alpina-outfit.example/shop';
/** Name of a part of the release. */
export const of = (part: string): string => `${RELEASE}-${part}`;

const web = (pod: PodDraft): Line[] => [
  ...(pod.ago < 90 ? ([[pod.ago - 0.1, plain('* Listening on http://0.0.0.0:3000')]] satisfies Line[]) : []),
  [28, rails('WARN', 'DEPRECATION WARNING: Using legacy connection handling is deprecated')],
  [7.7, rails('ERROR', "ActionController::InvalidAuthenticityToken (Can't verify CSRF token authenticity.)")],
  [2.2, rails('INFO', 'method=GET path=/products/4411 format=html status=200 duration=48.11 view=22.4 db=9.2')],
];

export function newRetail(id: string): Draft {
  const draft = newDraft(HOUSE, id);
  for (const name of ['mysql', 'redis', 'rails', 'search']) addSecret(draft, of(name), ['password', 'username', 'secret-key-base']);
  const part = (short: string, more: Partial<Part> & { readonly image: string }): void => {
    const name = of(short);
    const selector = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': RELEASE };
    addPart(draft, HOUSE, name, { ...more, service: { selector, ...more.service }, container: { name: short.split('-').at(-1) ?? short, ...more.container } });
  };
  part('mysql', {
    kind: 'StatefulSet',
    image: 'docker.io/bitnami/mysql:8.4.4',
    port: 3306,
    portName: 'mysql',
    storage: '40Gi',
    nodes: ['worker-2'],
    env: [secretEnv('MYSQL_ROOT_PASSWORD', of('mysql'), 'password'), ...env({ MYSQL_DATABASE: 'shop', MYSQL_USER: 'shop' })],
    container: {
      resources: resources('500m', '1Gi', '2Gi'),
      livenessProbe: exec(['/bin/bash', '-ec', 'mysqladmin status']),
      readinessProbe: exec(['/bin/bash', '-ec', 'mysqladmin ping']),
    },
    routine: () => [[26, mysqld('Warning', '010055', "IP address '10.42.1.44' could not be resolved: Name or service not known", 812)]],
  });
  part('redis-master', {
    kind: 'StatefulSet',
    image: 'docker.io/bitnami/redis:7.4.2',
    port: 6379,
    portName: 'tcp-redis',
    storage: '8Gi',
    nodes: ['worker-1'],
    container: { livenessProbe: tcp(6379), readinessProbe: tcp(6379) },
    routine: () => [[14, redis('*', '100 changes in 300 seconds. Saving...')]],
  });
  part('search', {
    kind: 'StatefulSet',
    image: 'docker.elastic.co/elasticsearch/elasticsearch:8.17.1',
    port: 9200,
    storage: '50Gi',
    nodes: ['worker-3'],
    container: { resources: resources('500m', '2Gi', '3Gi'), readinessProbe: tcp(9200) },
    routine: () => [[9, plain('{"log.level":"INFO","message":"[products][0] completed snapshot","ecs.version":"1.2.0"}')]],
  });
  const application = [
    ...env({
      RAILS_ENV: 'production',
      DB_HOST: of('mysql'),
      DB_PORT: '3306',
      DB_NAME: 'shop',
      DB_USER: 'shop',
      ELASTICSEARCH_URL: `http://${of('search')}:9200`,
      REDIS_HOST: of('redis-master'),
    }),
    secretEnv('DB_PASSWORD', of('mysql'), 'password'),
    secretEnv('REDIS_PASSWORD', of('redis'), 'password'),
    secretEnv('SECRET_KEY_BASE', of('rails'), 'secret-key-base'),
  ];
  part('shop-web', {
    image: `${RETAIL}/web:2026.5.1`,
    port: 3000,
    replicas: 3,
    env: structuredClone(application),
    service: { ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }] },
    container: {
      resources: resources('300m', '384Mi', '900Mi'),
      livenessProbe: httpGet('/up', 3000, { initialDelaySeconds: 20 }),
      readinessProbe: httpGet('/up', 3000),
    },
    routine: web,
  });
  part('shop-sidekiq', {
    image: `${RETAIL}/web:2026.5.1`,
    env: structuredClone(application),
    container: { args: ['bundle', 'exec', 'sidekiq', '-q', 'default', '-q', 'mailers'], resources: resources('200m', '384Mi', '900Mi') },
    routine: () => [
      [17, sidekiq('WARN', 'FeedJob', 'Job raised exception, retrying in 31 seconds')],
      [3.6, sidekiq('INFO', 'OrderMailJob', 'done: 0.711 sec')],
    ],
  });
  part('pricing', {
    image: `${RETAIL}/pricing:1.30.0`,
    port: 8080,
    env: env({ DB_DSN: `shop:$(DB_PASSWORD)@tcp(${of('mysql')}:3306)/pricing`, REDIS_ADDR: `${of('redis-master')}:6379` }),
    container: { livenessProbe: httpGet('/healthz', 8080), readinessProbe: httpGet('/healthz', 8080) },
    routine: () => [[6, zerolog('info', 'rules reloaded', { count: 211 })]],
  });
  part('storefront', {
    image: `${RETAIL}/storefront:4.2.0`,
    port: 8080,
    replicas: 2,
    env: env({ SHOP_API: `http://${of('shop-web')}`, PRICING_API: `http://${of('pricing')}:8080`, NODE_ENV: 'production' }),
    container: { livenessProbe: httpGet('/livez', 8080), readinessProbe: httpGet('/livez', 8080), resources: resources('150m', '192Mi', '512Mi') },
    routine: () => [
      [10.5, pino(40, 'slow render', { ms: 1204 })],
      [2.6, pino(30, 'GET /p/4411 200')],
    ],
  });
  return draft;
}
