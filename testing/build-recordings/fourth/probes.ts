import { onMain, recreate, rollOut, workloadOf } from '../draft.ts';
import { probeFails } from '../faults.ts';
import { spring } from '../log-lines.ts';
import { exec, grpc, httpGet, tcp } from '../parts.ts';
import { again } from '../third/tell.ts';
import { familyOf } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel } from './hotel.ts';
import { tracing } from './log-styles.ts';
import { newRetail, of } from './retail.ts';
import { newVideo } from './video.ts';

const fault = familyOf('runtime');

/** A server of gRPC without the health service. */
const grpcHealth = fault(
  'grpc-health',
  newFleet,
  'LivenessProbeWrongProtocol',
  'writer',
  (draft) => {
    const writer = workloadOf(draft, 'writer');
    const pods = recreate(
      writer,
      9,
      onMain((one) => {
        one.livenessProbe = grpc(8080, { initialDelaySeconds: 5 });
      }),
    );
    probeFails(writer, pods, 'Liveness', 'timeout: failed to connect service "{ip}:8080" within 1s: context deadline exceeded', {
      kills: 6,
      exit: 0,
      ranSeconds: 37,
      backOff: true,
    });
  },
  'ServiceAbnormalRestart',
);

/** Asked in plain HTTP, a server of TLS answers 400. */
const http400 = fault(
  'http-to-https',
  newVideo,
  'LivenessProbeWrongProtocol',
  'uploader',
  (draft) => {
    const uploader = workloadOf(draft, 'uploader');
    const pods = rollOut(
      uploader,
      10,
      onMain((one) => {
        one.args = ['--tls-cert=/tls/tls.crt', '--tls-key=/tls/tls.key'];
        one.readinessProbe = { ...httpGet('/readyz', 8080), httpGet: { path: '/readyz', port: 8080, scheme: 'HTTPS' } };
      }),
    );
    uploader.pods = pods;
    probeFails(uploader, pods, 'Liveness', 'HTTP probe failed with statuscode: 400', { kills: 6, exit: 2, ranSeconds: 34 });
    for (const pod of pods)
      pod.previous['uploader'] = [
        [
          0.9,
          ({ ip, at }) =>
            `${at.toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/')} http: TLS handshake error from ${ip.replace(/\d+$/, '1')}:51022: client sent an HTTP request to an HTTPS server`,
        ],
      ];
  },
  'ServiceAbnormalRestart',
);

/** The health page wants a user since the security starter came in. */
const path401 = fault(
  'path-401',
  newHotel,
  'LivenessProbeWrongPath',
  'offers',
  (draft) => {
    const offers = workloadOf(draft, 'offers');
    const pods = recreate(
      offers,
      12,
      onMain((one) => {
        delete one.startupProbe;
        one.livenessProbe = httpGet('/actuator/info', 8080, { initialDelaySeconds: 20 });
      }),
    );
    probeFails(offers, pods, 'Liveness', 'HTTP probe failed with statuscode: 401', { kills: 7, exit: 143, ranSeconds: 50 });
  },
  'ServiceAbnormalRestart',
);

/** Half a minute to start, a probe from the first second. */
const hasty = fault(
  'hasty-jvm',
  newHotel,
  'LivenessProbeTooImpatient',
  'rooms',
  (draft) => {
    const rooms = workloadOf(draft, 'rooms');
    const pods = recreate(
      rooms,
      11,
      onMain((one) => {
        delete one.startupProbe;
        one.livenessProbe = httpGet('/actuator/health/liveness', 8080, { initialDelaySeconds: 3, periodSeconds: 3, failureThreshold: 2 });
      }),
    );
    probeFails(rooms, pods, 'Liveness', 'Get "http://{ip}:8080/actuator/health/liveness": dial tcp {ip}:8080: connect: connection refused', {
      kills: 9,
      exit: 143,
      ranSeconds: 9,
      backOff: true,
    });
    for (const pod of pods)
      pod.previous['rooms'] = [
        [0.5, spring('rooms', 'INFO', 'main', 'com.bergblick.rooms.Application', 'Starting Application v3.18.0 using Java 21.0.5')],
        [0.45, spring('rooms', 'INFO', 'main', '.s.d.r.c.RepositoryConfigurationDelegate', 'Bootstrapping Spring Data JPA repositories in DEFAULT mode.')],
      ];
  },
  'ServiceAbnormalRestart',
);

