import { meta } from '../../../scripts/scenarios/world.ts';
import { mainOf, recreate, rollOut, setEnv, templateOf, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { access, plain } from '../log-lines.ts';
import type { Draft, Fields } from '../shape.ts';
import { addSystem } from '../system.ts';
import { newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { dotnet, laravel, python, ruby, slog } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { again, alarm, expect } from './tell.ts';
import { newWebshop, STOREFRONT_CONF } from './webshop.ts';

const FAMILY = 'routing';

/** nginx sends the basket to the catalog, which has no such page. */
function nginxRoute(): Draft {
  const draft = newWebshop('t-storefront-route');
  for (const map of draft.configMaps)
    if (map.name === 'storefront') map.data = { 'shop.conf': STOREFRONT_CONF.replace('proxy_pass http://cart', 'proxy_pass http://catalog') };
  recreate(workloadOf(draft, 'storefront'), 6);
  again(workloadOf(draft, 'storefront'), [access('/cart', 404, 1722, 'Mozilla/5.0', '10.42.2.1')], 5.5, 0.2);
  again(workloadOf(draft, 'catalog'), [ruby('FATAL', '[1f0c] ActionController::RoutingError (No route matches [GET] "/cart")')], 5.5, 0.3);
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'GatewayMisroute', 'storefront', FAMILY);
}

/** YARP's address of one cluster has the port of nobody. */
function yarpRoute(): Draft {
  const draft = newBank('t-edge-route');
  const edge = workloadOf(draft, 'edge');
  setEnv(mainOf(edge), 'ReverseProxy__Clusters__cards__Destinations__d1__Address', 'http://cards-api:8080/');
  recreate(edge, 7);
  again(
    edge,
    [
      dotnet(
        'warn',
        'Yarp.ReverseProxy.Forwarder.HttpForwarder',
        'Request: An error was encountered before receiving a response. System.Net.Http.HttpRequestException: Name or service not known (cards-api:8080)',
      ),
    ],
    6,
    0.3,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'GatewayMisroute', 'edge', FAMILY);
}

/** The Ingress still names the Service of before. */
function ingress(): Draft {
  const draft = newInference('t-ingress-backend');
  const path = (prefix: string, service: string): Fields => ({
    path: prefix,
    pathType: 'Prefix',
    backend: { service: { name: service, port: { number: 8000 } } },
  });
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: meta(world, 'IngressClass', 'nginx', 90_000, { namespace: null }),
      spec: { controller: 'k8s.io/ingress-nginx' },
    });
    world.add({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: meta(world, 'Ingress', 'api', 60_000, {}),
      spec: {
        ingressClassName: 'nginx',
        rules: [{ host: 'score.scorewerk.example', http: { paths: [path('/v1', 'scoring-api'), path('/models', 'registry')] } }],
      },
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.52' }] } },
    });
  });
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'GatewayMisroute', 'Ingress/api', FAMILY);
}

/** The node's resolver knows no Services. */
function dnsDefault(): Draft {
  const draft = newTelemetry('t-ingest-dns');
  const ingest = workloadOf(draft, 'ingest');
  templateOf(ingest).spec.dnsPolicy = 'Default';
  recreate(ingest, 8);
  again(ingest, [slog('ERROR', 'connect bus', 'url=nats://nats:4222 error="lookup nats on 192.168.56.1:53: no such host"')], 7, 0.3);
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'DnsPolicyWrong', 'ingest', FAMILY);
}

/** Names servers of its own, which are public. */
function dnsNone(): Draft {
  const draft = newWebshop('t-checkout-dns');
  const checkout = workloadOf(draft, 'checkout');
  const pods = rollOut(checkout, 7, ({ spec }) =>
    Object.assign(spec, { dnsPolicy: 'None', dnsConfig: { nameservers: ['9.9.9.9'], searches: ['gruenzeug.example'] } }),
  );
  checkout.pods = pods;
  again(
    checkout,
    [
      laravel(
        'ERROR',
        'SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for mariadb failed: Name or service not known (Connection: mysql, SQL: select * from `orders`)',
      ),
    ],
    6,
    0.3,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'DnsPolicyWrong', 'checkout', FAMILY);
}

/** Nobody answers names: the DNS of the cluster was scaled away. */
function dnsZero(): Draft {
  const draft = newInference('t-coredns-zero');
  addSystem(draft);
  Object.assign(workloadOf(draft, 'coredns'), { replicas: 0, pods: [], shortSince: 8 });
  for (const name of ['api', 'explainer', 'scorer'])
    again(workloadOf(draft, name), [python('ERROR', `${name}.client`, 'httpx.ConnectError: [Errno -3] Temporary failure in name resolution')], 7, 0.4);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'ClusterDnsDown', 'coredns', FAMILY);
}

