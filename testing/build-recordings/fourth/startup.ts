import { mainOf, onMain, recreate, rollOut, setEnv, workloadOf } from '../draft.ts';
import { configFails, crash, imageFails, mountFails } from '../faults.ts';
import { plain } from '../log-lines.ts';
import { secretEnv } from '../parts.ts';
import type { Container, Draft, PodDraft, Workload } from '../shape.ts';
import { again } from '../third/tell.ts';
import { familyOf } from './fault.ts';
import { FLEET, newFleet } from './fleet.ts';
import { newHotel, STAYS } from './hotel.ts';
import { haproxy } from './log-styles.ts';
import { newRetail, of, RETAIL } from './retail.ts';
import { newVideo, VOD } from './video.ts';

const fault = familyOf('startup');

const image = (draft: Draft, name: string, ago: number, wanted: string, nodes?: readonly string[]): [Workload, PodDraft[]] => {
  const workload = workloadOf(draft, name);
  const change = onMain((one) => {
    one.image = wanted;
  });
  return [workload, nodes ? rollOut(workload, ago, change, nodes) : recreate(workload, ago, change)];
};

/** cri-dockerd's words for a tag that is not there. */
const tag = fault('tag', newFleet, 'ImageNotFound', 'writer', (draft) => {
  const [writer, pods] = image(draft, 'writer', 8, `${FLEET}/writer:v0.42.0`, ['worker-1']);
  imageFails(writer, pods, `Error response from daemon: manifest for ${FLEET}/writer:v0.42.0 not found: manifest unknown: manifest unknown`);
});

/** The robot's token in the pull secret ran out. */
const token = fault('pull-token', newHotel, 'ImageAccessDenied', 'rooms', (draft) => {
  const wanted = `${STAYS}/rooms:3.19.0`;
  const [rooms, pods] = image(draft, 'rooms', 9, wanted, ['worker-2']);
  imageFails(
    rooms,
    pods,
    `failed to pull and unpack image "${wanted}": failed to resolve reference "${wanted}": failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://harbor.bergblick.example/service/token?scope=repository%3Astays%2Frooms%3Apull&service=harbor-registry: 401 Unauthorized`,
  );
});

/** A registry of the house that speaks HTTP only. */
const plainHttp = fault('registry-http', newVideo, 'RegistryUnreachable', 'api', (draft) => {
  const wanted = 'registry.lumen.lan:5000/apps/api:2026.19.0';
  const [api, pods] = image(draft, 'api', 8, wanted, ['worker-3']);
  imageFails(
    api,
    pods,
    `failed to pull and unpack image "${wanted}": failed to resolve reference "${wanted}": failed to do request: Head "https://registry.lumen.lan:5000/v2/apps/api/manifests/2026.19.0": http: server gave HTTP response to HTTPS client`,
  );
});

/** systemd-resolved on the machine answers that there is no such host. */
const host = fault('registry-host', newRetail, 'RegistryDnsFailure', of('pricing'), (draft) => {
  const wanted = 'registry.alpina-outift.example/shop/pricing:1.31.0';
  const [pricing, pods] = image(draft, of('pricing'), 7, wanted);
  imageFails(
    pricing,
    pods,
    `Error response from daemon: Get "https://registry.alpina-outift.example/v2/": dial tcp: lookup registry.alpina-outift.example on 127.0.0.53:53: server misbehaving`,
  );
});

/** Built for arm64 alone. */
const platform = fault('platform', newVideo, 'ImagePlatformMismatch', 'thumbnailer', (draft) => {
  const wanted = `${VOD}/thumbnailer:2026.19.0-arm`;
  const [thumbnailer, pods] = image(draft, 'thumbnailer', 10, wanted);
  imageFails(thumbnailer, pods, `failed to pull and unpack image "${wanted}": no match for platform in manifest: not found`);
});

/** The image has the wrong machine's program, and Docker says it on start. */
const arch = fault(
  'exec-format',
  newRetail,
  'WrongArchitecture',
  of('storefront'),
  (draft) => {
    const [storefront, pods] = image(draft, of('storefront'), 6, `${RETAIL}/storefront:4.3.0-m2`, ['worker-2', 'worker-3']);
    crash(storefront, pods, { exit: 1, ranSeconds: 0, log: [[0.01, plain('exec /usr/local/bin/docker-entrypoint.sh: exec format error')]] });
  },
  'ServiceAbnormalRestart',
);

