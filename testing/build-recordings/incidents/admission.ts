import { meta } from '../../../scripts/scenarios/world.ts';
import { fromStateMetrics, replicasMismatch, rolloutStuck, statefulMismatch, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { DJANGO_IMAGE, newNewsroom } from '../apps/newsroom.ts';
import { newTicketing } from '../apps/ticketing.ts';
import { DAY, recreate, rollOut, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { hashOf } from '../make-workload.ts';
import { resources } from '../parts.ts';
import type { Draft, Workload } from '../shape.ts';

/** Adds a quota with what is used of it. */
export function addQuota(draft: Draft, name: string, hard: Record<string, string>, used: Record<string, string>, ago = 45 * DAY): void {
  draft.extras.push(({ world }) => {
    world.add({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: meta(world, 'ResourceQuota', name, ago), spec: { hard }, status: { hard, used } });
  });
}

const pairs = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

function refuse(workload: Workload, message: (name: string) => string): void {
  const last = workload.revisions.at(-1);
  if (!last) return;
  const prefix = workload.kind === 'Deployment' ? `${workload.name}-${hashOf(last.template)}-` : `${workload.name}-0`;
  last.refused = message(prefix);
}

function exceeded(prefix: string, quota: string, requested: Record<string, string>, used: Record<string, string>, limited: Record<string, string>): string {
  return `pods "${prefix}" is forbidden: exceeded quota: ${quota}, requested: ${pairs(requested)}, used: ${pairs(used)}, limited: ${pairs(limited)}`;
}

/** A new release of the catalogue asks for more CPU than the namespace has left; the old pods were already gone. */
function quotaCpu(): Draft {
  const draft = newTicketing('quota-cpu', ['event-catalog'], ['redis', 'seat-inventory']);
  const catalog = workloadOf(draft, 'event-catalog');
  catalog.strategy = 'Recreate';
  rollOut(
    catalog,
    26,
    (template) => {
      const [app] = template.spec.containers;
      if (app) app.resources = resources('1500m', '384Mi', '768Mi');
    },
    [],
  );
  catalog.pods = [];
  addQuota(draft, 'tickets', { 'requests.cpu': '2', 'requests.memory': '8Gi' }, { 'requests.cpu': '900m', 'requests.memory': '1792Mi' });
  refuse(catalog, (prefix) => exceeded(prefix, 'tickets', { 'requests.cpu': '1500m' }, { 'requests.cpu': '900m' }, { 'requests.cpu': '2' }));
  replicasMismatch(draft, 'event-catalog', 10);
  draft.expected = { root_cause: 'QuotaExceededCPU', object: 'namespace/ticketing', family: 'admission' };
  return draft;
}

function quotaMemory(): Draft {
  const draft = newNewsroom('quota-memory', [], ['redis']);
  const cms = workloadOf(draft, 'cms');
  cms.replicas = 5;
  addQuota(draft, 'compute', { 'limits.memory': '4608Mi' }, { 'limits.memory': '4608Mi' });
  refuse(cms, (prefix) => exceeded(prefix, 'compute', { 'limits.memory': '512Mi' }, { 'limits.memory': '4608Mi' }, { 'limits.memory': '4608Mi' }));
  const last = cms.revisions.at(-1);
  if (last) last.ago = 34;
  cms.revisions = cms.revisions.slice(-1);
  for (const pod of cms.pods) {
    pod.ago = 33.9;
    pod.revision = 0;
  }
  for (const node of ['worker-1', 'worker-3']) cms.pods.push({ revision: 0, ago: 33.8, node, states: {}, logs: {}, previous: {}, logErrors: {}, events: [] });
  replicasMismatch(draft, 'cms', 18);
  draft.expected = { root_cause: 'QuotaExceededMemory', object: 'namespace/newsroom', family: 'admission' };
  return draft;
}

function quotaPods(): Draft {
  const draft = newFleet('quota-pods', ['geofence'], ['mongodb']);
  const geofence = workloadOf(draft, 'geofence');
  recreate(geofence, 22);
  geofence.pods = [];
  addQuota(draft, 'object-counts', { pods: '5', services: '12' }, { pods: '5', services: '4' });
  refuse(geofence, (prefix) => exceeded(prefix, 'object-counts', { pods: '1' }, { pods: '5' }, { pods: '5' }));
  vague(draft, 'ServiceAvailabilityDisruption', 17, 'Geofences are not evaluated.');
  draft.expected = { root_cause: 'QuotaExceededPods', object: 'namespace/fleet', family: 'admission' };
  return draft;
}

/** A Service could not be made: what is left is a quota that is full and a workload that nobody can reach. */
function quotaServices(): Draft {
  const draft = newFleet('quota-services', [], ['mongodb'], 'telematics');
  draft.services = draft.services.filter(({ name }) => name !== 'positions');
  addQuota(draft, 'object-counts', { services: '2', 'services.loadbalancers': '2', pods: '40' }, { services: '2', 'services.loadbalancers': '1', pods: '4' });
  recreate(workloadOf(draft, 'positions'), 49);
  for (const pod of workloadOf(draft, 'edge-gateway').pods)
    pod.logs['edge-gateway'] = [40, 22, 3].map((ago) => [
      ago,
      ({ at, pod: name }) =>
        JSON.stringify({
          level: 50,
          time: at.getTime(),
          pid: 1,
          hostname: name,
          req: { method: 'GET', url: '/v1/vehicles/81/position' },
          err: { type: 'Error', message: '14 UNAVAILABLE: Name resolution failed for target dns:positions:9000', code: 14 },
          msg: 'request errored',
        }),
    ]);
  vague(draft, 'ServiceAvailabilityDisruption', 35, 'Vehicle positions are not shown.');
  draft.expected = { root_cause: 'QuotaExceededServices', object: 'namespace/telematics', family: 'admission' };
  return draft;
}

function quotaStorage(): Draft {
  const draft = newNewsroom('quota-storage', [], ['cms', 'worker', 'ingress'], 'newsroom-staging');
  const postgres = workloadOf(draft, 'postgres');
  recreate(postgres, 31);
  postgres.pods = [];
  draft.extras = [];
  addQuota(draft, 'storage', { 'requests.storage': '30Gi', persistentvolumeclaims: '5' }, { 'requests.storage': '0', persistentvolumeclaims: '0' });
  const why =
    'persistentvolumeclaims "data-postgres-0" is forbidden: exceeded quota: storage, requested: requests.storage=50Gi, used: requests.storage=0, limited: requests.storage=30Gi';
  draft.extras.push(({ world, find }) => {
    const set = find('StatefulSet', 'postgres');
    emit(world, set, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `create Claim data-postgres-0 for Pod postgres-0 in StatefulSet postgres failed error: ${why}`,
      first: 30.9,
      last: 3.1,
      count: 19,
      by: 'statefulset-controller',
    });
    emit(world, set, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `create Pod postgres-0 in StatefulSet postgres failed error: failed to create PVC data-postgres-0: ${why}`,
      first: 30.9,
      last: 3.1,
      count: 19,
      by: 'statefulset-controller',
    });
  });
  statefulMismatch(draft, 'postgres', 15);
  draft.expected = { root_cause: 'QuotaExceededStorage', object: 'namespace/newsroom-staging', family: 'admission' };
  return draft;
}

