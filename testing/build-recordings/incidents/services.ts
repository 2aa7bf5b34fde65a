import { meta } from '../../../scripts/scenarios/world.ts';
import { podNotReady, replicasMismatch, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { newNewsroom } from '../apps/newsroom.ts';
import { newTicketing } from '../apps/ticketing.ts';
import { DAY, logTo, mainOf, recreate, repeat, rollOut, serviceOf, setEnv, workloadOf } from '../draft.ts';
import { oldRestart, probeFails } from '../faults.ts';
import { django, pino, spring, zap } from '../log-lines.ts';
import type { Draft } from '../shape.ts';

function selector(): Draft {
  const draft = newFleet('service-selector', ['geofence']);
  const service = serviceOf(draft, 'trips');
  service.selector = { app: 'trips', track: 'stable' };
  logTo(
    workloadOf(draft, 'edge-gateway'),
    repeat(48, 0.7, 9, (at) => [
      pino(50, 'upstream failed', {
        req: { method: 'GET', url: `/v1/trips?vehicle=${at}` },
        err: { message: 'connect ECONNREFUSED 10.43.71.18:3000', code: 'ECONNREFUSED', address: '10.43.71.18', port: 3000 },
        res: { statusCode: 502 },
      }),
    ]),
  );
  logTo(
    workloadOf(draft, 'geofence'),
    repeat(48, 0.7, 11, () => [
      zap('error', 'trip lookup failed', { error: 'Get "http://trips:3000/v1/trips/active": dial tcp 10.43.71.18:3000: connect: connection refused' }),
    ]),
  );
  const [pod] = workloadOf(draft, 'positions').pods;
  if (pod) oldRestart(pod, 'positions', 11 * DAY, 2, 2);
  vague(draft, 'HighErrorRate', 39, 'Trips cannot be shown.');
  draft.expected = { root_cause: 'ServiceSelectorMismatch', object: 'app/trips', family: 'service' };
  return draft;
}

function targetPort(): Draft {
  const draft = newNewsroom('service-target-port', ['imgproxy']);
  const service = serviceOf(draft, 'imgproxy');
  service.ports = [{ name: 'http', port: 8080, targetPort: 8088, protocol: 'TCP' }];
  logTo(
    workloadOf(draft, 'cms'),
    repeat(40, 0.5, 9, () => [
      django(
        'WARNING',
        'media.templatetags',
        ({ clusterIpOf }) =>
          `Could not measure image: HTTPConnectionPool(host='imgproxy', port=8080): Max retries exceeded with url: /info/plain/s3://media/2026/04/hafen.jpg (Caused by NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused')) ${clusterIpOf('imgproxy')}`,
      ),
    ]),
  );
  vague(draft, 'BlackboxProbeFailed', 30, 'Images are not delivered.', 'warning');
  draft.expected = { root_cause: 'ServiceTargetPortMismatch', object: 'app/imgproxy', family: 'service' };
  return draft;
}

function namedTargetPort(): Draft {
  const draft = newTicketing('service-named-port', ['pricing-service'], ['seat-inventory']);
  const service = serviceOf(draft, 'pricing-service');
  service.ports = [{ name: 'http', port: 8080, targetPort: 'web', protocol: 'TCP' }];
  setEnv(mainOf(workloadOf(draft, 'order-service')), 'PRICING_URL', 'http://pricing-service:8080');
  logTo(
    workloadOf(draft, 'order-service'),
    repeat(50, 0.5, 12, (at) => [
      spring(
        'order-service',
        'ERROR',
        `nio-8080-exec-${1 + at}`,
        'c.k.order.PricingClient',
        'I/O error on GET request for "http://pricing-service:8080/prices/hall-2": Connect to http://pricing-service:8080 failed: Connection refused',
      ),
    ]),
  );
  vague(draft, 'HighErrorRate', 44, 'Prices cannot be calculated.');
  draft.expected = { root_cause: 'ServiceTargetPortMismatch', object: 'app/pricing-service', family: 'service' };
  return draft;
}

function protocol(): Draft {
  const draft = newFleet('service-protocol', ['ingest', 'kafka'], ['trips', 'mongodb']);
  serviceOf(draft, 'kafka').ports = [{ name: 'client', port: 9092, targetPort: 9092, protocol: 'UDP' }];
  for (const name of ['ingest', 'positions'])
    logTo(
      workloadOf(draft, name),
      repeat(42, 0.4, 9, () => [
        zap('error', 'kafka: client has run out of available brokers to talk to', { error: 'dial tcp 10.43.9.90:9092: i/o timeout', brokers: ['kafka:9092'] }),
      ]),
    );
  probeFails(workloadOf(draft, 'ingest'), workloadOf(draft, 'ingest').pods, 'Readiness', 'HTTP probe failed with statuscode: 503');
  replicasMismatch(draft, 'ingest', 27);
  draft.expected = { root_cause: 'ServiceProtocolMismatch', object: 'app/kafka', family: 'service' };
  return draft;
}

/** The caller's environment names the service of another namespace's convention: that host does not exist. */
function envHost(): Draft {
  const draft = newFleet('env-host', ['notifier', 'kafka'], ['positions']);
  const notifier = workloadOf(draft, 'notifier');
  recreate(notifier, 52, (template) => {
    const [main] = template.spec.containers;
    if (main) setEnv(main, 'TRIPS_URL', 'http://trips-svc.fleet.svc.cluster.local:3000');
  });
  logTo(
    notifier,
    repeat(48, 0.6, 9, () => [
      pino(50, 'cannot load trip for notification', {
        err: {
          type: 'FetchError',
          message:
            'request to http://trips-svc.fleet.svc.cluster.local:3000/v1/trips/active failed, reason: getaddrinfo ENOTFOUND trips-svc.fleet.svc.cluster.local',
          code: 'ENOTFOUND',
          errno: 'ENOTFOUND',
        },
      }),
    ]),
  );
  vague(draft, 'NotificationsNotSent', 37, 'No notification was sent for 15 minutes.', 'warning');
  draft.expected = { root_cause: 'EnvironmentAddressMismatch', object: 'app/notifier', family: 'service' };
  return draft;
}

/** The caller's environment has the service's port wrong. */
function envPort(): Draft {
  const draft = newTicketing('env-port', ['payment-service'], ['redis', 'seat-inventory'], 'stadium');
  const orders = workloadOf(draft, 'order-service');
  const fresh = rollOut(
    orders,
    46,
    (template) => {
      const [main] = template.spec.containers;
      if (main) {
        main.image = main.image.replace('3.14.2', '3.15.0');
        setEnv(main, 'PAYMENT_SERVICE_PORT', '9080');
      }
    },
    ['worker-1'],
  );
  orders.pods = fresh;
  logTo(
    orders,
    repeat(44, 0.7, 9, (at) => [
      spring(
        'order-service',
        'ERROR',
        `nio-8080-exec-${1 + at}`,
        'c.k.order.payment.PaymentClient',
        'Payment call failed: I/O error on POST request for "http://payment-service:9080/payments": Connect to http://payment-service:9080 failed: Connect timed out',
      ),
    ]),
  );
  vague(draft, 'OrderFailureRateHigh', 35, 'Orders stay unpaid.');
  draft.expected = { root_cause: 'EnvironmentAddressMismatch', object: 'app/order-service', family: 'service' };
  return draft;
}

/** A policy lets only the old name of the caller through. */
function networkPolicy(): Draft {
  const draft = newTicketing('network-policy', ['customer-service'], ['seat-inventory', 'redis']);
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: meta(world, 'NetworkPolicy', 'mysql-clients', 51),
      spec: {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'mysql' } },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [{ podSelector: { matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: ['customer-service', 'seat-inventory'] }] } }],
            ports: [{ port: 3306, protocol: 'TCP' }],
          },
        ],
      },
    });
  });
  logTo(
    workloadOf(draft, 'order-service'),
    repeat(49, 0.6, 13, (at) => [
      spring(
        'order-service',
        'WARN',
        'l-1 housekeeper',
        'com.zaxxer.hikari.pool.PoolBase',
        'HikariPool-1 - Failed to create/setup connection: Communications link failure\n\nThe last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.\nCaused by: java.net.SocketTimeoutException: Connect timed out',
      ),
      spring(
        'order-service',
        'ERROR',
        `nio-8080-exec-${1 + at}`,
        'o.h.engine.jdbc.spi.SqlExceptionHelper',
        'HikariPool-1 - Connection is not available, request timed out after 30001ms (total=0, active=0, idle=0, waiting=7)',
      ),
    ]),
  );
  probeFails(workloadOf(draft, 'order-service'), workloadOf(draft, 'order-service').pods, 'Readiness', 'HTTP probe failed with statuscode: 503');
  podNotReady(draft, 'order-service', 33);
  draft.expected = { root_cause: 'NetworkPolicyBlocks', object: 'NetworkPolicy/mysql-clients', family: 'service' };
  return draft;
}

export const services = [selector, targetPort, namedTargetPort, protocol, envHost, envPort, networkPolicy];
