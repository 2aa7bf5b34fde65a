import { daemonSetStuck, podNotReady, replicasMismatch, rolloutStuck, statefulMismatch, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { DJANGO_IMAGE, newNewsroom } from '../apps/newsroom.ts';
import { newTicketing } from '../apps/ticketing.ts';
import { DAY, logTo, newPod, recreate, replacePods, rollOut, workloadOf } from '../draft.ts';
import { configFails, imageFails, mountFails } from '../faults.ts';
import type { Draft } from '../shape.ts';
import { gatewayFails } from './java-traces.ts';

function secretVolume(): Draft {
  const draft = newTicketing('secret-volume', [], ['redis', 'seat-inventory']);
  const orders = workloadOf(draft, 'order-service');
  const fresh = recreate(orders, 27, (template) => {
    template.spec.volumes = [{ name: 'signing', secret: { secretName: 'order-signing-key', defaultMode: 420 } }];
    const [app] = template.spec.containers;
    if (app) app.volumeMounts = [{ name: 'signing', mountPath: '/keys', readOnly: true }];
  });
  mountFails(orders, fresh, 'MountVolume.SetUp failed for volume "signing" : secret "order-signing-key" not found');
  logTo(workloadOf(draft, 'api-gateway'), [
    [4, gatewayFails(1, '/api/orders/1', 'io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: order-service/10.43.4.4:8080')],
  ]);
  podNotReady(draft, 'order-service', 11);
  replicasMismatch(draft, 'order-service', 11);
  draft.expected = { root_cause: 'MissingSecret', object: 'app/order-service', family: 'startup' };
  return draft;
}

function secretEnvironment(): Draft {
  const draft = newFleet('secret-env', [], ['positions']);
  const trips = workloadOf(draft, 'trips');
  draft.secrets = draft.secrets.filter(({ name }) => name !== 'mongodb-trips');
  const fresh = replacePods(trips, 19);
  configFails(trips, fresh, 'secret "mongodb-trips" not found');
  vague(draft, 'ServiceAvailabilityDisruption', 15, 'Trips cannot be shown.');
  draft.expected = { root_cause: 'MissingSecret', object: 'app/trips', family: 'startup' };
  return draft;
}

/** A StatefulSet of a new environment whose password was never made. */
function secretStateful(): Draft {
  const draft = newNewsroom('secret-stateful', [], ['cms', 'ingress', 'worker'], 'newsroom-staging');
  draft.secrets = draft.secrets.filter(({ name }) => name !== 'cms-database');
  const postgres = workloadOf(draft, 'postgres');
  const fresh = recreate(postgres, 42);
  configFails(postgres, fresh, 'secret "cms-database" not found');
  statefulMismatch(draft, 'postgres', 26);
  draft.expected = { root_cause: 'MissingSecret', object: 'app/postgres', family: 'startup' };
  return draft;
}

function configKey(): Draft {
  const draft = newNewsroom('config-key', [], ['redis']);
  draft.configMaps.push({ name: 'worker-settings', ago: 3 * DAY, data: { CELERY_CONCURRENCY: '4', FEED_URL: 'https://feeds.agentur.example/v2' } });
  const worker = workloadOf(draft, 'worker');
  const fresh = rollOut(worker, 33, (template) => {
    const [main] = template.spec.containers;
    if (main) {
      main.image = `${DJANGO_IMAGE}:2026.4.2`;
      main.env = [...(main.env ?? []), { name: 'FEED_TOKEN_HEADER', valueFrom: { configMapKeyRef: { name: 'worker-settings', key: 'FEED_TOKEN_HEADER' } } }];
    }
  });
  configFails(worker, fresh, `couldn't find key FEED_TOKEN_HEADER in ConfigMap newsroom/worker-settings`);
  rolloutStuck(draft, 'worker', 8);
  draft.expected = { root_cause: 'MissingConfigKey', object: 'app/worker', family: 'startup' };
  return draft;
}

function configMap(): Draft {
  const draft = newFleet('config-map', ['telemetry-relay'], ['positions', 'mongodb', 'trips']);
  const relay = workloadOf(draft, 'telemetry-relay');
  const fresh = rollOut(
    relay,
    36,
    (template) => {
      template.spec.volumes = [{ name: 'config', configMap: { name: 'telemetry-relay-config', defaultMode: 420 } }];
      const [main] = template.spec.containers;
      if (main) main.volumeMounts = [{ name: 'config', mountPath: '/etc/relay' }];
    },
    ['worker-2'],
  );
  relay.pods = [newPod(relay, 9 * DAY, 'worker-1'), newPod(relay, 9 * DAY, 'worker-3'), ...fresh];
  for (const pod of relay.pods.slice(0, 2)) pod.revision = relay.revisions.length - 2;
  mountFails(relay, fresh, 'MountVolume.SetUp failed for volume "config" : configmap "telemetry-relay-config" not found');
  daemonSetStuck(draft, 'telemetry-relay', 20);
  draft.expected = { root_cause: 'MissingConfigMap', object: 'app/telemetry-relay', family: 'startup' };
  return draft;
}

function pullSecret(): Draft {
  const draft = newNewsroom('image-pull-secret', [], ['redis', 'ingress']);
  draft.secrets = draft.secrets.filter(({ name }) => name !== 'harbor-pull');
  const cms = workloadOf(draft, 'cms');
  const fresh = rollOut(
    cms,
    25,
    (template) => {
      const [main] = template.spec.containers;
      if (main) main.image = `${DJANGO_IMAGE}:2026.4.2`;
    },
    ['worker-3'],
  );
  const image = `${DJANGO_IMAGE}:2026.4.2`;
  imageFails(
    cms,
    fresh,
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`,
  );
  for (const pod of fresh)
    pod.events.push({
      type: 'Warning',
      reason: 'FailedToRetrieveImagePullSecret',
      message: 'Unable to retrieve some image pull secrets (harbor-pull); attempting to pull the image may not succeed.',
      first: 24.9,
      last: 0.4,
      count: 114,
    });
  rolloutStuck(draft, 'cms', 3);
  podNotReady(draft, 'cms', 9);
  draft.expected = { root_cause: 'ImagePullSecretMissing', object: 'app/cms', family: 'startup' };
  return draft;
}

function tagTypo(): Draft {
  const draft = newFleet('image-tag', [], ['mongodb', 'trips']);
  const positions = workloadOf(draft, 'positions');
  const image = 'ghcr.io/rollwerk/positions:v1.9.5-r1';
  const fresh = rollOut(
    positions,
    21,
    (template) => {
      const [main] = template.spec.containers;
      if (main) main.image = image;
    },
    ['worker-1'],
  );
  imageFails(positions, fresh, `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`);
  rolloutStuck(draft, 'positions', 4);
  draft.expected = { root_cause: 'ImageNotFound', object: 'app/positions', family: 'startup' };
  return draft;
}

function registryDns(): Draft {
  const draft = newTicketing('image-registry-dns', ['pricing-service'], ['mysql', 'order-service', 'seat-inventory']);
  const pricing = workloadOf(draft, 'pricing-service');
  const image = 'registry.kassenhaus.exmaple/tickets/pricing-service:3.14.3';
  const fresh = recreate(pricing, 18, (template) => {
    const [main] = template.spec.containers;
    if (main) main.image = image;
  });
  imageFails(
    pricing,
    fresh,
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://registry.kassenhaus.exmaple/v2/tickets/pricing-service/manifests/3.14.3": dial tcp: lookup registry.kassenhaus.exmaple on 192.168.56.1:53: no such host`,
  );
  vague(draft, 'ServiceAvailabilityDisruption', 12, 'Prices cannot be calculated.');
  draft.expected = { root_cause: 'RegistryDnsFailure', object: 'app/pricing-service', family: 'startup' };
  return draft;
}

export const references = [secretVolume, secretEnvironment, secretStateful, configKey, configMap, pullSecret, tagTypo, registryDns];