function limitRange(): Draft {
  const draft = newTicketing('limit-range', ['pricing-service'], ['mysql', 'order-service', 'seat-inventory']);
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: meta(world, 'LimitRange', 'containers', 60 * DAY),
      spec: { limits: [{ type: 'Container', max: { memory: '1Gi' }, default: { memory: '512Mi' }, defaultRequest: { memory: '128Mi' } }] },
    });
  });
  const pricing = workloadOf(draft, 'pricing-service');
  rollOut(
    pricing,
    19,
    (template) => {
      const [app] = template.spec.containers;
      if (app) app.resources = resources('200m', '1Gi', '2Gi');
    },
    [],
  );
  refuse(pricing, (prefix) => `pods "${prefix}8v2lq" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi`);
  rolloutStuck(draft, 'pricing-service', 3);
  draft.expected = { root_cause: 'LimitRangeViolation', object: 'app/pricing-service', family: 'admission' };
  return draft;
}

function serviceAccount(): Draft {
  const draft = newFleet('service-account', ['telemetry-relay'], ['positions', 'mongodb', 'trips']);
  const relay = workloadOf(draft, 'telemetry-relay');
  draft.serviceAccounts = draft.serviceAccounts.filter((name) => name !== 'telemetry-relay');
  recreate(relay, 24);
  relay.pods = [];
  relay.desired = 3;
  const last = relay.revisions.at(-1);
  if (last)
    last.refused = 'pods "telemetry-relay-" is forbidden: error looking up service account fleet/telemetry-relay: serviceaccount "telemetry-relay" not found';
  fromStateMetrics(
    draft,
    'KubeDaemonSetNotScheduled',
    { daemonset: 'telemetry-relay', namespace: 'fleet' },
    '3 Pods of DaemonSet fleet/telemetry-relay are not scheduled on cluster .',
    9,
  );
  draft.expected = { root_cause: 'MissingServiceAccount', object: 'app/telemetry-relay', family: 'admission' };
  return draft;
}

