import { targetDown, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { addIngress, newNewsroom } from '../apps/newsroom.ts';
import { gatewayRoutes, NGINX_CONF, newTicketing } from '../apps/ticketing.ts';
import { logTo, recreate, repeat, workloadOf } from '../draft.ts';
import { probeFails, slowStartNoise } from '../faults.ts';
import { access, celery, django, nginxError, pino, spring } from '../log-lines.ts';
import { stateMetrics } from '../metrics.ts';
import type { Draft } from '../shape.ts';
import { addSystem } from '../system.ts';
import { gatewayFails } from './java-traces.ts';

/** The nginx in front proxies to a port that the gateway's Service does not have. */
function nginxPort(): Draft {
  const draft = newTicketing('gateway-nginx-port', ['web'], ['seat-inventory']);
  const conf = draft.configMaps.find(({ name }) => name === 'web-nginx');
  if (conf) {
    conf.data = { 'nginx.conf': NGINX_CONF.replace('server api-gateway:8080;', 'server api-gateway:80;') };
    conf.ago = 37;
  }
  const web = workloadOf(draft, 'web');
  recreate(web, 36);
  logTo(
    web,
    repeat(34, 0.3, 6, (at) => [
      nginxError(
        'error',
        ({ clusterIpOf }) =>
          `*${118 + at * 7} upstream timed out (110: Operation timed out) while connecting to upstream, client: 10.42.0.0, server: , request: "GET /api/events?page=${at} HTTP/1.1", upstream: "http://${clusterIpOf('api-gateway')}:80/api/events?page=${at}", host: "tickets.kassenhaus.example"`,
      ),
      access(`/api/events?page=${at}`, 504, 167, 'Mozilla/5.0'),
    ]),
  );
  vague(draft, 'ServiceAvailabilityDisruption', 30, 'The ticket shop answers with 504.');
  draft.expected = { root_cause: 'GatewayMisroute', object: 'app/web', family: 'gateway' };
  return draft;
}

/** A route of Spring Cloud Gateway sends orders to the catalogue, which has no such path. */
function springRoute(): Draft {
  const draft = newTicketing('gateway-spring-route', ['event-catalog'], ['redis'], 'boxoffice');
  const conf = draft.configMaps.find(({ name }) => name === 'api-gateway-config');
  const all = ['seat-inventory', 'order-service', 'event-catalog'];
  if (conf) {
    conf.data = { 'application.yml': gatewayRoutes(all).replace('uri: http://order-service:8080', 'uri: http://event-catalog:8080') };
    conf.ago = 44;
  }
  recreate(workloadOf(draft, 'api-gateway'), 43);
  logTo(
    workloadOf(draft, 'event-catalog'),
    repeat(40, 0.4, 8, (at) => [
      spring(
        'event-catalog',
        'WARN',
        `nio-8080-exec-${1 + at}`,
        'o.s.w.s.m.support.DefaultHandlerExceptionResolver',
        'Resolved [org.springframework.web.servlet.resource.NoResourceFoundException: No static resource api/orders.]',
      ),
    ]),
  );
  logTo(
    workloadOf(draft, 'api-gateway'),
    repeat(40, 0.4, 8, (at) => [
      spring('api-gateway', 'INFO', `ctor-http-nio-${1 + at}`, 'com.kassenhaus.gateway.AccessLog', 'POST /api/orders -> event-catalog:8080 404 in 9 ms'),
    ]),
  );
  vague(draft, 'HighErrorRate', 33, 'Orders are answered with 404.');
  draft.expected = { root_cause: 'GatewayMisroute', object: 'app/api-gateway', family: 'gateway' };
  return draft;
}

/** The Ingress names a Service of an earlier release that is no longer there. */
function ingressBackend(): Draft {
  const draft = newNewsroom('gateway-ingress-backend', ['imgproxy'], ['ingress']);
  addIngress(draft, 'site', 'www.tagespost.example', [
    ['/media/', 'imgproxy', 8080],
    ['/', 'cms-web', 80],
  ]);
  stateMetrics(draft);
  vague(draft, 'ServiceAvailabilityDisruption', 14, 'https://www.tagespost.example answers with 503.');
  draft.expected = { root_cause: 'GatewayMisroute', object: 'Ingress/site', family: 'gateway' };
  return draft;
}

/** A pod with dnsPolicy Default asks the node's resolver, which does not know the cluster's names. */
function dnsPolicy(): Draft {
  const draft = newTicketing('dns-policy', ['payment-service']);
  const orders = workloadOf(draft, 'order-service');
  const fresh = recreate(orders, 31, (template) => {
    template.spec.dnsPolicy = 'Default';
  });
  slowStartNoise(fresh, 8080, 'app');
  logTo(
    orders,
    repeat(29, 0.4, 7, (at) => [
      spring(
        'order-service',
        'WARN',
        'l-1 housekeeper',
        'com.zaxxer.hikari.pool.PoolBase',
        'HikariPool-1 - Failed to create/setup connection: Communications link failure\n\nThe last packet sent successfully to the server was 0 milliseconds ago.\nCaused by: java.net.UnknownHostException: mysql',
      ),
      spring(
        'order-service',
        'ERROR',
        `nio-8080-exec-${1 + at}`,
        'c.k.order.payment.PaymentClient',
        'Payment call failed: I/O error on POST request for "http://payment-service:8080/payments": payment-service: Name or service not known',
      ),
    ]),
  );
  vague(draft, 'OrderFailureRateHigh', 22, 'Orders cannot be placed.');
  draft.expected = { root_cause: 'DnsPolicyWrong', object: 'app/order-service', family: 'dns' };
  return draft;
}

/** A pod with its own name server, which is not there. */
function dnsConfig(): Draft {
  const draft = newFleet('dns-config-nameserver', ['ingest', 'kafka'], ['mongodb', 'trips'], 'telematics');
  const gateway = workloadOf(draft, 'edge-gateway');
  recreate(gateway, 58, (template) => {
    template.spec.dnsPolicy = 'None';
    template.spec.dnsConfig = {
      nameservers: ['10.96.0.10'],
      searches: ['telematics.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
      options: [{ name: 'ndots', value: '5' }],
    };
  });
  logTo(
    gateway,
    repeat(54, 0.6, 9, (at) => [
      pino(50, 'request errored', {
        req: { method: 'GET', url: `/v1/vehicles/${80 + at}/position` },
        err: { type: 'Error', message: '14 UNAVAILABLE: Name resolution failed for target dns:positions:9000', code: 14 },
        res: { statusCode: 503 },
      }),
      pino(40, 'getaddrinfo EAI_AGAIN positions', { err: { code: 'EAI_AGAIN', syscall: 'getaddrinfo', hostname: 'positions' } }),
    ]),
  );
  vague(draft, 'HighErrorRate', 45, 'Vehicle positions are not shown.');
  draft.expected = { root_cause: 'DnsPolicyWrong', object: 'app/edge-gateway', family: 'dns' };
  return draft;
}

/** The cluster's DNS has no pods: someone scaled it down. */
function dnsDown(): Draft {
  const draft = newNewsroom('dns-cluster-down');
  addSystem(draft);
  const dns = workloadOf(draft, 'coredns');
  dns.replicas = 0;
  dns.pods = [];
  dns.shortSince = 27;
  logTo(
    workloadOf(draft, 'cms'),
    repeat(25, 0.5, 5, () => [
      django(
        'ERROR',
        'django.request',
        'Internal Server Error: /\nTraceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/django/db/backends/base/base.py", line 279, in ensure_connection\n    self.connect()\npsycopg.OperationalError: [Errno -3] Temporary failure in name resolution',
      ),
      access('/', 500, 145, 'Mozilla/5.0'),
    ]),
  );
  logTo(
    workloadOf(draft, 'worker'),
    repeat(25, 0.5, 5, (at) => [
      celery(
        'ERROR',
        'MainProcess',
        `consumer: Cannot connect to redis://redis:6379/0: Error -3 connecting to redis:6379. Temporary failure in name resolution..\nTrying again in ${2 + at * 2}.00 seconds... (${at + 1}/100)`,
      ),
    ]),
  );
  probeFails(workloadOf(draft, 'cms'), workloadOf(draft, 'cms').pods, 'Readiness', 'HTTP probe failed with statuscode: 500', {});
  vague(draft, 'ServiceAvailabilityDisruption', 20, 'https://www.tagespost.example answers with 503.');
  targetDown(draft, 'coredns', 'kube-prometheus-stack-coredns', '100', 15, 'kube-system');
  draft.expected = { root_cause: 'ClusterDnsDown', object: 'app/coredns', family: 'dns' };
  return draft;
}

/** Nobody runs what the gateway and the workers need: scaled to zero. */
function zeroRedis(): Draft {
  const draft = newNewsroom('zero-replicas-redis', ['beat'], [], 'media-site');
  const redis = workloadOf(draft, 'redis');
  redis.replicas = 0;
  redis.pods = [];
  redis.shortSince = 40;
  draft.extras.push(({ world, find }) => {
    world.event({
      about: find('Deployment', 'redis'),
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled down replica set ${world.objects.get('ReplicaSet')?.findLast(({ metadata }) => metadata.name.startsWith('redis-'))?.metadata.name} from 1 to 0`,
      firstAgo: 40,
      component: 'deployment-controller',
    });
  });
  logTo(
    workloadOf(draft, 'worker'),
    repeat(38, 0.5, 8, (at) => [
      celery(
        'ERROR',
        'MainProcess',
        ({ clusterIpOf }) =>
          `consumer: Cannot connect to redis://redis:6379/0: Error 111 connecting to ${clusterIpOf('redis')}:6379. Connection refused..\nTrying again in ${2 * at + 2}.00 seconds... (${at + 1}/100)`,
      ),
    ]),
  );
  logTo(
    workloadOf(draft, 'beat'),
    repeat(38, 0.5, 11, () => [
      celery('ERROR', 'MainProcess', 'beat: Connection error: Error 111 connecting to redis:6379. Connection refused.. Trying again in 32.0 seconds...'),
    ]),
  );
  logTo(
    workloadOf(draft, 'cms'),
    repeat(38, 0.5, 11, () => [
      django(
        'ERROR',
        'django.request',
        'Internal Server Error: /redaktion/\nTraceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/redis/connection.py", line 363, in connect\nredis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.',
      ),
    ]),
  );
  vague(draft, 'ServiceAvailabilityDisruption', 31, 'Pages of the editors fail.');
  draft.expected = { root_cause: 'ScaledToZero', object: 'app/redis', family: 'replicas' };
  return draft;
}

function zeroPayments(): Draft {
  const draft = newTicketing('zero-replicas-service', ['payment-service'], ['redis', 'seat-inventory']);
  const payments = workloadOf(draft, 'payment-service');
  payments.replicas = 0;
  payments.pods = [];
  payments.shortSince = 5 * 60;
  logTo(
    workloadOf(draft, 'order-service'),
    repeat(55, 0.8, 13, (at) => [
      spring(
        'order-service',
        'ERROR',
        `nio-8080-exec-${1 + at}`,
        'c.k.order.payment.PaymentClient',
        'Payment call failed: I/O error on POST request for "http://payment-service:8080/payments": Connection refused',
      ),
      spring('order-service', 'WARN', `nio-8080-exec-${1 + at}`, 'c.k.order.OrderService', 'Order 88213 stays in state PAYMENT_PENDING'),
    ]),
  );
  logTo(
    workloadOf(draft, 'api-gateway'),
    repeat(55, 0.8, 18, (at) => [
      gatewayFails(
        at,
        '/api/payments/methods',
        'io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: payment-service/10.43.118.4:8080',
      ),
    ]),
  );
  vague(draft, 'HighErrorRate', 240, 'Payments fail.');
  draft.expected = { root_cause: 'ScaledToZero', object: 'app/payment-service', family: 'replicas' };
  return draft;
}

export const routes = [nginxPort, springRoute, ingressBackend, dnsPolicy, dnsConfig, dnsDown, zeroRedis, zeroPayments];
