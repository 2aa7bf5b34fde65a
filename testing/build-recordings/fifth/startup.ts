import { mainOf, onMain, recreate, rollOut, templateOf, workloadOf } from '../draft.ts';
import { configFails, crash, imageFails, mountFails } from '../faults.ts';
import type { Draft, PodDraft, Template, Workload } from '../shape.ts';
import { complain, incident, run, symptom } from './fleet.ts';
import { CAMPUS_IMAGES, CLINIC_IMAGES, campus, clinic, FEED_IMAGES, feed, LEDGERLY_IMAGES, ledgerly } from './fleets.ts';

const FAMILY = 'startup';

/** A new image, in a rollout or everywhere at once. Returns the pods that wait for it. */
function newImage(workload: Workload, image: string, ago: number, everywhere = false): PodDraft[] {
  const change = onMain((one) => {
    one.image = image;
  });
  return everywhere ? recreate(workload, ago, change) : rollOut(workload, ago, change);
}

const containerd = (image: string, why: string): string => `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${why}`;

const images = [
  incident('registry-name-mirror', clinic, ['RegistryDnsFailure', 'labs', FAMILY], (draft) => {
    const image = 'registry.klinik.exmaple/care/labs:2.4.0';
    imageFails(
      workloadOf(draft, 'labs'),
      newImage(workloadOf(draft, 'labs'), image, 16),
      containerd(
        image,
        'failed to do request: Head "https://registry.klinik.exmaple/v2/care/labs/manifests/2.4.0": dial tcp: lookup registry.klinik.exmaple on 192.168.56.2:53: no such host',
      ),
    );
  }),
  incident('registry-name-crio', ledgerly, ['RegistryDnsFailure', 'rel-ledgerly-haproxy', FAMILY], (draft) => {
    const image = 'mirror.int.ledgerly.example:5000/library/haproxy:3.0.6';
    imageFails(
      workloadOf(draft, 'rel-ledgerly-haproxy'),
      newImage(workloadOf(draft, 'rel-ledgerly-haproxy'), image, 8, true),
      `initializing source docker://${image}: pinging container registry mirror.int.ledgerly.example:5000: Get "https://mirror.int.ledgerly.example:5000/v2/": dial tcp: lookup mirror.int.ledgerly.example on 127.0.0.53:53: server misbehaving`,
    );
    symptom(draft, 'ProbeFailed', { target: 'https://app.ledgerly.example' }, 'The address does not answer.');
  }),
  incident('registry-name-timeout', campus, ['RegistryDnsFailure', 'node/worker-2', FAMILY], (draft) => {
    const image = `${CAMPUS_IMAGES}/grades:0.19.0`;
    imageFails(
      workloadOf(draft, 'grades'),
      newImage(workloadOf(draft, 'grades'), image, 27),
      containerd(
        image,
        'failed to do request: Head "https://harbor.uni.example:8443/v2/campus/grades/manifests/0.19.0": dial tcp: lookup harbor.uni.example on 192.168.56.1:53: read udp 192.168.56.22:38112->192.168.56.1:53: i/o timeout',
      ),
    );
  }),
  incident('image-repository-typo', feed, ['ImageNotFound', 'push', FAMILY], (draft) => {
    const image = `${FEED_IMAGES}/psuh:5.3.0`;
    imageFails(workloadOf(draft, 'push'), newImage(workloadOf(draft, 'push'), image, 140), containerd(image, `${image}: not found`));
    symptom(draft, 'KubeDeploymentReplicasMismatch', { deployment: 'push' }, 'Deployment has not matched the expected number of replicas.', 90, 'warning');
  }),
  incident('image-tag-crio', ledgerly, ['ImageNotFound', 'rel-ledgerly-sidekiq', FAMILY], (draft) => {
    const image = `${LEDGERLY_IMAGES}/app:v3.9`;
    imageFails(
      workloadOf(draft, 'rel-ledgerly-sidekiq'),
      newImage(workloadOf(draft, 'rel-ledgerly-sidekiq'), image, 23, true),
      `reading manifest v3.9 in ${LEDGERLY_IMAGES}/app: manifest unknown`,
    );
    symptom(draft, 'SidekiqQueueLatency', { queue: 'default' }, 'Jobs wait for more than ten minutes.');
  }),
  incident('image-name-invalid', campus, ['ImageNotFound', 'timetable', FAMILY], (draft) => {
    const timetable = workloadOf(draft, 'timetable');
    const image = 'harbor.uni.example:8443/Campus/timetable:8.1.0';
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format: repository name (Campus/timetable) must be lowercase`;
    for (const pod of newImage(timetable, image, 12)) {
      pod.states[mainOf(timetable).name] = { is: 'waiting', reason: 'InvalidImageName', message };
      pod.events.push({ type: 'Warning', reason: 'InspectFailed', message, first: 11.9, last: 0.3, count: 55, container: mainOf(timetable).name });
      pod.events.push({
        type: 'Warning',
        reason: 'Failed',
        message: 'Error: InvalidImageName',
        first: 11.9,
        last: 0.3,
        count: 55,
        container: mainOf(timetable).name,
      });
    }
  }),
  incident('pull-secret-gone', clinic, ['ImagePullSecretMissing', 'intake', FAMILY], (draft) => {
    const intake = workloadOf(draft, 'intake');
    const image = `${CLINIC_IMAGES}/intake:4.12.0`;
    draft.secrets = draft.secrets.filter(({ name }) => name !== 'regcred');
    const pods = rollOut(intake, 18, (template) => {
      for (const one of template.spec.containers) one.image = image;
      template.spec.imagePullSecrets = [{ name: 'regcred' }];
    });
    imageFails(
      intake,
      pods,
      containerd(image, 'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials'),
    );
    for (const pod of pods)
      pod.events.push({
        type: 'Warning',
        reason: 'FailedToRetrieveImagePullSecret',
        message: 'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
        first: 17.9,
        last: 0.6,
        count: 70,
      });
  }),
  incident('pull-secret-renamed', feed, ['ImagePullSecretMissing', 'ranker-01', FAMILY], (draft) => {
    const ranker = workloadOf(draft, 'ranker-01');
    const image = `${FEED_IMAGES}/ranker:0.45.0`;
    draft.secrets.push({ name: 'ghcr-pull', keys: ['.dockerconfigjson'], type: 'kubernetes.io/dockerconfigjson', ago: 90_000 });
    const pods = recreate(ranker, 33, (template) => {
      for (const one of template.spec.containers) one.image = image;
      template.spec.imagePullSecrets = [{ name: 'ghcr-pul' }];
    });
    imageFails(
      ranker,
      pods,
      containerd(
        image,
        `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Amurmur-social%2Franker%3Apull&service=ghcr.io: 401 Unauthorized`,
      ),
    );
    for (const pod of pods)
      pod.events.push({
        type: 'Warning',
        reason: 'FailedToRetrieveImagePullSecret',
        message: 'Unable to retrieve some image pull secrets (ghcr-pul); attempting to pull the image may not succeed.',
        first: 32.9,
        last: 0.6,
        count: 130,
      });
    complain(workloadOf(draft, 'feed-api-v2'), 30, 1.5, [
      'time=%I level=ERROR msg="rank failed" err="rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp 10.43.9.12:7070: connect: connection refused\\""',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'feed-api-v2' }, 'feed-api-v2 answers with errors.');
  }),
  incident('pull-secret-not-named', campus, ['ImagePullSecretMissing', 'chat', FAMILY], (draft) => {
    const image = `${CAMPUS_IMAGES}/chat:3.4.0`;
    const chat = workloadOf(draft, 'chat');
    imageFails(
      chat,
      newImage(chat, image, 7),
      containerd(image, 'unexpected status from HEAD request to https://harbor.uni.example:8443/v2/campus/chat/manifests/3.4.0: 401 Unauthorized'),
    );
  }),
];

/** Runs as somebody whom the files of the claim do not belong to. */
const owner =
  (name: string) =>
  ({ spec }: Template): void => {
    spec.securityContext = { runAsUser: 10_001, runAsNonRoot: true };
    spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: `data-${name}-0` } }];
  };

function denied(draft: Draft, name: string, ago: number, lines: string[], exit = 1): void {
  const workload = workloadOf(draft, name);
  const pods = recreate(workload, ago, owner(name));
  crash(workload, pods.slice(0, 1), { exit, ranSeconds: 3, log: run(...lines) });
  workload.pods = pods.slice(0, 1);
}

const files = [
  incident('volume-owner-redis', ledgerly, ['VolumePermissionDenied', 'rel-ledgerly-redis', FAMILY], (draft) => {
    denied(draft, 'rel-ledgerly-redis', 12, [
      '1:C %R * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo',
      "1:M %R # Can't open or create append-only dir appendonlydir: Permission denied",
    ]);
    complain(workloadOf(draft, 'rel-ledgerly-sidekiq'), 11, 0.8, [
      '%I pid=1 tid=2hk ERROR: Error fetching job: Connection refused - connect(2) for 10.43.7.40:6379',
    ]);
    symptom(draft, 'SidekiqDown', { service: 'sidekiq' }, 'No job is worked on.');
  }),
  incident('volume-owner-mysql', clinic, ['VolumePermissionDenied', 'mysql', FAMILY], (draft) => {
    denied(draft, 'mysql', 20, [
      '%I 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.39) starting as process 1',
      "mysqld: Can't create/write to file '/var/lib/mysql/is_writable' (OS errno 13 - Permission denied)",
      "%I 0 [ERROR] [MY-010187] [Server] Could not open file '/var/lib/mysql/binlog.index' for error logging: Permission denied",
      '%I 0 [ERROR] [MY-010119] [Server] Aborting',
    ]);
  }),
  incident('volume-owner-elastic', ledgerly, ['VolumePermissionDenied', 'rel-ledgerly-search', FAMILY], (draft) => {
    denied(
      draft,
      'rel-ledgerly-search',
      38,
      [
        '{"@timestamp":"%I", "log.level":"ERROR", "message":"fatal exception while booting Elasticsearch", "error.type":"java.lang.IllegalStateException","error.message":"failed to obtain node locks, tried [/usr/share/elasticsearch/data]; maybe these locations are not writable or multiple nodes were started on the same data path?","error.stack_trace":"Caused by: java.nio.file.AccessDeniedException: /usr/share/elasticsearch/data/node.lock"}',
        'ERROR: Elasticsearch did not exit normally - check the logs at /usr/share/elasticsearch/logs/docker-cluster.log',
      ],
      78,
    );
  }),
];

const references = [
  incident('secret-volume', feed, ['MissingSecret', 'push', FAMILY], (draft) => {
    const push = workloadOf(draft, 'push');
    draft.secrets = draft.secrets.filter(({ name }) => name !== 'push-keys');
    mountFails(
      push,
      recreate(push, 17, ({ spec }) => {
        spec.volumes = [{ name: 'keys', secret: { secretName: 'push-keys', defaultMode: 256 } }];
      }),
      'MountVolume.SetUp failed for volume "keys" : secret "push-keys" not found',
    );
  }),
  incident('config-from', campus, ['MissingConfigMap', 'lms', FAMILY], (draft) => {
    const lms = workloadOf(draft, 'lms');
    configFails(
      lms,
      rollOut(
        lms,
        10,
        onMain((one) => {
          one.envFrom = [{ configMapRef: { name: 'lms-settings-2025' } }];
        }),
      ),
      'configmap "lms-settings-2025" not found',
    );
  }),
  incident('secret-key', ledgerly, ['MissingConfigKey', 'rel-ledgerly-web', FAMILY], (draft) => {
    const web = workloadOf(draft, 'rel-ledgerly-web');
    const pods = rollOut(
      web,
      15,
      onMain((one) => {
        one.env = [...(one.env ?? []), { name: 'SMTP_USER', valueFrom: { secretKeyRef: { name: 'rel-ledgerly-app', key: 'smtp-user' } } }];
      }),
    );
    configFails(web, pods, `couldn't find key smtp-user in Secret accounting/rel-ledgerly-app`);
    symptom(
      draft,
      'KubeContainerWaiting',
      { container: templateOf(web).spec.containers[0]?.name ?? '' },
      'Pod container waiting longer than 1 hour.',
      1,
      'warning',
    );
  }),
];

export const startup = [...images, ...files, ...references];