/** One second is too little for an answer that takes two. */
const timeout = fault(
  'probe-timeout',
  newRetail,
  'LivenessProbeTooImpatient',
  of('shop-web'),
  (draft) => {
    const web = workloadOf(draft, of('shop-web'));
    const pods = recreate(
      web,
      16,
      onMain((one) => {
        one.livenessProbe = httpGet('/up', 3000, { initialDelaySeconds: 2, timeoutSeconds: 1, periodSeconds: 2, failureThreshold: 1 });
      }),
    );
    probeFails(web, pods, 'Liveness', 'Get "http://{ip}:3000/up": context deadline exceeded (Client.Timeout exceeded while awaiting headers)', {
      kills: 11,
      exit: 137,
      ranSeconds: 21,
    });
  },
  'ServiceAbnormalRestart',
);

/** The port of the metrics, not of the service. */
const readyPort = fault(
  'ready-port',
  newFleet,
  'ReadinessProbeWrongPort',
  'mosquitto',
  (draft) => {
    const broker = workloadOf(draft, 'mosquitto');
    const pods = recreate(
      broker,
      9,
      onMain((one) => {
        one.readinessProbe = tcp(8883);
      }),
    );
    probeFails(broker, pods, 'Readiness', 'dial tcp {ip}:8883: connect: connection refused');
    again(
      workloadOf(draft, 'bridge'),
      [
        ({ at, clusterIpOf }) =>
          `time=${at.toISOString()} level=ERROR msg="connect broker" broker=tcp://mosquitto:1883 error="network Error : dial tcp ${clusterIpOf('mosquitto')}:1883: connect: connection refused"`,
      ],
      8,
      0.5,
    );
  },
  'ServiceAvailabilityDisruption',
);

/** HTTP/1.1 is asked of a server of gRPC. */
const readyHttp = fault('ready-http', newVideo, 'ReadinessProbeWrongProtocol', 'catalog', (draft) => {
  const catalog = workloadOf(draft, 'catalog');
  const pods = rollOut(
    catalog,
    8,
    onMain((one) => {
      one.readinessProbe = httpGet('/', 50_051);
    }),
    ['worker-1', 'worker-2'],
  );
  catalog.pods = pods;
  probeFails(
    catalog,
    pods,
    'Readiness',
    'Get "http://{ip}:50051/": malformed HTTP response "\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x05\\x00\\x00@\\x00"',
  );
  again(catalog, [tracing('INFO', 'catalog', 'serving gRPC on 0.0.0.0:50051')], 7.8, 60);
});

/** The page of readiness was renamed in the program only. */
const readyPath = fault('ready-path', newHotel, 'ReadinessProbeWrongPath', 'bookings', (draft) => {
  const bookings = workloadOf(draft, 'bookings');
  const pods = rollOut(
    bookings,
    14,
    onMain((one) => {
      one.readinessProbe = httpGet('/health/ready', 8080, { timeoutSeconds: 3 });
    }),
  );
  probeFails(bookings, pods, 'Readiness', 'HTTP probe failed with statuscode: 404');
});

const startPort = fault(
  'start-port',
  newHotel,
  'StartupProbeWrongPort',
  'mails',
  (draft) => {
    const mails = workloadOf(draft, 'mails');
    const pods = recreate(
      mails,
      13,
      onMain((one) => {
        one.startupProbe = httpGet('/actuator/health/liveness', 9001, { failureThreshold: 8, periodSeconds: 5 });
      }),
    );
    probeFails(mails, pods, 'Startup', 'Get "http://{ip}:9001/actuator/health/liveness": dial tcp {ip}:9001: connect: connection refused', {
      kills: 8,
      exit: 143,
      ranSeconds: 46,
      ready: false,
    });
    for (const pod of pods)
      pod.previous['mails'] = [
        [1.1, spring('mails', 'INFO', 'main', 'o.s.b.w.embedded.tomcat.TomcatWebServer', "Tomcat started on port 8080 (http) with context path '/'")],
        [1, spring('mails', 'INFO', 'main', 'com.bergblick.mails.Application', 'Started Application in 8.12 seconds (process running for 8.8)')],
      ];
  },
  'ServiceAbnormalRestart',
);

/** The script of the check is that of another image. */
const execMissing = fault(
  'exec-probe',
  newRetail,
  'ReadinessProbeFailing',
  of('redis-master'),
  (draft) => {
    const cache = workloadOf(draft, of('redis-master'));
    const pods = recreate(
      cache,
      10,
      onMain((one) => {
        one.readinessProbe = exec(['sh', '-c', '/health/ping_readiness_local.sh 1']);
      }),
    );
    probeFails(cache, pods, 'Readiness', 'sh: 1: /health/ping_readiness_local.sh: not found');
  },
  'ServiceAvailabilityDisruption',
);

export const probes = [grpcHealth, http400, path401, hasty, timeout, readyPort, readyHttp, readyPath, startPort, execMissing];
