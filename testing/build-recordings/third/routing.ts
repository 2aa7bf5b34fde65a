import { mainOf, recreate, rollOut, serviceOf, setEnv, workloadOf } from '../draft.ts';
import { access, nginxError } from '../log-lines.ts';
import type { Draft } from '../shape.ts';
import { newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { dotnet, laravel, python, slog } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { again, alarm, expect } from './tell.ts';
import { newWebshop } from './webshop.ts';

const FAMILY = 'routing';

/** The Service looks for a label of before the renaming. */
function selector(): Draft {
  const draft = newWebshop('t-catalog-selector');
  serviceOf(draft, 'catalog').selector = { app: 'catalogue' };
  again(
    workloadOf(draft, 'storefront'),
    [
      nginxError(
        'error',
        ({ clusterIpOf }) =>
          `*4411 connect() failed (111: Connection refused) while connecting to upstream, client: 10.42.2.1, server: , request: "GET /products HTTP/1.1", upstream: "http://${clusterIpOf('catalog')}:3000/products"`,
      ),
      access('/products', 502, 157, 'Mozilla/5.0', '10.42.2.1'),
    ],
    6,
    0.3,
  );
  for (const name of ['cart', 'checkout'])
    again(
      workloadOf(draft, name),
      [
        laravel(
          'ERROR',
          'cURL error 7: Failed to connect to catalog port 3000 after 1 ms: Could not connect to server (see https://curl.haxx.se/libcurl/c/libcurl-errors.html) for http://catalog:3000/api/prices',
        ),
      ],
      6,
      0.7,
    );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'ServiceSelectorMismatch', 'catalog', FAMILY);
}

/** A second label in the selector that no pod has. */
function selectorVersion(): Draft {
  const draft = newTelemetry('t-registry-selector');
  serviceOf(draft, 'device-registry').selector = { 'app.kubernetes.io/name': 'device-registry', 'app.kubernetes.io/version': '2.32.0' };
  for (const name of ['ingest', 'query-api'])
    again(
      workloadOf(draft, name),
      [
        slog(
          'ERROR',
          'resolve device',
          ({ clusterIpOf }) =>
            `error="Get \\"http://device-registry:8080/v1/devices/pump-0417\\": dial tcp ${clusterIpOf('device-registry')}:8080: connect: connection refused"`,
        ),
      ],
      5,
      0.3,
    );
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'ServiceSelectorMismatch', 'device-registry', FAMILY);
}

/** The number behind the Service is that of no container. */
function targetPort(): Draft {
  const draft = newBank('t-ledger-target-port');
  serviceOf(draft, 'ledger').ports = [{ name: 'http', port: 8080, targetPort: 80, protocol: 'TCP' }];
  for (const name of ['payments', 'statements'])
    again(
      workloadOf(draft, name),
      [
        dotnet(
          'fail',
          'System.Net.Http.HttpClient.ledger.LogicalHandler',
          'System.Net.Http.HttpRequestException: Connection refused (ledger:8080)\n ---> System.Net.Sockets.SocketException (111): Connection refused',
        ),
      ],
      7,
      0.4,
    );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'ServiceTargetPortMismatch', 'ledger', FAMILY);
}

/** The Service names a port that the containers call otherwise. */
function targetName(): Draft {
  const draft = newInference('t-scorer-target-name');
  serviceOf(draft, 'scorer').ports = [{ name: 'http', port: 8000, targetPort: 'web', protocol: 'TCP' }];
  for (const name of ['api', 'explainer'])
    again(
      workloadOf(draft, name),
      [python('ERROR', `${name}.client`, 'httpx.ConnectError: [Errno 111] Connection refused (POST http://scorer:8000/v1/score)')],
      6,
      0.4,
    );
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'ServiceTargetPortMismatch', 'scorer', FAMILY);
}

/** The port of the Service was moved to 80, its callers were not. */
function servicePort(): Draft {
  const draft = newTelemetry('t-query-service-port');
  serviceOf(draft, 'query-api').ports = [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }];
  again(
    workloadOf(draft, 'console'),
    [
      nginxError(
        'error',
        ({ clusterIpOf }) =>
          `*812 upstream timed out (110: Operation timed out) while connecting to upstream, client: 10.42.1.1, server: , request: "GET /api/v1/series HTTP/1.1", upstream: "http://${clusterIpOf('query-api')}:8080/v1/series"`,
      ),
    ],
    6,
    0.4,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'ServicePortMismatch', 'query-api', FAMILY);
}

/** A broker of TCP behind a Service of UDP. */
function protocol(): Draft {
  const draft = newTelemetry('t-nats-udp');
  serviceOf(draft, 'nats').ports = [{ name: 'client', port: 4222, targetPort: 4222, protocol: 'UDP' }];
  for (const name of ['ingest', 'rules-engine', 'notifier'])
    again(workloadOf(draft, name), [slog('ERROR', 'reconnect bus', 'url=nats://nats:4222 error="dial tcp 10.43.61.7:4222: i/o timeout"')], 7, 0.5);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'ServiceProtocolMismatch', 'nats', FAMILY);
}

/** A name that no Service has, in one workload's environment. */
function envHost(): Draft {
  const draft = newBank('t-cards-env-host');
  const cards = workloadOf(draft, 'cards');
  setEnv(mainOf(cards), 'Accounts__Url', 'http://account-service:8080');
  recreate(cards, 8);
  again(
    cards,
    [
      dotnet(
        'fail',
        'System.Net.Http.HttpClient.accounts.ClientHandler',
        'System.Net.Http.HttpRequestException: Name or service not known (account-service:8080)\n ---> System.Net.Sockets.SocketException (0xFFFDFFFF): Name or service not known',
      ),
    ],
    7,
    0.4,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'EnvironmentAddressMismatch', 'cards', FAMILY);
}

/** The right name at the port of another service. */
function envPort(): Draft {
  const draft = newWebshop('t-checkout-env-port');
  const checkout = workloadOf(draft, 'checkout');
  setEnv(mainOf(checkout), 'CATALOG_URL', 'http://catalog:8080');
  recreate(checkout, 6);
  again(
    checkout,
    [
      laravel(
        'ERROR',
        'cURL error 28: Failed to connect to catalog port 8080 after 3001 ms: Timeout was reached (see https://curl.haxx.se/libcurl/c/libcurl-errors.html) for http://catalog:8080/api/prices',
      ),
    ],
    5,
    0.4,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'EnvironmentAddressMismatch', 'checkout', FAMILY);
}

/** The Service is called in a namespace where it is not. */
function envNamespace(): Draft {
  const draft = newInference('t-explainer-env-namespace');
  const explainer = workloadOf(draft, 'explainer');
  const pods = rollOut(explainer, 7, ({ spec }) => {
    const [one] = spec.containers;
    if (one) setEnv(one, 'FEATURE_STORE_URL', 'http://feature-store.features.svc.cluster.local:8000');
  });
  explainer.pods = pods;
  again(
    explainer,
    [
      python(
        'ERROR',
        'explainer.features',
        'httpx.ConnectError: [Errno -2] Name or service not known (http://feature-store.features.svc.cluster.local:8000/v1/lookup)',
      ),
    ],
    6,
    0.4,
  );
  alarm(draft, 'ServiceQualityDegradation');
  return expect(draft, 'EnvironmentAddressMismatch', 'explainer', FAMILY);
}

export const routing = [selector, selectorVersion, targetPort, targetName, servicePort, protocol, envHost, envPort, envNamespace];
