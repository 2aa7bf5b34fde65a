import { mainOf, onMain, recreate, rollOut, setEnv, templateOf, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { pino, plain, spring, zap } from '../log-lines.ts';
import { addSystem } from '../system.ts';
import { slog } from '../third/stack-lines.ts';
import { again } from '../third/tell.ts';
import { addObject, familyOf } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel } from './hotel.ts';
import { structlog } from './log-styles.ts';
import { newRetail, of } from './retail.ts';
import { newVideo } from './video.ts';

const fault = familyOf('services');

/** An address in the arguments, one letter off. */
const argument = fault('argument', newFleet, 'EnvironmentAddressMismatch', 'geofence', (draft) => {
  const geofence = workloadOf(draft, 'geofence');
  const pods = rollOut(
    geofence,
    9,
    onMain((one) => {
      one.args = ['--device-api=http://devices-api:4000', '--workers=4'];
      one.env = (one.env ?? []).filter(({ name }) => name !== 'DEVICE_API');
    }),
  );
  geofence.pods = pods;
  again(
    geofence,
    [slog('ERROR', 'load device', 'error="Get \\"http://devices-api:4000/devices/NT-4411\\": dial tcp: lookup devices-api on 10.43.0.10:53: no such host"')],
    8,
    0.3,
  );
});

/** The settings are a ConfigMap that the environment is taken from. */
const envFrom = fault('env-from', newRetail, 'EnvironmentAddressMismatch', of('storefront'), (draft) => {
  draft.configMaps.push({ name: of('storefront-env'), ago: 9, data: { SHOP_API: 'http://alpina-shop-web:3000', PRICING_API: 'http://alpina-pricing:8080' } });
  const storefront = workloadOf(draft, of('storefront'));
  recreate(
    storefront,
    9,
    onMain((one) => {
      one.env = [{ name: 'NODE_ENV', value: 'production' }];
      one.envFrom = [{ configMapRef: { name: of('storefront-env') } }];
    }),
  );
  again(
    storefront,
    [
      pino(50, 'shop api failed', {
        err: {
          message: 'fetch failed',
          cause: {
            name: 'ConnectTimeoutError',
            code: 'UND_ERR_CONNECT_TIMEOUT',
            message: 'Connect Timeout Error (attempted address: alpina-shop-web:3000, timeout: 10000ms)',
          },
        },
      }),
    ],
    8,
    0.4,
  );
});

/** The database moved to another namespace than the one that is called. */
const namespace = fault('namespace', newFleet, 'EnvironmentAddressMismatch', 'track-api', (draft) => {
  const api = workloadOf(draft, 'track-api');
  setEnv(mainOf(api), 'INFLUX_URL', 'http://influxdb.fleet-store.svc.cluster.local:8086');
  recreate(api, 7);
  again(
    api,
    [
      slog(
        'ERROR',
        'query',
        'error="Post \\"http://influxdb.fleet-store.svc.cluster.local:8086/api/v2/query?org=nordtrans\\": dial tcp: lookup influxdb.fleet-store.svc.cluster.local on 10.43.0.10:53: no such host"',
      ),
    ],
    6,
    0.3,
  );
});

/** gRPC for Node: the resolver has no addresses. */
const grpcName = fault('grpc-name', newVideo, 'EnvironmentAddressMismatch', 'api', (draft) => {
  const api = workloadOf(draft, 'api');
  setEnv(mainOf(api), 'CATALOG_ADDR', 'catalogue:50051');
  recreate(api, 8);
  again(api, [pino(50, 'catalog.ListTitles', { err: { code: 14, message: '14 UNAVAILABLE: Name resolution failed for target dns:catalogue:50051' } })], 7, 0.3);
});

/** On the host's network ClusterFirst means the host's resolver. */
const hostNetwork = fault('host-network-dns', newFleet, 'DnsPolicyWrong', 'bridge', (draft) => {
  const bridge = workloadOf(draft, 'bridge');
  templateOf(bridge).spec.hostNetwork = true;
  recreate(bridge, 9);
  again(
    bridge,
    [slog('ERROR', 'connect broker', 'broker=tcp://mosquitto:1883 error="network Error : dial tcp: lookup mosquitto on 192.168.56.1:53: no such host"')],
    8,
    0.3,
  );
});

const dnsNone = fault('dns-none', newVideo, 'DnsPolicyWrong', 'uploader', (draft) => {
  const uploader = workloadOf(draft, 'uploader');
  recreate(uploader, 8, ({ spec }) => {
    Object.assign(spec, {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.43.0.10'], searches: ['svc.cluster.local', 'cluster.local'], options: [{ name: 'ndots', value: '5' }] },
    });
  });
  again(
    uploader,
    [
      zap('error', 'put object failed', {
        error:
          'operation error S3: PutObject, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Put "http://minio:9000/media/a-4411.mp4": dial tcp: lookup minio on 10.43.0.10:53: no such host',
      }),
    ],
    7,
    0.4,
  );
});

