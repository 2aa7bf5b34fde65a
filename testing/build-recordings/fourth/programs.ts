import { crashLooping } from '../alerts.ts';
import { mainOf, onMain, recreate, rollOut, setEnv, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { plain, spring } from '../log-lines.ts';
import { env, resources } from '../parts.ts';
import { familyOf } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel, STAYS } from './hotel.ts';
import { newRetail, of } from './retail.ts';
import { newVideo, VOD } from './video.ts';

const fault = familyOf('runtime');

/** The shipper of logs beside the program is what is killed. */
const sidecarMemory = fault('sidecar-memory', newFleet, 'OOMKilled', 'track-api', (draft) => {
  const api = workloadOf(draft, 'track-api');
  const pods = rollOut(
    api,
    25,
    ({ spec }) => {
      spec.containers.push({ name: 'log-shipper', image: 'docker.io/fluent/fluent-bit:3.2.4', resources: resources('10m', '16Mi', '24Mi') });
    },
    ['worker-1', 'worker-2'],
  );
  api.pods = pods;
  crash(api, pods, {
    container: 'log-shipper',
    exit: 137,
    reason: 'OOMKilled',
    ranSeconds: 19,
    restarts: 9,
    log: [[0.05, plain('[2026/01/01 00:00:00] [ info] [input:tail:tail.0] inotify_fs_add(): inode=1048 watch_fd=1 name=/var/log/track.log')]],
  });
  crashLooping(draft, 'track-api', 'log-shipper', 8);
});

/** The heap is full long before the limit of the container is. */
const heap = fault(
  'heap',
  newHotel,
  'ApplicationCrash',
  'offers',
  (draft) => {
    const offers = workloadOf(draft, 'offers');
    setEnv(mainOf(offers), 'JAVA_TOOL_OPTIONS', '-Xmx96m -XX:+ExitOnOutOfMemoryError');
    crash(offers, recreate(offers, 14), {
      exit: 3,
      ranSeconds: 71,
      log: [
        [0.4, spring('offers', 'INFO', 'main', 'com.bergblick.offers.Cache', 'warming 412000 offers')],
        [0.01, plain('Terminating due to java.lang.OutOfMemoryError: Java heap space')],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

const placeholder = fault(
  'placeholder',
  newHotel,
  'MissingEnvironment',
  'mails',
  (draft) => {
    const mails = workloadOf(draft, 'mails');
    const pods = recreate(
      mails,
      9,
      onMain((one) => {
        one.env = (one.env ?? []).filter(({ name }) => name !== 'SPRING_MAIL_HOST');
      }),
    );
    crash(mails, pods, {
      exit: 1,
      ranSeconds: 9,
      log: [
        [
          0.03,
          spring(
            'mails',
            'WARN',
            'main',
            'o.s.b.w.s.c.AnnotationConfigServletWebServerApplicationContext',
            "Exception encountered during context initialization - cancelling refresh attempt: org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'mailSender': Injection of autowired dependencies failed",
          ),
        ],
        [
          0.01,
          spring(
            'mails',
            'ERROR',
            'main',
            'o.s.boot.SpringApplication',
            "Application run failed\n\norg.springframework.beans.factory.BeanCreationException: Error creating bean with name 'mailSender': Injection of autowired dependencies failed\n\tat org.springframework.beans.factory.annotation.AutowiredAnnotationBeanPostProcessor.postProcessProperties(AutowiredAnnotationBeanPostProcessor.java:515)\nCaused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'SPRING_MAIL_HOST' in value \"\u0024{SPRING_MAIL_HOST}\"\n\tat org.springframework.util.PropertyPlaceholderHelper.parseStringValue(PropertyPlaceholderHelper.java:180)",
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

/** Rust unwraps what is not there. */
const unwrap = fault(
  'unwrap',
  newVideo,
  'MissingEnvironment',
  'catalog',
  (draft) => {
    const catalog = workloadOf(draft, 'catalog');
    const pods = rollOut(
      catalog,
      8,
      onMain((one) => {
        one.image = `${VOD}/catalog:2026.19.0`;
        one.env = (one.env ?? []).filter(({ name }) => name !== 'DATABASE_NAME');
      }),
      ['worker-1', 'worker-2'],
    );
    catalog.pods = pods;
    crash(catalog, pods, {
      exit: 101,
      ranSeconds: 0,
      log: [
        [
          0.01,
          plain(
            "thread 'main' panicked at src/main.rs:31:42:\nDATABASE_NAME must be set: NotPresent\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

/** envalid lists what is not set. */
const envalid = fault(
  'envalid',
  newRetail,
  'MissingEnvironment',
  of('storefront'),
  (draft) => {
    const storefront = workloadOf(draft, of('storefront'));
    const pods = recreate(
      storefront,
      7,
      onMain((one) => {
        one.env = (one.env ?? []).filter(({ name }) => name !== 'PRICING_API');
      }),
    );
    crash(storefront, pods, {
      exit: 1,
      ranSeconds: 1,
      log: [
        [
          0.01,
          plain(
            '================================\n Missing environment variables:\n    PRICING_API: undefined\n================================\n\n Exiting with error code 1',
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

/** Spring Boot's analysis of a port that another container took. */
const port = fault(
  'port',
  newHotel,
  'PortConflict',
  'offers',
  (draft) => {
    const offers = workloadOf(draft, 'offers');
    const pods = recreate(offers, 10, ({ spec }) => {
      spec.containers.push({ name: 'stub', image: `${STAYS}/wiremock:3.10.0`, args: ['--port=8080'], ports: [{ name: 'stub', containerPort: 8080 }] });
    });
    crash(offers, pods, {
      exit: 1,
      ranSeconds: 11,
      log: [
        [
          0.01,
          plain(
            "***************************\nAPPLICATION FAILED TO START\n***************************\n\nDescription:\n\nWeb server failed to start. Port 8080 was already in use.\n\nAction:\n\nIdentify and stop the process that's listening on port 8080 or configure this application to listen on another port.",
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

/** A Node exporter beside the API: neither declares the other's port. */
const nodePort = fault(
  'port-node',
  newVideo,
  'PortConflict',
  'api',
  (draft) => {
    const api = workloadOf(draft, 'api');
    const pods = rollOut(api, 8, ({ spec }) => {
      spec.containers.push({ name: 'rum-proxy', image: `${VOD}/rum-proxy:0.8.0`, env: env({ PORT: '3000' }) });
    });
    crash(api, pods, {
      container: 'rum-proxy',
      exit: 1,
      ranSeconds: 1,
      log: [
        [
          0.01,
          plain(
            "node:events:497\n      throw er; // Unhandled 'error' event\n      ^\n\nError: listen EADDRINUSE: address already in use :::3000\n    at Server.setupListenHandle [as _listen2] (node:net:1908:16)\n    at listenInCluster (node:net:1965:12) {\n  code: 'EADDRINUSE',\n  errno: -98,\n  syscall: 'listen',\n  address: '::',\n  port: 3000\n}",
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

export const programs = [sidecarMemory, heap, placeholder, unwrap, envalid, port, nodePort];