/** The file of the proxy's settings lies in a ConfigMap that was deleted. */
const map = fault(
  'volume-map',
  newFleet,
  'MissingConfigMap',
  'haproxy',
  (draft) => {
    draft.configMaps = draft.configMaps.filter(({ name }) => name !== 'haproxy');
    const proxy = workloadOf(draft, 'haproxy');
    mountFails(proxy, recreate(proxy, 7), 'MountVolume.SetUp failed for volume "conf" : configmap "haproxy" not found');
  },
  'ServiceAvailabilityDisruption',
);

/** A key of the ConfigMap was renamed; the volume picks it by name. */
const key = fault(
  'volume-key',
  newFleet,
  'MissingConfigKey',
  'mosquitto',
  (draft) => {
    for (const one of draft.configMaps) if (one.name === 'mosquitto') one.data = { 'broker.conf': one.data['mosquitto.conf'] ?? '' };
    const broker = workloadOf(draft, 'mosquitto');
    const pods = recreate(broker, 8, ({ spec }) => {
      spec.volumes = [{ name: 'conf', configMap: { name: 'mosquitto', items: [{ key: 'mosquitto.conf', path: 'mosquitto.conf' }], defaultMode: 420 } }];
    });
    mountFails(broker, pods, 'MountVolume.SetUp failed for volume "conf" : configmap references non-existent config key: mosquitto.conf');
  },
  'ServiceAvailabilityDisruption',
);

/** The container that prepares the data base wants a Secret of another release. */
const initSecret = fault('init-secret', newRetail, 'MissingSecret', of('shop-web'), (draft) => {
  const web = workloadOf(draft, of('shop-web'));
  const migrate: Container = {
    name: 'migrate',
    image: `${RETAIL}/web:2026.5.2`,
    args: ['rake', 'db:migrate'],
    env: [secretEnv('DB_ROOT_PASSWORD', 'alpine-mysql', 'password')],
  };
  const pods = rollOut(web, 9, ({ spec }) => {
    spec.initContainers = [migrate];
  });
  for (const pod of pods) {
    const message = 'secret "alpine-mysql" not found';
    pod.initStates = { migrate: { is: 'waiting', reason: 'CreateContainerConfigError', message } };
    pod.events.push({ type: 'Warning', reason: 'Failed', message: `Error: ${message}`, first: 8.8, last: 0.2, count: 40, container: 'migrate' });
  }
});

/** The image's user is a name, so the kubelet cannot tell that it is not root. */
const user = fault('user-name', newVideo, 'RunAsNonRootViolation', 'api', (draft) => {
  const api = workloadOf(draft, 'api');
  const pods = rollOut(api, 8, ({ spec }) => {
    spec.securityContext = { runAsNonRoot: true };
  });
  configFails(
    api,
    pods,
    'container has runAsNonRoot and image has non-numeric user (node), cannot verify user is non-root (pod: "api-7f9c_vod(1c3)", container: api)',
  );
});

/** A directory is mounted where the image has a file. */
const subPath = fault(
  'mount-file',
  newHotel,
  'ContainerStartError',
  'offers',
  (draft) => {
    const offers = workloadOf(draft, 'offers');
    const message =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/var/lib/kubelet/pods/0b1/volumes/kubernetes.io~configmap/settings" to rootfs at "/app/settings.yaml": mount src=/var/lib/kubelet/pods/0b1/volumes/kubernetes.io~configmap/settings, dst=/app/settings.yaml, dstFd=/proc/thread-self/fd/8, flags=0x5001: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type';
    const pods = rollOut(offers, 7, ({ spec }) => {
      spec.volumes = [{ name: 'settings', configMap: { name: 'gateway-config', defaultMode: 420 } }];
      for (const one of spec.containers) one.volumeMounts = [{ name: 'settings', mountPath: '/app/settings.yaml' }];
    });
    crash(offers, pods, { exit: 128, reason: 'StartError', ranSeconds: 0, message });
    for (const pod of pods)
      pod.events.push({ type: 'Warning', reason: 'Failed', message: `Error: ${message}`, first: 6.8, last: 1.1, count: 5, container: 'offers' });
  },
  'ServiceAbnormalRestart',
);

/** The script lost its execute bit in the move to another build. */
const bit = fault(
  'execute-bit',
  newFleet,
  'CommandNotExecutable',
  'track-api',
  (draft) => {
    const api = workloadOf(draft, 'track-api');
    const message =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/srv/run.sh": permission denied: unknown';
    const pods = rollOut(
      api,
      8,
      onMain((one) => {
        one.command = ['/srv/run.sh'];
      }),
    );
    crash(api, pods, { exit: 128, reason: 'StartError', ranSeconds: 0, message });
    for (const pod of pods)
      pod.events.push({ type: 'Warning', reason: 'Failed', message: `Error: ${message}`, first: 7.8, last: 1, count: 6, container: 'track-api' });
  },
  'ServiceAbnormalRestart',
);

