import { onMain, recreate, rollOut, workloadOf } from '../draft.ts';
import { imageFails, mountFails, unschedulable } from '../faults.ts';
import { makeStorageClass } from '../make-cluster.ts';
import { addClaim, addStaticVolume, claimTemplate } from '../parts.ts';
import type { Draft, Workload } from '../shape.ts';
import { BANK, newBank } from './bank.ts';
import { ML, newInference } from './inference.ts';
import { python } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { again, alarm, expect } from './tell.ts';
import { newWebshop } from './webshop.ts';

const FAMILY = 'placement';
const CONTROL = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';
const none = (why: string): string =>
  `0/4 nodes are available: ${why}, ${CONTROL}. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.`;

/** A tag that was never pushed. */
function tag(): Draft {
  const draft = newInference('t-api-tag');
  const api = workloadOf(draft, 'api');
  const pods = rollOut(
    api,
    9,
    onMain((one) => {
      one.image = `${ML}/api:0.45.0-rc1`;
    }),
  );
  imageFails(
    api,
    pods,
    `rpc error: code = NotFound desc = failed to pull and unpack image "${ML}/api:0.45.0-rc1": failed to resolve reference "${ML}/api:0.45.0-rc1": ${ML}/api:0.45.0-rc1: not found`,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'ImageNotFound', 'api', FAMILY);
}

/** The registry moved to a host that the nodes do not know. */
function registryHost(): Draft {
  const draft = newTelemetry('t-notifier-registry-host');
  const notifier = workloadOf(draft, 'notifier');
  const image = 'registry.internal.hydro-grid.lan/notifier:2.31.0';
  imageFails(
    notifier,
    recreate(
      notifier,
      8,
      onMain((one) => {
        one.image = image;
      }),
    ),
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://registry.internal.hydro-grid.lan/v2/notifier/manifests/2.31.0": dial tcp: lookup registry.internal.hydro-grid.lan on 192.168.56.1:53: no such host`,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'RegistryDnsFailure', 'notifier', FAMILY);
}

/** A private registry, and no credentials with the pod. */
function noPullSecret(): Draft {
  const draft = newBank('t-fx-pull-secret');
  const fx = workloadOf(draft, 'fx-rates');
  const image = `${BANK}/fx-rates:24.12.0`;
  imageFails(
    fx,
    recreate(fx, 7, (template) => {
      for (const one of template.spec.containers) one.image = image;
      template.spec.imagePullSecrets = [{ name: 'acr-pull' }];
    }),
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://sparhafen.azurecr.io/oauth2/token?scope=repository%3Acore%2Ffx-rates%3Apull&service=sparhafen.azurecr.io: 401 Unauthorized`,
  );
  for (const pod of fx.pods)
    pod.events.push({
      type: 'Warning',
      reason: 'FailedToRetrieveImagePullSecret',
      message: 'Unable to retrieve some image pull secrets (acr-pull); attempting to pull the image may not succeed.',
      first: 6.9,
      last: 0.4,
      count: 30,
    });
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'ImagePullSecretMissing', 'fx-rates', FAMILY);
}

/** Docker Hub has had enough. */
function rateLimit(): Draft {
  const draft = newTelemetry('t-redis-rate-limit');
  const redis = workloadOf(draft, 'redis');
  const image = 'docker.io/library/redis:7.4.3-alpine';
  imageFails(
    redis,
    recreate(
      redis,
      9,
      onMain((one) => {
        one.image = image;
      }),
    ),
    `failed to pull and unpack image "${image}": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/manifests/sha256:02419de7eddf55aa5bcf49efb74e88fa8d931b4d77c07eff8a6b2144472b6952: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit`,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'ImagePullRateLimited', 'redis', FAMILY);
}

