import { meta } from '../../../scripts/scenarios/world.ts';
import { onMain, recreate, rollOut, serviceOf, setEnv, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import type { Draft } from '../shape.ts';
import { complain, incident, run, symptom } from './fleet.ts';
import { campus, clinic, feed, ledgerly } from './fleets.ts';

const FAMILY = 'routing';

/** The caller is given another address. Its pods run and complain. */
function address(draft: Draft, name: string, variable: string, value: string, ago: number, lines: readonly string[]): void {
  const workload = workloadOf(draft, name);
  complain(
    workload,
    ago - 0.5,
    0.7,
    lines,
    recreate(
      workload,
      ago,
      onMain((one) => setEnv(one, variable, value)),
    ),
  );
}

const portOf = (draft: Draft, name: string) => {
  const [port] = serviceOf(draft, name).ports;
  if (!port) throw new Error(`${name} has no port`);
  return port;
};

const selectors = [
  incident('selector-instance', ledgerly, ['ServiceSelectorMismatch', 'rel-ledgerly-search', FAMILY], (draft) => {
    serviceOf(draft, 'rel-ledgerly-search').selector = { 'app.kubernetes.io/instance': 'ledgerly', 'app.kubernetes.io/component': 'search' };
    complain(workloadOf(draft, 'rel-ledgerly-web'), 50, 1.9, [
      'E, [%I #1] ERROR -- : [b8] Faraday::ConnectionFailed (Failed to open TCP connection to rel-ledgerly-search:9200 (Connection refused - connect(2) for "rel-ledgerly-search" port 9200)):',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'rel-ledgerly-web' }, 'The web tier answers with errors.', 30);
  }),
  incident('selector-stage', feed, ['ServiceSelectorMismatch', 'push', FAMILY], (draft) => {
    serviceOf(draft, 'push').selector = { service: 'push', stage: 'canary' };
    complain(workloadOf(draft, 'edge-envoy'), 15, 0.4, [
      '[%I] "GET /socket/websocket HTTP/1.1" 503 UF,URX 0 145 2 - "10.42.3.4" "murmur-ios/7.1" "77ab" "feed.murmur.example" "10.43.20.7:4000"',
    ]);
    symptom(draft, 'EnvoyClusterUpstream5xx', { service: 'edge-envoy', envoy_cluster_name: 'push' }, 'Requests to cluster push fail.');
  }),
  incident('selector-key', clinic, ['ServiceSelectorMismatch', 'mysql', FAMILY], (draft) => {
    serviceOf(draft, 'mysql').selector = { app: 'mysql' };
    complain(workloadOf(draft, 'intake'), 8, 0.6, [
      "%, WARN  [io.agroal.pool] (agroal-11) Datasource '<default>': Communications link failure\n\nThe last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.",
    ]);
    complain(workloadOf(draft, 'labs'), 8, 0.9, [
      '%I  WARN 1 --- [labs] [l-1:housekeeper] com.zaxxer.hikari.pool.HikariPool        : HikariPool-1 - Failed to validate connection: Communications link failure',
    ]);
  }),
  incident('selector-relabelled', campus, ['ServiceSelectorMismatch', 'chat', FAMILY], (draft) => {
    serviceOf(draft, 'chat').selector = { name: 'chat-v3' };
    symptom(draft, 'ProbeFailed', { target: 'https://chat.uni.example/ping' }, 'The address does not answer.');
  }),
];

const ports = [
  incident('target-port-number', feed, ['ServiceTargetPortMismatch', 'media-03', FAMILY], (draft) => {
    portOf(draft, 'media-03').targetPort = 8080;
    complain(workloadOf(draft, 'edge-envoy'), 24, 0.6, [
      '[%I] "GET /m/7fa1.jpg HTTP/2" 503 UF,URX 0 145 1 - "10.42.3.4" "murmur-android/7.0" "55cd" "media.murmur.example" "10.43.31.2:8081"',
    ]);
    symptom(draft, 'EnvoyClusterUpstream5xx', { service: 'edge-envoy', envoy_cluster_name: 'media' }, 'Requests to cluster media fail.');
  }),
  incident('target-port-name', clinic, ['ServiceTargetPortMismatch', 'billing2', FAMILY], (draft) => {
    portOf(draft, 'billing2').targetPort = 'http';
    complain(workloadOf(draft, 'labs'), 17, 1, [
      '%I ERROR 1 --- [labs] [nio-8080-exec-2] e.k.labs.BillingClient                   : I/O error on POST request for "http://billing2:8090/invoices": Connection refused',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'labs' }, 'labs answers with errors.');
  }),
  incident('target-port-store', campus, ['ServiceTargetPortMismatch', 'mariadb', FAMILY], (draft) => {
    portOf(draft, 'mariadb').targetPort = 3307;
    complain(workloadOf(draft, 'lms'), 10, 0.5, [
      '[%S] production.ERROR: SQLSTATE[HY000] [2002] Connection refused (Connection: mysql, SQL: select * from `courses` where `id` = 2210 limit 1)',
    ]);
    complain(workloadOf(draft, 'enrol'), 10, 0.8, [
      "django.db.utils.OperationalError: (2003, \"Can't connect to MySQL server on 'mariadb' ([Errno 111] Connection refused)\")",
    ]);
    symptom(draft, 'HighErrorRate', { service: 'enrol' }, 'enrol answers with errors.');
  }),
  incident('service-port-renumbered', campus, ['ServicePortMismatch', 'grades', FAMILY], (draft) => {
    portOf(draft, 'grades').port = 80;
    complain(workloadOf(draft, 'lms'), 12, 0.6, [
      '[%S] production.ERROR: cURL error 28: Failed to connect to grades port 8000 after 5001 ms: Timeout was reached for http://grades:8000/students/812/grades',
    ]);
    complain(workloadOf(draft, 'enrol'), 12, 0.9, [
      "[%S +0000] [7] [ERROR] requests.exceptions.ConnectTimeout: HTTPConnectionPool(host='grades', port=8000): Max retries exceeded with url: /students/812 (Caused by ConnectTimeoutError(<urllib3.connection.HTTPConnection object at 0x7f1c>, 'Connection to grades timed out. (connect timeout=3)'))",
    ]);
    symptom(draft, 'HighErrorRate', { service: 'lms' }, 'lms answers with errors.');
  }),
  incident('udp-redis', ledgerly, ['ServiceProtocolMismatch', 'rel-ledgerly-redis', FAMILY], (draft) => {
    portOf(draft, 'rel-ledgerly-redis').protocol = 'UDP';
    complain(workloadOf(draft, 'rel-ledgerly-sidekiq'), 20, 0.9, [
      '%I pid=1 tid=2hk ERROR: Error fetching job: Connection timed out - user specified timeout for rel-ledgerly-redis:6379',
    ]);
  }),
  incident('udp-envoy', feed, ['ServiceProtocolMismatch', 'feed-api-v2', FAMILY], (draft) => {
    portOf(draft, 'feed-api-v2').protocol = 'UDP';
    complain(workloadOf(draft, 'edge-envoy'), 9, 0.3, [
      '[%I] "GET /v2/timeline HTTP/2" 503 UF 0 91 5000 - "10.42.3.4" "murmur-ios/7.1" "b1f0" "feed.murmur.example" "10.43.99.1:8000"',
    ]);
    symptom(draft, 'EnvoyClusterUpstream5xx', { service: 'edge-envoy', envoy_cluster_name: 'feed' }, 'Requests to cluster feed fail.');
  }),
  incident('udp-memcached', campus, ['ServiceProtocolMismatch', 'memcached', FAMILY], (draft) => {
    portOf(draft, 'memcached').protocol = 'UDP';
    complain(workloadOf(draft, 'lms'), 33, 1.6, ['[%S] production.WARNING: Memcached::get(): CONNECTION FAILURE memcached:11211 timed out']);
    symptom(draft, 'HighLatency', { service: 'lms' }, 'lms is slow.', 10, 'warning');
  }),
];

const addresses = [
  incident('address-rust-etcd', feed, ['EnvironmentAddressMismatch', 'ranker-01', FAMILY], (draft) => {
    address(draft, 'ranker-01', 'ETCD_ENDPOINTS', 'http://etcd:2379', 14, [
      '%I  WARN ranker::config: cannot reach etcd, keeping old weights error=transport error: error trying to connect: dns error: failed to lookup address information: Name or service not known',
    ]);
    symptom(draft, 'RankerStaleConfig', { service: 'ranker-01' }, 'ranker-01 works with an old configuration.');
  }),
  incident('address-java-namespace', clinic, ['EnvironmentAddressMismatch', 'labs', FAMILY], (draft) => {
    address(draft, 'labs', 'BILLING_URL', 'http://billing2.clinic-test:8090', 28, [
      '%I ERROR 1 --- [labs] [nio-8080-exec-2] e.k.labs.BillingClient                   : I/O error on POST request for "http://billing2.clinic-test:8090/invoices": billing2.clinic-test',
    ]);
    complain(workloadOf(draft, 'labs'), 27, 1.5, ['java.net.UnknownHostException: billing2.clinic-test']);
    symptom(draft, 'HighErrorRate', { service: 'labs' }, 'labs answers with errors.');
  }),
  incident('address-nginx', clinic, ['EnvironmentAddressMismatch', 'portal', FAMILY], (draft) => {
    const portal = workloadOf(draft, 'portal');
    const pods = rollOut(
      portal,
      9,
      onMain((one) => setEnv(one, 'INTAKE_UPSTREAM', 'intake-svc:8080')),
    );
    crash(portal, pods, {
      exit: 1,
      ranSeconds: 0,
      log: run(
        '/docker-entrypoint.sh: Configuration complete; ready for start up',
        '%N [emerg] 1#1: host not found in upstream "intake-svc:8080" in /etc/nginx/conf.d/default.conf:4',
        'nginx: [emerg] host not found in upstream "intake-svc:8080" in /etc/nginx/conf.d/default.conf:4',
      ),
    });
  }),
  incident('address-rails-port', ledgerly, ['EnvironmentAddressMismatch', 'rel-ledgerly-web', FAMILY], (draft) => {
    address(draft, 'rel-ledgerly-web', 'ELASTICSEARCH_URL', 'http://rel-ledgerly-elasticsearch:9200', 19, [
      'E, [%I #1] ERROR -- : [b8] Faraday::ConnectionFailed (Failed to open TCP connection to rel-ledgerly-elasticsearch:9200 (getaddrinfo: Name or service not known)):',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'rel-ledgerly-web' }, 'The web tier answers with errors.');
  }),
];

const paths = [
  incident('ingress-backend', campus, ['GatewayMisroute', 'Ingress/uni-edge', FAMILY], (draft) => {
    const rule = (host: string, name: string, port: number) => ({
      host,
      http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: port } } } }] },
    });
    draft.extras.push(({ world }) => {
      world.add({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: meta(world, 'Ingress', 'uni-edge', 60_000, {}),
        spec: {
          ingressClassName: 'nginx',
          rules: [rule('lms.uni.example', 'lms', 8080), rule('enrol.uni.example', 'enrolment', 8000), rule('chat.uni.example', 'chat', 3001)],
        },
        status: { loadBalancer: { ingress: [{ ip: '203.0.113.40' }] } },
      });
      world.add({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: meta(world, 'IngressClass', 'nginx', 90_000, { namespace: null }),
        spec: { controller: 'k8s.io/ingress-nginx' },
      });
    });
    symptom(draft, 'ProbeFailed', { target: 'https://enrol.uni.example' }, 'The address answers 503.');
  }),
  incident('policy-too-tight', ledgerly, ['NetworkPolicyBlocks', 'rel-ledgerly-postgresql', FAMILY], (draft) => {
    draft.extras.push(({ world }) => {
      world.add({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: meta(world, 'NetworkPolicy', 'postgresql-from-web', 22, {}),
        spec: {
          podSelector: { matchLabels: { 'app.kubernetes.io/component': 'postgresql' } },
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/component': 'frontend' } } }], ports: [{ protocol: 'TCP', port: 5432 }] }],
        },
      });
    });
    complain(workloadOf(draft, 'rel-ledgerly-web'), 20, 0.8, [
      'F, [%I #1] FATAL -- : ActiveRecord::ConnectionNotEstablished (connection to server at "10.43.2.71", port 5432 failed: Connection timed out\n\tIs the server running on that host and accepting TCP/IP connections?\n):',
    ]);
    complain(workloadOf(draft, 'rel-ledgerly-sidekiq'), 20, 1.2, [
      '%I pid=1 tid=2hk WARN: ActiveRecord::ConnectionNotEstablished: connection to server at "10.43.2.71", port 5432 failed: Connection timed out',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'rel-ledgerly-web' }, 'The web tier answers with errors.');
  }),
];

export const routing = [...selectors, ...ports, ...addresses, ...paths];