/** A forward to itself; CoreDNS finds the loop and ends. */
const dnsLoop = fault(
  'dns-loop',
  newHotel,
  'ClusterDnsDown',
  'coredns',
  (draft) => {
    addSystem(draft);
    const dns = workloadOf(draft, 'coredns');
    crash(dns, recreate(dns, 10), {
      exit: 1,
      ranSeconds: 1,
      log: [
        [
          0.01,
          plain(
            '[FATAL] plugin/loop: Loop (127.0.0.1:53241 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 4547991504243258144.3688648895315093531."',
          ),
        ],
      ],
    });
    for (const name of ['bookings', 'offers', 'gateway'])
      again(
        workloadOf(draft, name),
        [
          spring(
            name,
            'ERROR',
            'nio-8080-exec-3',
            'o.a.c.c.C.[.[.[/].[dispatcherServlet]',
            'Servlet.service() threw exception\n\njava.net.UnknownHostException: rooms: Temporary failure in name resolution',
          ),
        ],
        9,
        0.5,
      );
  },
  'ServiceAvailabilityDisruption',
);

/** What leaves the thumbnailer may go to the bucket and the broker; names are not among it. */
const dnsPolicy = fault('policy-dns', newVideo, 'NetworkPolicyBlocks', 'thumbnailer', (draft) => {
  addObject(draft, 'networking.k8s.io/v1', 'NetworkPolicy', 'thumbnailer', 8, {
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'thumbnailer' } },
      policyTypes: ['Egress'],
      egress: [
        { to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'minio' } } }], ports: [{ protocol: 'TCP', port: 9000 }] },
        { to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'kafka' } } }], ports: [{ protocol: 'TCP', port: 9092 }] },
      ],
    },
  });
  again(
    workloadOf(draft, 'thumbnailer'),
    [
      ({ at }) =>
        `%3|${Math.floor(at.getTime() / 1000)}.881|FAIL|rdkafka#consumer-1| [thrd:kafka:9092/bootstrap]: kafka:9092/bootstrap: Failed to resolve 'kafka:9092': Temporary failure in name resolution (after 20021ms in state CONNECT)`,
      structlog('error', 'bucket.failed', {
        error: 'botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "http://minio:9000/media/a-4411.jpg"',
      }),
    ],
    7,
    0.5,
  );
});

/** The guard of the database lets in one namespace, and its callers are in another. */
const otherNamespace = fault(
  'policy-namespace',
  newFleet,
  'NetworkPolicyBlocks',
  'influxdb',
  (draft) => {
    addObject(
      draft,
      'networking.k8s.io/v1',
      'NetworkPolicy',
      'influxdb',
      7,
      { spec: { podSelector: { matchLabels: { app: 'influxdb' } }, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] } },
      'fleet-data',
    );
    for (const name of ['writer', 'track-api'])
      again(
        workloadOf(draft, name),
        [
          slog(
            'ERROR',
            'influx',
            ({ clusterIpOf }) =>
              `error="Post \\"http://influxdb.fleet-data.svc.cluster.local:8086/api/v2/write?bucket=positions\\": dial tcp ${clusterIpOf('influxdb')}:8086: i/o timeout"`,
          ),
        ],
        6,
        0.4,
      );
  },
  'ServiceAvailabilityDisruption',
);

/** The pods of the set do not know each other: their governing Service is gone. */
const headless = fault(
  'headless',
  newVideo,
  'HeadlessServiceMissing',
  'kafka',
  (draft) => {
    draft.services = draft.services.filter(({ name }) => name !== 'kafka-headless');
    const broker = workloadOf(draft, 'kafka');
    const pods = recreate(broker, 12);
    crash(broker, pods, {
      exit: 1,
      ranSeconds: 41,
      log: [
        [
          0.01,
          ({ at }) =>
            `[${at.toISOString().replace('T', ' ').replace('.', ',').replace('Z', '')}] ERROR [RaftManager id=0] Error resolving kafka-1.kafka-headless.vod.svc.cluster.local:9093 (org.apache.kafka.clients.NetworkClient)\njava.net.UnknownHostException: kafka-1.kafka-headless.vod.svc.cluster.local: Name or service not known`,
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

export const names = [argument, envFrom, namespace, grpcName, hostNetwork, dnsNone, dnsLoop, dnsPolicy, otherNamespace, headless];