/** The mirror's certificate is signed by nobody the nodes trust. */
function registryTls(): Draft {
  const draft = newWebshop('t-cart-registry-tls');
  const cart = workloadOf(draft, 'cart');
  const image = 'mirror.gruenzeug.example/shop/cart:8.4.2';
  const pods = rollOut(
    cart,
    10,
    onMain((one) => {
      one.image = image;
    }),
  );
  imageFails(
    cart,
    pods,
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://mirror.gruenzeug.example/v2/shop/cart/manifests/8.4.2": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'RegistryUnreachable', 'cart', FAMILY);
}

/** The share of the file server is not exported any more. */
function nfs(): Draft {
  const draft = newBank('t-statements-nfs');
  const statements = workloadOf(draft, 'statements');
  const pods = recreate(statements, 11, ({ spec }) => {
    spec.volumes = [{ name: 'archive', nfs: { server: '192.168.56.90', path: '/export/statements' } }];
  });
  mountFails(
    statements,
    pods,
    'MountVolume.SetUp failed for volume "archive" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 192.168.56.90:/export/statements /var/lib/kubelet/pods/7d1a/volumes/kubernetes.io~nfs/archive\nOutput: mount.nfs: access denied by server while mounting 192.168.56.90:/export/statements',
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'VolumeMountFailed', 'statements', FAMILY);
}

/** A class of storage of another cluster. */
function storageClass(): Draft {
  const draft = newInference('t-minio-class');
  stuckClaim(
    draft,
    workloadOf(draft, 'minio'),
    9,
    { class: 'gp3', size: '100Gi' },
    { reason: 'ProvisioningFailed', message: 'storageclass.storage.k8s.io "gp3" not found' },
  );
  again(
    workloadOf(draft, 'registry'),
    [python('ERROR', 'mlflow.store', 'botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "http://minio:9000/models"')],
    8,
    0.6,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'StorageClassMissing', 'minio', FAMILY);
}

/** The volumes made by hand are smaller than the claim. */
function capacity(): Draft {
  const draft = newWebshop('t-mariadb-capacity');
  addStaticVolume(draft, { name: 'san-07', size: '20Gi', class: 'san', modes: ['ReadWriteOnce'], ago: 20_000, phase: 'Available', node: 'worker-2' });
  draft.extras.push(({ world }) => makeStorageClass(world, 'san', 'kubernetes.io/no-provisioner', 'WaitForFirstConsumer', false));
  const mariadb = workloadOf(draft, 'mariadb');
  stuckClaim(
    draft,
    mariadb,
    8,
    { class: 'san', size: '300Gi' },
    { reason: 'WaitForFirstConsumer', message: 'waiting for first consumer to be created before binding', type: 'Normal' },
  );
  for (const pod of mariadb.pods) pod.events = [];
  unschedulable(mariadb.pods, none("3 node(s) didn't find available persistent volumes to bind"));
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'ClaimCapacityTooLarge', 'mariadb', FAMILY);
}

/** Puts the first pod of a StatefulSet before a claim that is not bound. */
function stuckClaim(
  draft: Draft,
  workload: Workload,
  ago: number,
  claim: { readonly class: string; readonly size: string },
  pending: { readonly reason: string; readonly message: string; readonly type?: 'Normal' },
): void {
  const name = `data-${workload.name}-0`;
  workload.claims = [claimTemplate('data', claim.size, claim.class)];
  draft.extras.push(({ world }) => {
    const old = world.objects.get('PersistentVolumeClaim')?.find(({ metadata }) => metadata.name === name);
    const volume = (old as unknown as { spec: { volumeName?: string } } | undefined)?.spec.volumeName;
    world.objects.set(
      'PersistentVolumeClaim',
      (world.objects.get('PersistentVolumeClaim') ?? []).filter((one) => one !== old),
    );
    world.objects.set(
      'PersistentVolume',
      (world.objects.get('PersistentVolume') ?? []).filter(({ metadata }) => metadata.name !== volume),
    );
  });
  addClaim(draft, name, { ...claim, ago, pending });
  recreate(workload, ago, ({ spec }) => {
    spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: name } }];
  });
  workload.pods = workload.pods.slice(0, 1);
  unschedulable(
    workload.pods,
    '0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.',
  );
}

export const supplies = [tag, registryHost, noPullSecret, rateLimit, registryTls, nfs, storageClass, capacity];
