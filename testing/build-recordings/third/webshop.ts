import { access, burst, plain, postgres, redis } from '../log-lines.ts';
import { env, exec, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Draft, Line, PodDraft } from '../shape.ts';
import { addPart, addSecret, type House, newDraft, type Part } from './application.ts';
import { laravel, mariadbd, rabbit, ruby } from './stack-lines.ts';

/** A shop for garden tools: Laravel and Rails behind nginx. */
const HOUSE: House = { namespace: 'webshop', label: 'app', common: { stage: 'prod' } };
export const SHOP = 'registry.gitlab.com/gruenzeug';

export const STOREFRONT_CONF = `upstream catalog { server catalog:3000; }
upstream cart { server cart:8080; }
upstream checkout { server checkout:8080; }
server {
  listen 8080;
  location = /up { return 200; }
  location /products { proxy_pass http://catalog; }
  location /cart { proxy_pass http://cart; }
  location /checkout { proxy_pass http://checkout; }
}
`;

const php = (pod: PodDraft): Line[] => [
  ...(pod.ago < 120 ? burst(pod.ago - 0.1, [plain('NOTICE: fpm is running, pid 1'), plain('NOTICE: ready to handle connections')]) : []),
  [14, laravel('WARNING', 'Session expired for guest basket {"basket":"9f41"}')],
  [4.1, access('/up', 200, 4)],
];
const rails = (pod: PodDraft): Line[] => [
  ...(pod.ago < 120 ? burst(pod.ago - 0.1, [plain('=> Booting Puma'), plain('* Listening on http://0.0.0.0:3000')]) : []),
  [19, ruby('WARN', 'DEPRECATION WARNING: `config.active_support.cache_format_version` is set to 7.0')],
  [6.2, ruby('INFO', '[8d2f] Completed 200 OK in 31ms (Views: 12.1ms | ActiveRecord: 9.8ms (6 queries, 1 cached) | GC: 0.3ms)')],
  [5.9, ruby('ERROR', '[77ac] ActionController::RoutingError (No route matches [GET] "/.env")')],
];

function laravelService(draft: Draft, name: string, more: Partial<Part> = {}): void {
  addPart(draft, HOUSE, name, {
    image: `${SHOP}/${name}:8.4.1`,
    port: 8080,
    routine: php,
    ...more,
    env: [
      ...env({ APP_ENV: 'production', DB_CONNECTION: 'mysql', DB_HOST: 'mariadb', DB_PORT: '3306', DB_DATABASE: 'shop', DB_USERNAME: 'shop' }),
      secretEnv('DB_PASSWORD', 'mariadb-shop', 'password'),
      ...(more.env ?? []),
    ],
    container: { livenessProbe: tcp(8080), readinessProbe: httpGet('/up', 8080, { timeoutSeconds: 3 }), ...more.container },
  });
}

function railsService(draft: Draft, name: string, more: Partial<Part> = {}): void {
  addPart(draft, HOUSE, name, {
    image: `${SHOP}/catalog:5.12.0`,
    routine: rails,
    ...more,
    env: [
      ...env({ RAILS_ENV: 'production', DATABASE_HOST: 'postgres', DATABASE_PORT: '5432', DATABASE_USER: 'catalog', REDIS_URL: 'redis://redis:6379/1' }),
      secretEnv('DATABASE_PASSWORD', 'postgres-catalog', 'password'),
      secretEnv('SECRET_KEY_BASE', 'rails', 'secret-key-base'),
      ...(more.env ?? []),
    ],
    container: { resources: resources('200m', '256Mi', '768Mi'), ...more.container },
  });
}

