import { meta } from '../../../scripts/scenarios/world.ts';
import { mainOf, onMain, recreate, setEnv, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { hashOf } from '../make-workload.ts';
import { resources } from '../parts.ts';
import type { Draft, Template, Workload } from '../shape.ts';
import { BANK, newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { dotnet, laravel, python, slog } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { again, alarm, expect } from './tell.ts';
import { newWebshop, SHOP } from './webshop.ts';

const FAMILY = 'admission';

/** A revision whose pods the API server refuses; the pods of before are gone, as after a rollout that was applied anew. */
function refuse(workload: Workload, ago: number, why: (prefix: string) => string, change: (template: Template) => void = () => {}): void {
  recreate(workload, ago, change);
  workload.pods = [];
  const [revision] = workload.revisions;
  if (revision) revision.refused = why(workload.kind === 'Deployment' ? `${workload.name}-${hashOf(revision.template)}-` : `${workload.name}-0`);
  workload.shortSince = ago;
}

function addQuota(draft: Draft, name: string, hard: Readonly<Record<string, string>>, used: Readonly<Record<string, string>>, ago = 12): void {
  draft.extras.push(({ world }) => {
    world.add({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: meta(world, 'ResourceQuota', name, ago, {}), spec: { hard }, status: { hard, used } });
  });
}

/** A quota of before the growth: the scorers of the release do not fit beside what runs. */
function quotaMemory(): Draft {
  const draft = newInference('t-quota-memory');
  addQuota(
    draft,
    'team-budget',
    { 'requests.memory': '6Gi', 'limits.memory': '14Gi', pods: '60' },
    { 'requests.memory': '5504Mi', 'limits.memory': '11Gi', pods: '9' },
  );
  refuse(
    workloadOf(draft, 'scorer'),
    9,
    (prefix) =>
      `pods "${prefix}x7k2p" is forbidden: exceeded quota: team-budget, requested: requests.memory=1Gi, used: requests.memory=5504Mi, limited: requests.memory=6Gi`,
  );
  again(workloadOf(draft, 'api'), [python('ERROR', 'api.scoring', 'httpx.ConnectError: [Errno 111] Connection refused http://scorer:8000')], 8, 0.5);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'QuotaExceededMemory', 'namespace/inference', FAMILY);
}

/** The number of pods is bounded, and the canary took the last ones. */
function quotaPods(): Draft {
  const draft = newTelemetry('t-quota-pods');
  addQuota(draft, 'pods', { pods: '14' }, { pods: '14' }, 30_000);
  const notifier = workloadOf(draft, 'notifier');
  refuse(notifier, 6, (prefix) => `pods "${prefix}m2zqd" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=14, limited: pods=14`);
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'QuotaExceededPods', 'namespace/telemetry', FAMILY);
}

/** CPU limits are counted too; a StatefulSet cannot make its first pod again. */
function quotaCpu(): Draft {
  const draft = newWebshop('t-quota-cpu');
  mainOf(workloadOf(draft, 'rabbitmq')).resources = resources('400m', '256Mi', '512Mi', '1');
  addQuota(draft, 'compute', { 'limits.cpu': '8', 'requests.cpu': '2' }, { 'limits.cpu': '4', 'requests.cpu': '1900m' }, 20);
  refuse(
    workloadOf(draft, 'rabbitmq'),
    11,
    (pod) => `pods "${pod}" is forbidden: exceeded quota: compute, requested: requests.cpu=400m, used: requests.cpu=1900m, limited: requests.cpu=2`,
  );
  again(workloadOf(draft, 'checkout'), [laravel('ERROR', 'stream_socket_client(): Unable to connect to tcp://rabbitmq:5672 (Connection refused)')], 10, 0.8);
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'QuotaExceededCPU', 'namespace/webshop', FAMILY);
}