/** A policy engine was uninstalled, its webhook was left behind with failurePolicy Fail. */
function webhook(): Draft {
  const draft = newNewsroom('webhook-down', [], ['redis', 'ingress']);
  draft.namespaces.push({ name: 'policy-system' });
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: meta(world, 'ValidatingWebhookConfiguration', 'policy-engine-validate', 70 * DAY, { namespace: null }),
      webhooks: [
        {
          name: 'validate.policy-engine.example',
          failurePolicy: 'Fail',
          timeoutSeconds: 10,
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          clientConfig: { service: { namespace: 'policy-system', name: 'policy-engine', path: '/validate', port: 443 } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'], scope: 'Namespaced' }],
        },
      ],
    });
  });
  const worker = workloadOf(draft, 'worker');
  rollOut(
    worker,
    21,
    (template) => {
      const [main] = template.spec.containers;
      if (main) main.image = `${DJANGO_IMAGE}:2026.4.2`;
    },
    [],
  );
  refuse(
    worker,
    () =>
      'Internal error occurred: failed calling webhook "validate.policy-engine.example": failed to call webhook: Post "https://policy-engine.policy-system.svc:443/validate?timeout=10s": service "policy-engine" not found',
  );
  rolloutStuck(draft, 'worker', 4);
  draft.expected = { root_cause: 'AdmissionWebhookFailed', object: 'ValidatingWebhookConfiguration/policy-engine-validate', family: 'admission' };
  return draft;
}

function podSecurity(): Draft {
  const draft = newFleet('pod-security', ['telemetry-relay'], ['positions', 'mongodb', 'trips'], 'fleet-prod');
  draft.namespaces.push({
    name: 'fleet-prod',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'latest' },
  });
  const gateway = workloadOf(draft, 'edge-gateway');
  const safe = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
  for (const { template } of [...gateway.revisions, ...workloadOf(draft, 'telemetry-relay').revisions])
    for (const one of template.spec.containers) one.securityContext = safe;
  rollOut(
    gateway,
    27,
    (template) => {
      const [main] = template.spec.containers;
      if (main) {
        main.image = 'ghcr.io/rollwerk/edge-gateway:v2.0.0';
        delete main.securityContext;
      }
    },
    [],
  );
  refuse(
    gateway,
    (prefix) =>
      `pods "${prefix}x7zcm" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "edge-gateway" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "edge-gateway" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "edge-gateway" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "edge-gateway" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
  );
  rolloutStuck(draft, 'edge-gateway', 11);
  draft.expected = { root_cause: 'PodSecurityViolation', object: 'app/edge-gateway', family: 'admission' };
  return draft;
}

export const admission = [quotaCpu, quotaMemory, quotaPods, quotaServices, quotaStorage, limitRange, serviceAccount, webhook, podSecurity];
