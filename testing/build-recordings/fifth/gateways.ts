import { meta } from '../../../scripts/scenarios/world.ts';
import { mainOf, onMain, recreate, rollOut, workloadOf } from '../draft.ts';
import { crash, mountFails } from '../faults.ts';
import type { Draft } from '../shape.ts';
import { addSystem } from '../system.ts';
import { complain, incident, run, symptom } from './fleet.ts';
import { campus, clinic, feed, ledgerly } from './fleets.ts';

const FAMILY = 'routing';

/** Gives a gateway its file out of a ConfigMap. */
function configured(draft: Draft, name: string, map: string, file: string, path: string, text: string, ago = 17): void {
  draft.configMaps.push({ name: map, data: { [file]: text }, ago });
  const workload = workloadOf(draft, name);
  for (const { template } of workload.revisions) {
    template.spec.volumes = [{ name: 'config', configMap: { name: map, defaultMode: 420 } }];
    for (const one of template.spec.containers) {
      one.volumeMounts = [{ name: 'config', mountPath: path }];
      delete one.env;
    }
  }
}

const routes = [
  incident('nginx-wrong-upstream', clinic, ['GatewayMisroute', 'portal', FAMILY], (draft) => {
    configured(
      draft,
      'portal',
      'portal-nginx',
      'default.conf',
      '/etc/nginx/conf.d',
      'server {\n  listen 80;\n  location /healthz { return 200; }\n  location /api/intake/ { proxy_pass http://intake:8080/; }\n  location /api/labs/ { proxy_pass http://billing2:8090/; }\n}\n',
    );
    complain(workloadOf(draft, 'portal'), 15, 0.4, ['10.42.1.9 - - [%A] "GET /api/labs/orders/88121 HTTP/1.1" 404 112 "-" "Mozilla/5.0"']);
    symptom(draft, 'HttpErrorRate', { service: 'portal', path: '/api/labs' }, 'Requests for /api/labs fail.');
  }),
  incident('envoy-unknown-cluster', feed, ['GatewayMisroute', 'edge-envoy', FAMILY], (draft) => {
    const cluster = (name: string, address: string, port: number): string =>
      `  - name: ${name}\n    type: STRICT_DNS\n    load_assignment:\n      cluster_name: ${name}\n      endpoints:\n      - lb_endpoints:\n        - endpoint:\n            address:\n              socket_address: { address: ${address}, port_value: ${port} }\n`;
    configured(
      draft,
      'edge-envoy',
      'edge-envoy',
      'envoy.yaml',
      '/etc/envoy',
      `static_resources:\n  clusters:\n${cluster('feed', 'feed-api', 8000)}${cluster('push', 'push', 4000)}${cluster('media', 'media-03', 8081)}`,
    );
    complain(workloadOf(draft, 'edge-envoy'), 15, 0.3, [
      '[%I] "GET /v2/timeline HTTP/2" 503 UH 0 19 0 - "10.42.3.4" "murmur-ios/7.1" "b1f0" "feed.murmur.example" "-"',
    ]);
    symptom(draft, 'EnvoyClusterUpstream5xx', { service: 'edge-envoy', envoy_cluster_name: 'feed' }, 'Requests to cluster feed fail.');
  }),
  incident('haproxy-wrong-server', ledgerly, ['GatewayMisroute', 'rel-ledgerly-haproxy', FAMILY], (draft) => {
    configured(
      draft,
      'rel-ledgerly-haproxy',
      'rel-ledgerly-haproxy',
      'haproxy.cfg',
      '/usr/local/etc/haproxy',
      'frontend fe_main\n  bind :8080\n  use_backend be_pdf if { path_beg /pdf }\n  default_backend be_web\n\nbackend be_web\n  server web1 rel-ledgerly-web:3030 check\n\nbackend be_pdf\n  server pdf1 rel-ledgerly-pdf:3030 check\n',
    );
    complain(workloadOf(draft, 'rel-ledgerly-haproxy'), 14, 0.4, [
      '10.42.2.14:50112 [%A] fe_main be_web/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC-- 1/1/0/0/0 0/0 "GET /invoices HTTP/1.1"',
    ]);
    complain(workloadOf(draft, 'rel-ledgerly-haproxy'), 15, 14, [
      '[WARNING]  (8) : Server be_web/web1 is DOWN, reason: Layer4 timeout, check duration: 2001ms. 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.',
    ]);
    symptom(draft, 'HAProxyBackendDown', { proxy: 'be_web' }, 'Backend be_web has no server.');
  }),
];

const unresolved = (name: string): string => `time=%I level=ERROR msg="rank failed" err="dial tcp: lookup ${name} on 192.168.56.1:53: no such host"`;