export function newWebshop(id: string): Draft {
  const draft = newDraft(HOUSE, id);
  addSecret(draft, 'mariadb-root', ['password']);
  addSecret(draft, 'mariadb-shop', ['password']);
  addSecret(draft, 'postgres-catalog', ['password']);
  addSecret(draft, 'rails', ['secret-key-base']);
  addSecret(draft, 'payment-keys', ['STRIPE_KEY']);
  addSecret(draft, 'rabbitmq-mailer', ['password']);
  addPart(draft, HOUSE, 'mariadb', {
    kind: 'StatefulSet',
    image: 'docker.io/library/mariadb:11.4.4',
    port: 3306,
    portName: 'mysql',
    storage: '30Gi',
    nodes: ['worker-2'],
    env: [secretEnv('MARIADB_ROOT_PASSWORD', 'mariadb-root', 'password')],
    container: { args: ['--max-connections=200'], readinessProbe: exec(['healthcheck.sh', '--connect']), resources: resources('300m', '512Mi', '1Gi') },
    routine: () => [
      [22, mariadbd('Warning', "Aborted connection 8812 to db: 'shop' user: 'shop' host: '10.42.1.9' (Got timeout reading communication packets)")],
    ],
  });
  addPart(draft, HOUSE, 'postgres', {
    kind: 'StatefulSet',
    image: 'docker.io/library/postgres:16.6',
    port: 5432,
    portName: 'postgres',
    storage: '20Gi',
    nodes: ['worker-1'],
    env: [secretEnv('POSTGRES_PASSWORD', 'postgres-catalog', 'password')],
    container: { readinessProbe: exec(['pg_isready']) },
    routine: () => [[9, postgres('LOG', 'checkpoint starting: time')]],
  });
  addPart(draft, HOUSE, 'redis', {
    image: 'docker.io/valkey/valkey:8.0.2-alpine',
    port: 6379,
    portName: 'redis',
    container: { livenessProbe: tcp(6379) },
    routine: () => [[8.8, redis('*', 'Background saving terminated with success')]],
  });
  addPart(draft, HOUSE, 'rabbitmq', {
    kind: 'StatefulSet',
    image: 'docker.io/library/rabbitmq:3.13.7',
    port: 5672,
    portName: 'amqp',
    nodes: ['worker-3'],
    container: { readinessProbe: exec(['rabbitmq-diagnostics', '-q', 'ping'], { timeoutSeconds: 10 }) },
    routine: () => [[33, rabbit('warning', 'closing AMQP connection (10.42.1.14:43114 -> 10.42.3.12:5672): client unexpectedly closed TCP connection')]],
  });
  railsService(draft, 'catalog', {
    port: 3000,
    replicas: 2,
    container: { livenessProbe: httpGet('/up', 3000, { initialDelaySeconds: 15 }), readinessProbe: httpGet('/up', 3000) },
  });
  railsService(draft, 'sidekiq', {
    routine: () => [
      [12.3, ruby('INFO', 'class=ThumbnailJob jid=4c19ab elapsed=1.204 done')],
      [3.3, ruby('WARN', '3 retries left for class=NewsletterJob jid=9d02ff')],
    ],
    container: { args: ['bundle', 'exec', 'sidekiq', '-C', 'config/sidekiq.yml'] },
  });
  laravelService(draft, 'cart', { env: env({ REDIS_HOST: 'redis', CATALOG_URL: 'http://catalog:3000' }), replicas: 2 });
  laravelService(draft, 'checkout', {
    env: [
      ...env({ CART_URL: 'http://cart:8080', CATALOG_URL: 'http://catalog:3000', RABBITMQ_HOST: 'rabbitmq' }),
      secretEnv('STRIPE_KEY', 'payment-keys', 'STRIPE_KEY'),
    ],
  });
  addPart(draft, HOUSE, 'mailer', {
    image: `${SHOP}/mailer:1.9.0`,
    env: [...env({ RABBITMQ_HOST: 'rabbitmq', RABBITMQ_PORT: '5672', RABBITMQ_USER: 'mailer' }), secretEnv('RABBITMQ_PASSWORD', 'rabbitmq-mailer', 'password')],
    routine: () => [
      [11, ruby('INFO', 'delivered order_confirmation to=k***@example.org')],
      [2.4, ruby('WARN', 'bounce: mailbox full')],
    ],
  });
  draft.configMaps.push({ name: 'storefront', ago: 33 * 1440, data: { 'shop.conf': STOREFRONT_CONF } });
  addPart(draft, HOUSE, 'storefront', {
    image: 'docker.io/library/nginx:1.27.3-alpine',
    port: 8080,
    replicas: 2,
    service: { type: 'LoadBalancer' },
    container: { readinessProbe: httpGet('/up', 8080), volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/conf.d', readOnly: true }] },
    spec: { volumes: [{ name: 'conf', configMap: { name: 'storefront', defaultMode: 420 } }] },
    routine: () => [
      [6.1, access('/products?page=2', 200, 18_211, 'Mozilla/5.0', '10.42.2.1')],
      [2.8, access('/wp-login.php', 404, 153, 'curl/8.5.0', '10.42.2.1')],
    ],
  });
  return draft;
}
