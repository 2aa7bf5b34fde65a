import { mainOf, serviceOf, setEnv, workloadOf } from '../draft.ts';
import { pino, plain, spring, zap } from '../log-lines.ts';
import { slog } from '../third/stack-lines.ts';
import { again } from '../third/tell.ts';
import { addObject, familyOf } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel } from './hotel.ts';
import { elixir, rails, sidekiq, structlog } from './log-styles.ts';
import { newRetail, of } from './retail.ts';
import { newVideo } from './video.ts';

const fault = familyOf('services');

/** The release was renamed, the selector was not. */
const selector = fault('service-selector', newRetail, 'ServiceSelectorMismatch', of('pricing'), (draft) => {
  serviceOf(draft, of('pricing')).selector = { 'app.kubernetes.io/name': of('pricing'), 'app.kubernetes.io/instance': 'alpina-green' };
  again(
    workloadOf(draft, of('storefront')),
    [
      pino(50, 'pricing failed', ({ clusterIpOf }) => ({
        err: { type: 'Error', message: `connect ECONNREFUSED ${clusterIpOf(of('pricing'))}:8080`, code: 'ECONNREFUSED', syscall: 'connect' },
      })),
    ],
    8,
    0.3,
  );
});

/** Through a Service without endpoints a driver of Java only times out. */
const brokerSelector = fault(
  'broker-selector',
  newHotel,
  'ServiceSelectorMismatch',
  'rabbitmq',
  (draft) => {
    serviceOf(draft, 'rabbitmq').selector = { app: 'rabbitmq', role: 'primary' };
    for (const name of ['bookings', 'mails'])
      again(
        workloadOf(draft, name),
        [
          spring(
            name,
            'ERROR',
            'ntContainer#0-1',
            'o.s.a.r.l.SimpleMessageListenerContainer',
            'Failed to check/redeclare auto-delete queue(s).\n\norg.springframework.amqp.AmqpConnectException: java.net.ConnectException: Connection refused',
          ),
        ],
        9,
        0.5,
      );
  },
  'ServiceAvailabilityDisruption',
);

const targetPort = fault('target-port', newVideo, 'ServiceTargetPortMismatch', 'catalog', (draft) => {
  serviceOf(draft, 'catalog').ports = [{ name: 'grpc', port: 50_051, targetPort: 50_052, protocol: 'TCP' }];
  again(
    workloadOf(draft, 'api'),
    [
      pino(50, 'catalog.ListTitles', ({ at, clusterIpOf }) => ({
        err: {
          code: 14,
          message: `14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED ${clusterIpOf('catalog')}:50051 (${at.toISOString()})`,
        },
      })),
    ],
    8,
    0.3,
  );
});

const targetName = fault(
  'target-name',
  newRetail,
  'ServiceTargetPortMismatch',
  of('shop-web'),
  (draft) => {
    serviceOf(draft, of('shop-web')).ports = [{ name: 'http', port: 80, targetPort: 'puma', protocol: 'TCP' }];
    again(
      workloadOf(draft, of('storefront')),
      [pino(50, 'shop api failed', { err: { message: 'fetch failed', cause: { code: 'ECONNREFUSED' } }, url: 'http://alpina-shop-web/api/products' })],
      8,
      0.3,
    );
  },
  'ServiceAvailabilityDisruption',
);

/** Moved to the port that TLS would have; who calls it was not told. */
const servicePort = fault(
  'service-port',
  newFleet,
  'ServicePortMismatch',
  'mosquitto',
  (draft) => {
    serviceOf(draft, 'mosquitto').ports = [{ name: 'mqtt', port: 8883, targetPort: 'mqtt', protocol: 'TCP' }];
    for (const name of ['bridge', 'geofence'])
      again(
        workloadOf(draft, name),
        [
          slog(
            'ERROR',
            'connect broker',
            ({ clusterIpOf }) => `broker=tcp://mosquitto:1883 error="network Error : dial tcp ${clusterIpOf('mosquitto')}:1883: i/o timeout"`,
          ),
        ],
        9,
        0.5,
      );
  },
  'ServiceAvailabilityDisruption',
);