/** CoreDNS does not start with a plugin that it does not know. */
function dnsCrash(): Draft {
  const draft = newBank('t-coredns-crash');
  addSystem(draft);
  for (const map of draft.configMaps)
    if (map.name === 'coredns') map.data = { Corefile: (map.data['Corefile'] ?? '').replace('    cache 30', '    cachee 30') };
  const coredns = workloadOf(draft, 'coredns');
  crash(coredns, recreate(coredns, 9), {
    exit: 1,
    ranSeconds: 0,
    log: [[0.01, plain("/etc/coredns/Corefile:16 - Error during parsing: Unknown directive 'cachee'")]],
  });
  for (const name of ['payments', 'cards', 'edge'])
    again(
      workloadOf(draft, name),
      [
        dotnet(
          'fail',
          'System.Net.Http.HttpClient.Default.ClientHandler',
          'System.Net.Http.HttpRequestException: Resource temporarily unavailable (accounts:8080)\n ---> System.Net.Sockets.SocketException (11): Resource temporarily unavailable',
        ),
      ],
      8,
      0.5,
    );
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'ClusterDnsDown', 'coredns', FAMILY);
}

/** The chart's new policy lets the registry in to the database, and nobody else. It is named after what it guards. */
function policyIn(): Draft {
  const draft = newTelemetry('t-timescale-policy');
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: meta(world, 'NetworkPolicy', 'timescaledb', 8, {}),
      spec: {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'timescaledb' } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'device-registry' } } }], ports: [{ protocol: 'TCP', port: 5432 }] }],
      },
    });
  });
  again(
    workloadOf(draft, 'query-api'),
    [
      slog(
        'ERROR',
        'query',
        ({ clusterIpOf }) => `error="failed to connect to \`user=hydro database=hydro\`: dial tcp ${clusterIpOf('timescaledb')}:5432: i/o timeout"`,
      ),
    ],
    7,
    0.4,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'NetworkPolicyBlocks', 'timescaledb', FAMILY);
}

/** A policy for what leaves the checkout forgot the broker and the catalog. */
function policyOut(): Draft {
  const draft = newWebshop('t-checkout-policy');
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: meta(world, 'NetworkPolicy', 'checkout', 7, {}),
      spec: {
        podSelector: { matchLabels: { app: 'checkout' } },
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
            ports: [
              { protocol: 'UDP', port: 53 },
              { protocol: 'TCP', port: 53 },
            ],
          },
          { to: [{ podSelector: { matchLabels: { app: 'mariadb' } } }], ports: [{ protocol: 'TCP', port: 3306 }] },
        ],
      },
    });
  });
  again(
    workloadOf(draft, 'checkout'),
    [
      laravel(
        'ERROR',
        'cURL error 28: Connection timed out after 5002 milliseconds (see https://curl.haxx.se/libcurl/c/libcurl-errors.html) for http://catalog:3000/api/prices',
      ),
      laravel('ERROR', 'stream_socket_client(): Unable to connect to tcp://rabbitmq:5672 (Connection timed out)'),
    ],
    6,
    0.5,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'NetworkPolicyBlocks', 'checkout', FAMILY);
}

/** The cards' certificate ran out; callers that check it hang up. */
function certificate(): Draft {
  const draft = newBank('t-cards-certificate');
  const cards = workloadOf(draft, 'cards');
  setEnv(mainOf(cards), 'Kestrel__Certificates__Default__Path', '/tls/tls.crt');
  setEnv(mainOf(cards), 'ASPNETCORE_URLS', 'https://+:8080');
  for (const probe of ['livenessProbe', 'readinessProbe'] as const)
    mainOf(cards)[probe] = { httpGet: { path: '/health/live', port: 8080, scheme: 'HTTPS' }, timeoutSeconds: 2 };
  setEnv(mainOf(workloadOf(draft, 'edge')), 'ReverseProxy__Clusters__cards__Destinations__d1__Address', 'https://cards:8080/');
  again(
    workloadOf(draft, 'edge'),
    [
      dotnet(
        'warn',
        'Yarp.ReverseProxy.Forwarder.HttpForwarder',
        'Request: An error was encountered before receiving a response. System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner exception.\n ---> System.Security.Authentication.AuthenticationException: The remote certificate is invalid because of errors in the certificate chain: NotTimeValid',
      ),
    ],
    7,
    0.4,
  );
  again(
    cards,
    [dotnet('warn', 'Microsoft.AspNetCore.Server.Kestrel.Https.Internal.HttpsConnectionMiddleware', 'The certificate CN=cards.core-banking.svc has expired.')],
    40,
    12,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'CertificateExpired', 'cards', FAMILY);
}

export const paths = [nginxRoute, yarpRoute, ingress, dnsDefault, dnsNone, dnsZero, dnsCrash, policyIn, policyOut, certificate];