const names = [
  incident('dns-policy-default', feed, ['DnsPolicyWrong', 'feed-api-v2', FAMILY], (draft) => {
    const api = workloadOf(draft, 'feed-api-v2');
    const pods = recreate(api, 12, ({ spec }) => {
      spec.dnsPolicy = 'Default';
    });
    complain(api, 11, 0.3, [unresolved('ranker-01'), unresolved('cassandra')], pods);
    symptom(draft, 'EnvoyClusterUpstream5xx', { service: 'edge-envoy', envoy_cluster_name: 'feed' }, 'Requests to cluster feed fail.');
  }),
  incident('dns-none-elsewhere', campus, ['DnsPolicyWrong', 'chat', FAMILY], (draft) => {
    const chat = workloadOf(draft, 'chat');
    const pods = rollOut(chat, 15, ({ spec }) => {
      spec.dnsPolicy = 'None';
      spec.dnsConfig = { nameservers: ['9.9.9.9'], searches: ['uni.example'] };
    });
    crash(chat, pods, {
      exit: 1,
      ranSeconds: 32,
      log: run(
        '{"level":60,"time":%M,"pid":1,"hostname":"%P","err":{"type":"MongoServerSelectionError","message":"getaddrinfo ENOTFOUND mongo","code":"ENOTFOUND"},"msg":"cannot start"}',
      ),
    });
  }),
  incident('dns-corefile', ledgerly, ['ClusterDnsDown', 'coredns', FAMILY], (draft) => {
    addSystem(draft);
    for (const { name, data } of draft.configMaps) if (name === 'coredns') data['Corefile'] = (data['Corefile'] ?? '').replace('fallthrough', 'fallthru');
    const coredns = workloadOf(draft, 'coredns');
    crash(coredns, coredns.pods, {
      exit: 1,
      ranSeconds: 0,
      log: run("plugin/kubernetes: /etc/coredns/Corefile:8 - Error during parsing: unknown property 'fallthru'"),
    });
    complain(workloadOf(draft, 'rel-ledgerly-web'), 12, 0.5, [
      'E, [%I #1] ERROR -- : ActiveRecord::ConnectionNotEstablished (could not translate host name "rel-ledgerly-postgresql" to address: Temporary failure in name resolution):',
    ]);
    complain(workloadOf(draft, 'rel-ledgerly-sidekiq'), 12, 0.9, [
      '%I pid=1 tid=2hk ERROR: getaddrinfo: Temporary failure in name resolution (redis://rel-ledgerly-redis:6379)',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'rel-ledgerly-web' }, 'The web tier answers with errors.');
  }),
  incident('dns-egress-denied', clinic, ['NetworkPolicyBlocks', 'labs', FAMILY], (draft) => {
    draft.extras.push(({ world }) => {
      world.add({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: meta(world, 'NetworkPolicy', 'labs-egress', 13, {}),
        spec: {
          podSelector: { matchLabels: { run: 'labs' } },
          policyTypes: ['Egress'],
          egress: [{ to: [{ podSelector: { matchLabels: { run: 'mysql' } } }], ports: [{ protocol: 'TCP', port: 3306 }] }],
        },
      });
    });
    complain(workloadOf(draft, 'labs'), 12, 0.6, [
      '%I ERROR 1 --- [labs] [nio-8080-exec-2] e.k.labs.BillingClient                   : I/O error on POST request for "http://billing2:8090/invoices": billing2: Temporary failure in name resolution',
      '%I  WARN 1 --- [labs] [l-1:housekeeper] com.zaxxer.hikari.pool.HikariPool        : HikariPool-1 - java.net.UnknownHostException: mysql: Temporary failure in name resolution',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'labs' }, 'labs answers with errors.');
  }),
];

const references = [
  incident('secret-env-from', campus, ['MissingSecret', 'grades', 'startup'], (draft) => {
    const grades = workloadOf(draft, 'grades');
    const pods = rollOut(
      grades,
      19,
      onMain((one) => {
        one.envFrom = [{ secretRef: { name: 'grades-oauth' } }];
      }),
    );
    for (const pod of pods) {
      const message = 'secret "grades-oauth" not found';
      pod.states[mainOf(grades).name] = { is: 'waiting', reason: 'CreateContainerConfigError', message };
      pod.events.push({ type: 'Warning', reason: 'Failed', message: `Error: ${message}`, first: 18.9, last: 0.2, count: 88, container: 'grades' });
    }
  }),
  incident('config-key-items', clinic, ['MissingConfigKey', 'portal', 'startup'], (draft) => {
    const portal = workloadOf(draft, 'portal');
    draft.configMaps.push({ name: 'portal-nginx', data: { 'nginx.conf': 'events {}\n' }, ago: 90_000 });
    const pods = rollOut(portal, 14, ({ spec }) => {
      spec.volumes = [{ name: 'config', configMap: { name: 'portal-nginx', items: [{ key: 'default.conf', path: 'default.conf' }] } }];
    });
    mountFails(portal, pods, 'MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: default.conf');
  }),
  incident('config-projected', feed, ['MissingConfigMap', 'ranker-01', 'startup'], (draft) => {
    const ranker = workloadOf(draft, 'ranker-01');
    const pods = recreate(ranker, 26, ({ spec }) => {
      spec.volumes = [{ name: 'model', projected: { sources: [{ configMap: { name: 'ranker-weights' } }] } }];
    });
    mountFails(ranker, pods, 'MountVolume.SetUp failed for volume "model" : configmap "ranker-weights" not found');
    symptom(draft, 'RankingFallback', { service: 'feed-api-v2' }, 'Timelines are not ranked.');
  }),
];

export const gateways: readonly (() => Draft)[] = [...routes, ...names, ...references];