/** The path of the program is that of the image before. */
const path = fault(
  'command-path',
  newVideo,
  'CommandNotFound',
  'uploader',
  (draft) => {
    const uploader = workloadOf(draft, 'uploader');
    const message =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app/bin/uploader": stat /app/bin/uploader: no such file or directory: unknown';
    const pods = recreate(
      uploader,
      6,
      onMain((one) => {
        one.command = ['/app/bin/uploader'];
      }),
    );
    crash(uploader, pods, { exit: 128, reason: 'StartError', ranSeconds: 0, message });
    for (const pod of pods)
      pod.events.push({ type: 'Warning', reason: 'Failed', message: `Error: ${message}`, first: 5.8, last: 1, count: 5, container: 'uploader' });
  },
  'ServiceAbnormalRestart',
);

/** The index belongs to root; the process is user 1000. */
const owner = fault(
  'volume-owner',
  newRetail,
  'VolumePermissionDenied',
  of('search'),
  (draft) => {
    const search = workloadOf(draft, of('search'));
    const pods = recreate(search, 9, ({ spec }) => {
      spec.securityContext = { runAsUser: 1000, runAsGroup: 1000 };
    });
    crash(search, pods, {
      exit: 1,
      ranSeconds: 14,
      log: [
        [
          0.02,
          plain(
            '{"log.level":"ERROR","message":"fatal exception while booting Elasticsearch","ecs.version":"1.2.0","error.type":"java.lang.IllegalStateException","error.message":"failed to obtain node locks, tried [/data]; maybe these locations are not writable or multiple nodes were started on the same data path?"}',
          ),
        ],
        [0.01, plain('Caused by: java.nio.file.AccessDeniedException: /data/node.lock')],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

/** Waits for a database of a name that is nobody's. */
const waits = fault(
  'init-waits',
  newHotel,
  'EnvironmentAddressMismatch',
  'bookings',
  (draft) => {
    const bookings = workloadOf(draft, 'bookings');
    setEnv(mainOf(bookings), 'SPRING_DATASOURCE_URL', 'jdbc:sqlserver://mssql-primary:1433;databaseName=bookings;encrypt=false');
    const pods = recreate(bookings, 7, ({ spec }) => {
      spec.initContainers = [
        {
          name: 'wait-for-db',
          image: 'docker.io/library/busybox:1.37',
          command: ['sh', '-c', 'until nc -z -w2 mssql-primary 1433; do echo waiting; sleep 2; done'],
        },
      ];
    });
    for (const pod of pods) {
      pod.initStates = { 'wait-for-db': { is: 'running' } };
      pod.logs['wait-for-db'] = [
        [1.1, plain("nc: bad address 'mssql-primary'\nwaiting")],
        [0.6, plain("nc: bad address 'mssql-primary'\nwaiting")],
        [0.1, plain("nc: bad address 'mssql-primary'\nwaiting")],
      ];
    }
  },
  'ServiceAvailabilityDisruption',
);

/** HAProxy reads its file and refuses it. */
const settings = fault(
  'proxy-settings',
  newFleet,
  'ApplicationCrash',
  'haproxy',
  (draft) => {
    for (const one of draft.configMaps)
      if (one.name === 'haproxy') one.data = { 'haproxy.cfg': (one.data['haproxy.cfg'] ?? '').replace('  mode http', '  mode htpp') };
    const proxy = workloadOf(draft, 'haproxy');
    crash(proxy, recreate(proxy, 6), {
      exit: 1,
      ranSeconds: 0,
      log: [
        [0.02, haproxy('ALERT', "config : parsing [/usr/local/etc/haproxy/haproxy.cfg:2] : 'mode' expects either 'tcp', 'http', or 'log', got 'htpp'.")],
        [0.01, haproxy('ALERT', 'config : Fatal errors found in configuration.')],
      ],
    });
    again(workloadOf(draft, 'track-api'), [plain('time=2026-01-01T00:00:00Z level=INFO msg="no requests for a minute"')], 5, 2);
  },
  'ServiceAvailabilityDisruption',
);

export const startup = [tag, token, plainHttp, host, platform, arch, map, key, initSecret, user, subPath, bit, path, owner, waits, settings];