/** The namespace allows containers of at most a gigabyte. */
function limitRange(): Draft {
  const draft = newBank('t-limit-range');
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: meta(world, 'LimitRange', 'bounds', 40_000, {}),
      spec: { limits: [{ type: 'Container', max: { cpu: '2', memory: '1Gi' }, default: { memory: '256Mi' }, defaultRequest: { memory: '128Mi' } }] },
    });
  });
  const statements = workloadOf(draft, 'statements');
  refuse(
    statements,
    10,
    (prefix) => `pods "${prefix}4tcv8" is forbidden: maximum memory usage per Container is 1Gi, but limit is 4Gi`,
    onMain((one) => {
      one.resources = resources('150m', '192Mi', '4Gi', '1');
    }),
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'LimitRangeViolation', 'statements', FAMILY);
}

/** A debugging release wants to be privileged where the namespace is restricted. */
function podSecurity(): Draft {
  const draft = newTelemetry('t-pod-security');
  draft.namespaces.push({
    name: 'telemetry',
    labels: { 'pod-security.kubernetes.io/enforce': 'baseline', 'pod-security.kubernetes.io/enforce-version': 'latest' },
  });
  refuse(
    workloadOf(draft, 'rules-engine'),
    7,
    (prefix) =>
      `pods "${prefix}9wbnx" is forbidden: violates PodSecurity "baseline:latest": privileged (container "rules-engine" must not set securityContext.privileged=true)`,
    onMain((one) => {
      one.securityContext = { privileged: true };
    }),
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'PodSecurityViolation', 'rules-engine', FAMILY);
}

/** A policy engine refuses images without a signature. */
function denied(): Draft {
  const draft = newWebshop('t-policy-denied');
  refuse(
    workloadOf(draft, 'mailer'),
    8,
    () =>
      'admission webhook "mutate.kyverno.svc-fail" denied the request: \n\nresource Pod/webshop/ was blocked due to the following policies \n\nverify-images:\n  check-signature: \'failed to verify image registry.gitlab.com/gruenzeug/mailer:1.9.1: .attestors[0].entries[0].keys: no signatures found\'',
    onMain((one) => {
      one.image = `${SHOP}/mailer:1.9.1`;
    }),
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'AdmissionWebhookDenied', 'mailer', FAMILY);
}

/** The account of the release was never made. */
function noAccount(): Draft {
  const draft = newBank('t-service-account');
  refuse(
    workloadOf(draft, 'payments'),
    9,
    (prefix) => `pods "${prefix}" is forbidden: error looking up service account core-banking/payments-sa: serviceaccount "payments-sa" not found`,
    ({ spec }) => {
      spec.serviceAccountName = 'payments-sa';
    },
  );
  again(
    workloadOf(draft, 'edge'),
    [
      dotnet(
        'warn',
        'Yarp.ReverseProxy.Forwarder.HttpForwarder',
        'Request: An error was encountered before receiving a response. System.Net.Http.HttpRequestException: Connection refused (payments:8080)',
      ),
    ],
    8,
    0.4,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'MissingServiceAccount', 'payments', FAMILY);
}

/** A priority that no class has. */
function noPriority(): Draft {
  const draft = newInference('t-priority-class');
  refuse(
    workloadOf(draft, 'api'),
    6,
    (prefix) => `pods "${prefix}" is forbidden: no PriorityClass with name serving-critical was found`,
    ({ spec }) => {
      spec.priorityClassName = 'serving-critical';
    },
  );
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'PriorityClassMissing', 'api', FAMILY);
}

/** A quota on limits wants every container to have one; the new sidecar has none. */
function quotaWants(): Draft {
  const draft = newBank('t-quota-wants');
  addQuota(draft, 'compute', { 'limits.memory': '40Gi' }, { 'limits.memory': '12Gi' }, 50_000);
  refuse(
    workloadOf(draft, 'fx-rates'),
    8,
    (prefix) => `pods "${prefix}hh5jc" is forbidden: failed quota: compute: must specify limits.memory for: audit-agent`,
    ({ spec }) => {
      spec.containers.push({ name: 'audit-agent', image: `${BANK}/audit-agent:3.0.1` });
    },
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'QuotaRequiresResources', 'fx-rates', FAMILY);
}