const protocol = fault(
  'protocol',
  newVideo,
  'ServiceProtocolMismatch',
  'kafka',
  (draft) => {
    serviceOf(draft, 'kafka').ports = [{ name: 'tcp-client', port: 9092, targetPort: 9092, protocol: 'UDP' }];
    for (const name of ['transcoder', 'thumbnailer'])
      again(
        workloadOf(draft, name),
        [
          ({ at }) =>
            `%3|${Math.floor(at.getTime() / 1000)}.014|FAIL|rdkafka#consumer-1| [thrd:kafka:9092/bootstrap]: kafka:9092/bootstrap: Connection setup timed out in state CONNECT (after 30028ms in state CONNECT)`,
          structlog('error', 'consumer.error', { error: 'KafkaError{code=_ALL_BROKERS_DOWN,val=-187,str="1/1 brokers are down"}' }),
        ],
        9,
        0.6,
      );
    again(
      workloadOf(draft, 'uploader'),
      [
        zap('error', 'publish failed', ({ clusterIpOf }) => ({
          error: `kafka: client has run out of available brokers to talk to: dial tcp ${clusterIpOf('kafka')}:9092: i/o timeout`,
        })),
      ],
      9,
      0.7,
    );
  },
  'ServiceAvailabilityDisruption',
);

/** The server's certificate ran out; callers in Go and Ruby say so. */
const certificate = fault('certificate', newRetail, 'CertificateExpired', of('search'), (draft) => {
  for (const name of [of('shop-web'), of('shop-sidekiq')]) setEnv(mainOf(workloadOf(draft, name)), 'ELASTICSEARCH_URL', `https://${of('search')}:9200`);
  again(
    workloadOf(draft, of('shop-web')),
    [
      rails(
        'ERROR',
        'Faraday::SSLError (SSL_connect returned=1 errno=0 peeraddr=10.43.60.2:9200 state=error: certificate verify failed (certificate has expired)) https://alpina-search:9200/products/_search',
      ),
    ],
    9,
    0.4,
  );
  again(
    workloadOf(draft, of('shop-sidekiq')),
    [
      sidekiq(
        'ERROR',
        'IndexJob',
        'fail: Elastic::Transport::Transport::Error: SSL_connect returned=1 errno=0 peeraddr=10.43.60.2:9200 state=error: certificate verify failed (certificate has expired)',
      ),
    ],
    9,
    0.7,
  );
});

/** kube-proxy's rules are right, the class of the Ingress is nobody's. */
const ingressClass = fault(
  'ingress-class',
  newRetail,
  'IngressClassMissing',
  `Ingress/${of('storefront')}`,
  (draft) => {
    addObject(draft, 'networking.k8s.io/v1', 'IngressClass', 'traefik', 90_000, { spec: { controller: 'traefik.io/ingress-controller' } }, null);
    addObject(draft, 'networking.k8s.io/v1', 'Ingress', of('storefront'), 14, {
      spec: {
        ingressClassName: 'traefik-public',
        rules: [
          {
            host: 'www.alpina-outfit.example',
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: of('storefront'), port: { number: 8080 } } } }] },
          },
        ],
      },
      status: { loadBalancer: {} },
    });
  },
  'ServiceAvailabilityDisruption',
);

/** Ecto through a Service whose pods were all relabelled. */
const relabelled = fault(
  'relabelled',
  newFleet,
  'ServiceSelectorMismatch',
  'device-api',
  (draft) => {
    serviceOf(draft, 'device-api').selector = { app: 'device-api', track: 'stable' };
    again(
      workloadOf(draft, 'geofence'),
      [
        slog(
          'ERROR',
          'load device',
          ({ clusterIpOf }) =>
            `error="Get \\"http://device-api:4000/devices/NT-4411\\": dial tcp ${clusterIpOf('device-api')}:4000: connect: connection refused"`,
        ),
      ],
      7,
      0.3,
    );
    again(
      workloadOf(draft, 'haproxy'),
      [
        ({ at }) =>
          `[WARNING]  (8) : Server be_devices/s1 is DOWN, reason: Layer4 connection problem, info: "Connection refused at step 1 of tcp-check", check duration: 0ms. ${at.getUTCSeconds() % 2} active and 0 backup servers left.`,
        plain("[ALERT]    (8) : backend 'be_devices' has no server available!"),
      ],
      7,
      3,
    );
    again(workloadOf(draft, 'device-api'), [elixir('info', 'GET /health Sent 200 in 1ms')], 7, 1);
  },
  'PartialServiceUnreachability',
);

export const services = [selector, brokerSelector, targetPort, targetName, servicePort, protocol, certificate, ingressClass, relabelled];
