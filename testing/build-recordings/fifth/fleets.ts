import { env, exec, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { addPart, addSecret, type House, newDraft, t } from './fleet.ts';

const CLINIC: House = { namespace: 'clinic-prod', labels: (name) => ({ run: name, team: 'care' }), selects: ['run'] };
const FEED: House = { namespace: 'feed', labels: (name) => ({ service: name, stage: 'live' }), selects: ['service', 'stage'] };
const RELEASE = 'rel-ledgerly-';
const LEDGERLY: House = {
  namespace: 'accounting',
  labels: (name) => ({
    'app.kubernetes.io/name': 'ledgerly',
    'app.kubernetes.io/instance': 'rel',
    'app.kubernetes.io/managed-by': 'Helm',
    'app.kubernetes.io/component': name.replace(RELEASE, ''),
    'helm.sh/chart': 'ledgerly-3.8.1',
  }),
  selects: ['app.kubernetes.io/instance', 'app.kubernetes.io/component'],
};
const CAMPUS: House = { namespace: 'campus', labels: (name) => ({ name, 'campus.example/owner': 'it' }), selects: ['name'] };

export const CLINIC_IMAGES = 'registry.klinik.example/care';
export const FEED_IMAGES = 'ghcr.io/murmur-social';
export const LEDGERLY_IMAGES = 'quay.io/ledgerly';
export const CAMPUS_IMAGES = 'harbor.uni.example:8443/campus';

const QUARKUS = [
  9,
  t('%, INFO  [io.quarkus] (main) intake 4.11.0 on JVM (powered by Quarkus 3.15.1) started in 2.114s. Listening on: http://0.0.0.0:8080'),
] as const;

/** A hospital: Quarkus and Spring Boot on MySQL and RabbitMQ, nginx before them. */
export function clinic(id: string): Draft {
  const draft = newDraft(CLINIC, id);
  const part = addPart.bind(undefined, draft, CLINIC);
  addSecret(draft, 'db-login', ['username', 'password']);
  addSecret(draft, 'mq-login', ['password']);
  addSecret(draft, 'regcred', ['.dockerconfigjson'], 'kubernetes.io/dockerconfigjson');
  part('mysql', {
    kind: 'StatefulSet',
    image: 'mysql:8.0.39',
    port: 3306,
    bare: true,
    dataPath: '/var/lib/mysql',
    storage: '80Gi',
    nodes: ['worker-2'],
    env: [secretEnv('MYSQL_ROOT_PASSWORD', 'db-login', 'password')],
    container: { resources: resources('500m', '1Gi', '2Gi'), readinessProbe: exec(['mysqladmin', 'ping']) },
    routine: () => [
      [
        33,
        t("%I 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.0.39'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306"),
      ],
    ],
  });
  part('rabbit', {
    kind: 'StatefulSet',
    image: 'rabbitmq:3.13.7-management',
    port: 5672,
    bare: true,
    dataPath: '/var/lib/rabbitmq',
    storage: '10Gi',
    nodes: ['worker-3'],
    container: { readinessProbe: exec(['rabbitmq-diagnostics', '-q', 'check_port_connectivity'], { timeoutSeconds: 10 }) },
    routine: () => [[12, t('%S.104000+00:00 [info] <0.2113.0> accepting AMQP connection <0.2113.0> (10.42.1.31:41022 -> 10.42.3.17:5672)')]],
  });
  part('keycloak', {
    image: 'quay.io/keycloak/keycloak:26.0.5',
    port: 8080,
    container: { readinessProbe: tcp(8080), resources: resources('200m', '512Mi', '1Gi') },
  });
  part('intake', {
    replicas: 2,
    image: `${CLINIC_IMAGES}/intake:4.11.0`,
    port: 8080,
    env: [
      ...env({
        QUARKUS_DATASOURCE_JDBC_URL: 'jdbc:mysql://mysql:3306/clinic',
        QUARKUS_REST_CLIENT_LABS_URL: 'http://labs:8080',
        OIDC_ISSUER: 'http://keycloak:8080/realms/care',
      }),
      secretEnv('QUARKUS_DATASOURCE_PASSWORD', 'db-login', 'password'),
    ],
    container: { livenessProbe: httpGet('/q/health/live', 8080), readinessProbe: httpGet('/q/health/ready', 8080, { timeoutSeconds: 3 }) },
    routine: () => [QUARKUS],
  });
  part('labs', {
    image: `${CLINIC_IMAGES}/labs:2.3.9`,
    port: 8080,
    env: [
      ...env({
        SPRING_RABBITMQ_HOST: 'rabbit',
        SPRING_RABBITMQ_PORT: '5672',
        SPRING_DATASOURCE_URL: 'jdbc:mysql://mysql:3306/labs',
        BILLING_URL: 'http://billing2:8090',
      }),
      secretEnv('SPRING_DATASOURCE_PASSWORD', 'db-login', 'password'),
    ],
    container: {
      livenessProbe: httpGet('/actuator/health/liveness', 8080, { initialDelaySeconds: 20 }),
      readinessProbe: httpGet('/actuator/health/readiness', 8080),
    },
    routine: () => [[11, t('%I  INFO 1 --- [labs] [nio-8080-exec-3] e.k.labs.api.ResultController            : stored result 4f1c for order 88121')]],
  });
  part('billing2', {
    image: `${CLINIC_IMAGES}/billing2:1.19.0`,
    port: 8090,
    env: [...env({ SPRING_DATASOURCE_URL: 'jdbc:mysql://mysql:3306/billing' }), secretEnv('SPRING_DATASOURCE_PASSWORD', 'db-login', 'password')],
    container: {
      livenessProbe: httpGet('/actuator/health/liveness', 8090, { initialDelaySeconds: 20 }),
      readinessProbe: httpGet('/actuator/health/readiness', 8090),
    },
    routine: () => [[8, t('%I  INFO 1 --- [billing2] [   scheduling-1] e.k.billing.InvoiceJob                   : 14 invoices sent')]],
  });
  part('archiver', { image: `${CLINIC_IMAGES}/archiver:1.2.0`, env: env({ SPRING_RABBITMQ_HOST: 'rabbit', DICOM_STORE: '/archive' }) });
  part('portal', {
    replicas: 2,
    image: 'nginx:1.27.2-alpine',
    port: 80,
    bare: true,
    env: env({ INTAKE_UPSTREAM: 'intake:8080', LABS_UPSTREAM: 'labs:8080' }),
    container: { readinessProbe: httpGet('/healthz', 80), resources: resources('50m', '32Mi', '128Mi') },
    routine: () => [[6, t('10.42.1.9 - - [%A] "GET /api/intake/slots HTTP/1.1" 200 1841 "-" "Mozilla/5.0"')]],
  });
  return draft;
}

/** A social network: Go, Rust and Elixir on Cassandra, Kafka and etcd, Envoy before them. */
export function feed(id: string): Draft {
  const draft = newDraft(FEED, id);
  const part = addPart.bind(undefined, draft, FEED);
  addSecret(draft, 'cassandra-auth', ['user', 'pass']);
  addSecret(draft, 'push-keys', ['apns.p8', 'fcm.json']);
  part('cassandra', {
    kind: 'StatefulSet',
    replicas: 3,
    image: 'cassandra:4.1.7',
    port: 9042,
    bare: true,
    dataPath: '/var/lib/cassandra',
    storage: '200Gi',
    container: { resources: resources('700m', '2Gi', '3Gi'), readinessProbe: exec(['/ready-probe.sh']) },
    routine: () => [
      [14, t('INFO  [CompactionExecutor:4] %, CompactionTask.java:252 - Compacted (5c1e) 4 sstables to [/var/lib/cassandra/data/feed/posts] to level=0.')],
    ],
  });
  part('kafka', {
    kind: 'StatefulSet',
    replicas: 3,
    image: 'apache/kafka:3.8.1',
    port: 9092,
    storage: '100Gi',
    container: { resources: resources('400m', '1Gi', '2Gi'), readinessProbe: tcp(9092) },
    routine: () => [
      [
        9,
        t(
          '[%,] INFO [GroupCoordinator id=2] Stabilized group ranker generation 118 (__consumer_offsets-31) with 1 members (org.apache.kafka.coordinator.group.GroupMetadataManager)',
        ),
      ],
    ],
  });
  part('etcd3', {
    kind: 'StatefulSet',
    replicas: 3,
    image: 'quay.io/coreos/etcd:v3.5.17',
    port: 2379,
    storage: '8Gi',
    container: { readinessProbe: httpGet('/health', 2379, { periodSeconds: 5 }) },
    routine: () => [[21, t('{"level":"info","ts":"%I","caller":"mvcc/index.go:214","msg":"compact tree index","revision":1882341}')]],
  });
  part('feed-api-v2', {
    replicas: 2,
    image: `${FEED_IMAGES}/feed-api:2.71.3`,
    port: 8000,
    env: [
      ...env({ CASSANDRA_HOSTS: 'cassandra:9042', RANKER_ADDR: 'ranker-01:7070', KAFKA_BROKERS: 'kafka:9092', LISTEN: ':8000' }),
      secretEnv('CASSANDRA_PASSWORD', 'cassandra-auth', 'pass'),
    ],
    container: { livenessProbe: httpGet('/livez', 8000), readinessProbe: httpGet('/readyz', 8000) },
    routine: () => [[7, t('time=%I level=INFO msg="request" method=GET path=/v2/timeline status=200 dur=18.2ms')]],
  });
  part('ranker-01', {
    image: `${FEED_IMAGES}/ranker:0.44.0`,
    port: 7070,
    env: env({ RUST_LOG: 'info', KAFKA_BROKERS: 'kafka:9092', ETCD_ENDPOINTS: 'http://etcd3:2379' }),
    container: { livenessProbe: tcp(7070), readinessProbe: tcp(7070), resources: resources('300m', '256Mi', '1Gi', '1') },
    routine: () => [[8, t('%I  INFO ranker::server: scored batch size=512 elapsed_ms=41')]],
  });
  part('media-03', {
    image: `${FEED_IMAGES}/media:1.8.0`,
    port: 8081,
    bare: true,
    env: env({ CACHE_DIR: '/cache' }),
    container: { readinessProbe: httpGet('/status', 8081) },
  });
  part('push', {
    image: `${FEED_IMAGES}/push:5.2.1`,
    port: 4000,
    env: [...env({ KAFKA_BROKERS: 'kafka:9092', FEED_URL: 'http://feed-api-v2:8000', PHX_HOST: 'push.murmur.example' })],
    container: { livenessProbe: httpGet('/health', 4000), readinessProbe: httpGet('/health', 4000) },
    routine: () => [[6, t('%I [info] GET /socket/websocket - 101 in 2ms')]],
  });
  part('edge-envoy', {
    replicas: 2,
    image: 'envoyproxy/envoy:v1.32.1',
    port: 10000,
    env: env({ CLUSTER_FEED: 'feed-api-v2:8000', CLUSTER_PUSH: 'push:4000', CLUSTER_MEDIA: 'media-03:8081' }),
    container: { readinessProbe: httpGet('/ready', 9901) },
    routine: () => [[5, t('[%I] "GET /v2/timeline HTTP/2" 200 - 0 18112 21 20 "10.42.3.4" "murmur-ios/7.1" "b1f0" "feed.murmur.example" "10.42.2.33:8000"')]],
  });
  return draft;
}

/** Bookkeeping from one Helm release: Rails and Sidekiq, PostgreSQL, redis, Elasticsearch, HAProxy. */
export function ledgerly(id: string): Draft {
  const draft = newDraft(LEDGERLY, id);
  const part = (name: string, rest: Parameters<typeof addPart>[3]) => addPart(draft, LEDGERLY, `${RELEASE}${name}`, rest);
  addSecret(draft, 'rel-ledgerly-postgresql', ['password', 'postgres-password']);
  addSecret(draft, 'rel-ledgerly-app', ['secret-key-base', 'smtp-password']);
  part('postgresql', {
    kind: 'StatefulSet',
    image: 'docker.io/bitnami/postgresql:15.8.0',
    port: 5432,
    dataPath: '/bitnami/postgresql',
    storage: '60Gi',
    nodes: ['worker-1'],
    env: [secretEnv('POSTGRES_PASSWORD', 'rel-ledgerly-postgresql', 'password')],
    container: {
      resources: resources('250m', '512Mi', '1Gi'),
      livenessProbe: exec(['pg_isready', '-h', '127.0.0.1']),
      readinessProbe: exec(['pg_isready', '-h', '127.0.0.1']),
    },
    routine: () => [[17, t('%S.411 GMT [62] LOG:  checkpoint complete: wrote 88 buffers (0.5%); 0 WAL file(s) added, 0 removed, 0 recycled')]],
  });
  part('redis', {
    kind: 'StatefulSet',
    image: 'docker.io/bitnami/redis:7.2.5',
    port: 6379,
    dataPath: '/bitnami/redis/data',
    storage: '8Gi',
    nodes: ['worker-3'],
    container: { readinessProbe: exec(['redis-cli', 'ping']) },
    routine: () => [[13, t('1:M %R * Background saving terminated with success')]],
  });
  part('search', {
    kind: 'StatefulSet',
    image: 'docker.elastic.co/elasticsearch/elasticsearch:8.15.3',
    port: 9200,
    dataPath: '/usr/share/elasticsearch/data',
    storage: '50Gi',
    nodes: ['worker-2'],
    container: { resources: resources('500m', '2Gi', '2Gi'), readinessProbe: tcp(9200) },
    routine: () => [
      [
        19,
        t(
          '{"@timestamp":"%I", "log.level": "INFO", "message":"[invoices/kQ] update_mapping [_doc]", "ecs.version": "1.2.0","service.name":"ES_ECS","elasticsearch.node.name":"search-0"}',
        ),
      ],
    ],
  });
  const rails = env({
    RAILS_ENV: 'production',
    DATABASE_HOST: 'rel-ledgerly-postgresql',
    REDIS_URL: 'redis://rel-ledgerly-redis:6379/0',
    ELASTICSEARCH_URL: 'http://rel-ledgerly-search:9200',
    PDF_URL: 'http://rel-ledgerly-pdf:3030',
  });
  const secrets = [secretEnv('DATABASE_PASSWORD', 'rel-ledgerly-postgresql', 'password'), secretEnv('SECRET_KEY_BASE', 'rel-ledgerly-app', 'secret-key-base')];
  part('web', {
    replicas: 3,
    image: `${LEDGERLY_IMAGES}/app:3.8.1`,
    port: 3000,
    env: [...structuredClone(rails), ...secrets],
    container: {
      livenessProbe: httpGet('/up', 3000),
      readinessProbe: httpGet('/up', 3000, { timeoutSeconds: 3 }),
      resources: resources('200m', '384Mi', '768Mi'),
    },
    routine: () => [[7, t('I, [%I #1]  INFO -- : [a1f0] Completed 200 OK in 41ms (Views: 12.0ms | ActiveRecord: 9.1ms | Allocations: 9120)')]],
  });
  part('sidekiq', {
    image: `${LEDGERLY_IMAGES}/app:3.8.1`,
    env: [...structuredClone(rails), ...structuredClone(secrets)],
    container: { args: ['bundle', 'exec', 'sidekiq'] },
    routine: () => [[5, t('%I pid=1 tid=2hk class=InvoiceMailer jid=81fa elapsed=0.412 INFO: done')]],
  });
  part('pdf', {
    image: `${LEDGERLY_IMAGES}/pdf:1.4.0`,
    port: 3030,
    env: env({ NODE_ENV: 'production' }),
    container: { livenessProbe: httpGet('/health', 3030), readinessProbe: httpGet('/health', 3030) },
  });
  part('haproxy', {
    image: 'haproxy:3.0.5',
    port: 8080,
    bare: true,
    env: env({ BACKEND_WEB: 'rel-ledgerly-web:3000' }),
    container: { readinessProbe: tcp(8080) },
    routine: () => [[5, t('10.42.2.14:50112 [%A] fe_main be_web/web1 0/0/1/44/45 200 8112 - - ---- 3/3/0/0/0 0/0 "GET /invoices HTTP/1.1"')]],
  });
  return draft;
}

/** A university: Laravel, Django, FastAPI, .NET and Node on MariaDB and MongoDB. */
export function campus(id: string): Draft {
  const draft = newDraft(CAMPUS, id);
  const part = addPart.bind(undefined, draft, CAMPUS);
  addSecret(draft, 'mariadb', ['root', 'app']);
  addSecret(draft, 'mongo', ['uri', 'password']);
  part('mariadb', {
    kind: 'StatefulSet',
    image: 'mariadb:11.4.3',
    port: 3306,
    bare: true,
    dataPath: '/var/lib/mysql',
    storage: '40Gi',
    nodes: ['worker-1'],
    container: { readinessProbe: exec(['healthcheck.sh', '--connect', '--innodb_initialized']), resources: resources('300m', '512Mi', '1Gi') },
    routine: () => [[41, t('%S 0 [Note] mariadbd: ready for connections.')]],
  });
  part('mongo', {
    kind: 'StatefulSet',
    replicas: 3,
    image: 'mongo:7.0.14',
    port: 27017,
    bare: true,
    dataPath: '/data/db',
    storage: '30Gi',
    container: { readinessProbe: exec(['mongosh', '--quiet', '--eval', "db.adminCommand('ping').ok"]) },
    routine: () => [
      [
        16,
        t(
          '{"t":{"$date":"%I"},"s":"I","c":"NETWORK","id":22943,"ctx":"listener","msg":"Connection accepted","attr":{"remote":"10.42.2.18:40112","connectionCount":31}}',
        ),
      ],
    ],
  });
  part('memcached', { image: 'memcached:1.6.31', port: 11211, bare: true, container: { readinessProbe: tcp(11211) } });
  part('lms', {
    replicas: 2,
    image: `${CAMPUS_IMAGES}/lms:2024.10`,
    port: 8080,
    bare: true,
    env: [
      ...env({
        APP_ENV: 'production',
        DB_HOST: 'mariadb',
        DB_PORT: '3306',
        DB_DATABASE: 'lms',
        MEMCACHED_HOST: 'memcached',
        GRADES_URL: 'http://grades:8000',
        TIMETABLE_URL: 'http://timetable:5000',
      }),
      secretEnv('DB_PASSWORD', 'mariadb', 'app'),
    ],
    container: { readinessProbe: httpGet('/healthz', 8080, { timeoutSeconds: 4 }) },
    routine: () => [[9, t('[%S] production.INFO: course 2210 opened {"user":812}')]],
  });
  part('enrol', {
    image: `${CAMPUS_IMAGES}/enrol:1.31.2`,
    port: 8000,
    env: [
      ...env({ DJANGO_SETTINGS_MODULE: 'enrol.settings', DB_HOST: 'mariadb', GRADES_URL: 'http://grades:8000' }),
      secretEnv('DB_PASSWORD', 'mariadb', 'app'),
    ],
    container: { livenessProbe: httpGet('/health/', 8000, { initialDelaySeconds: 10 }), readinessProbe: httpGet('/health/', 8000) },
    routine: () => [[8, t('[%S +0000] [1] [INFO] Listening at: http://0.0.0.0:8000 (1)')]],
  });
  part('grades', {
    image: `${CAMPUS_IMAGES}/grades:0.18.5`,
    port: 8000,
    env: [secretEnv('MONGO_URI', 'mongo', 'uri')],
    container: { livenessProbe: httpGet('/healthz', 8000), readinessProbe: httpGet('/healthz', 8000) },
    routine: () => [[4, t('INFO:     10.42.1.33:41820 - "GET /students/812/grades HTTP/1.1" 200 OK')]],
  });
  part('timetable', {
    image: `${CAMPUS_IMAGES}/timetable:8.0.6`,
    port: 5000,
    env: [...env({ ASPNETCORE_URLS: 'http://+:5000', Mongo__Host: 'mongo:27017' })],
    container: { livenessProbe: httpGet('/alive', 5000), readinessProbe: httpGet('/ready', 5000) },
    routine: () => [[10, t('info: Microsoft.Hosting.Lifetime[14]\n      Now listening on: http://[::]:5000')]],
  });
  part('chat', {
    image: `${CAMPUS_IMAGES}/chat:3.3.0`,
    port: 3001,
    env: env({ MONGO_HOST: 'mongo', NODE_ENV: 'production' }),
    container: { livenessProbe: httpGet('/ping', 3001), readinessProbe: httpGet('/ping', 3001) },
    routine: () => [[5, t('{"level":30,"time":%M,"pid":1,"hostname":"%P","msg":"client joined","room":"algebra-1"}')]],
  });
  return draft;
}