/** The notifier stands at zero while the rules engine still sends it alarms; the quota of the namespace has nothing to do with it. */
function zeroNotifier(): Draft {
  const draft = newTelemetry('t-scaled-notifier');
  addQuota(draft, 'pods', { pods: '40' }, { pods: '13' }, 30_000);
  const notifier = workloadOf(draft, 'notifier');
  Object.assign(notifier, { replicas: 0, pods: [], shortSince: 10 });
  setEnv(mainOf(workloadOf(draft, 'rules-engine')), 'NOTIFIER_URL', 'http://notifier:8080');
  again(
    workloadOf(draft, 'rules-engine'),
    [
      slog(
        'ERROR',
        'send alarm',
        ({ clusterIpOf }) => `error="Post \\"http://notifier:8080/v1/alarms\\": dial tcp ${clusterIpOf('notifier')}:8080: connect: connection refused"`,
      ),
    ],
    9,
    0.5,
  );
  alarm(draft, 'ServiceQualityDegradation');
  return expect(draft, 'ScaledToZero', 'notifier', FAMILY);
}

/** The quota on storage refuses the claim of the StatefulSet's new member. */
function quotaStorage(): Draft {
  const draft = newInference('t-quota-storage');
  addQuota(draft, 'disk', { 'requests.storage': '130Gi' }, { 'requests.storage': '125Gi' }, 30_000);
  const mongodb = workloadOf(draft, 'mongodb');
  mongodb.replicas = 2;
  mongodb.shortSince = 9;
  draft.extras.push(({ world, find }) => {
    emit(world, find('StatefulSet', 'mongodb'), {
      type: 'Warning',
      reason: 'FailedCreate',
      message:
        'create Claim data-mongodb-1 for Pod mongodb-1 in StatefulSet mongodb failed error: persistentvolumeclaims "data-mongodb-1" is forbidden: exceeded quota: disk, requested: requests.storage=25Gi, used: requests.storage=125Gi, limited: requests.storage=130Gi',
      first: 9,
      last: 0.6,
      count: 15,
      by: 'statefulset-controller',
    });
  });
  again(
    workloadOf(draft, 'feature-store'),
    [python('WARNING', 'feature_store.backend', 'read preference secondary: no secondary, reading from primary')],
    8,
    1,
  );
  alarm(draft, 'ServiceQualityDegradation');
  return expect(draft, 'QuotaExceededStorage', 'namespace/inference', FAMILY);
}

/** Nobody answers for the webhook that must see every pod; the policy engine's own Deployment stands at zero. */
function webhookDown(): Draft {
  const draft = newWebshop('t-webhook-down');
  draft.namespaces.push({ name: 'kyverno' });
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: meta(world, 'ValidatingWebhookConfiguration', 'kyverno-resource-validating-webhook-cfg', 60_000, { namespace: null }),
      webhooks: [
        {
          name: 'validate.kyverno.svc-fail',
          failurePolicy: 'Fail',
          timeoutSeconds: 10,
          sideEffects: 'NoneOnDryRun',
          admissionReviewVersions: ['v1'],
          clientConfig: { service: { namespace: 'kyverno', name: 'kyverno-svc', path: '/validate/fail', port: 443 } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' }],
        },
      ],
    });
  });
  for (const name of ['cart', 'catalog'])
    refuse(
      workloadOf(draft, name),
      8,
      () =>
        'Internal error occurred: failed calling webhook "validate.kyverno.svc-fail": failed to call webhook: Post "https://kyverno-svc.kyverno.svc:443/validate/fail?timeout=10s": no endpoints available for service "kyverno-svc"',
    );
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'AdmissionWebhookFailed', 'namespace/webshop', FAMILY);
}

export const admission = [
  quotaMemory,
  quotaPods,
  quotaCpu,
  limitRange,
  podSecurity,
  denied,
  noAccount,
  noPriority,
  quotaWants,
  zeroNotifier,
  quotaStorage,
  webhookDown,
];
