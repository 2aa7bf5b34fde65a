import { addCronJob } from '../apps/newsroom.ts';
import { onMain, serviceOf, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { addJob } from '../make-job.ts';
import { resources } from '../parts.ts';
import { slog } from '../third/stack-lines.ts';
import { again } from '../third/tell.ts';
import { addObject, addQuota, familyOf, refuse } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel, STAYS } from './hotel.ts';
import { rails } from './log-styles.ts';
import { newRetail, of, RETAIL } from './retail.ts';
import { newVideo, VOD } from './video.ts';

const fault = familyOf('admission');

/** A Job whose pods never are: only the Job's own event says why. */
const quotaJob = fault('quota-job', newRetail, 'QuotaExceededMemory', 'namespace/retail-prod', (draft) => {
  addQuota(draft, 'compute', { 'limits.memory': '12Gi' }, { 'limits.memory': '11264Mi' }, 9);
  const template = {
    labels: { 'app.kubernetes.io/name': of('reindex') },
    spec: { containers: [{ name: 'reindex', image: `${RETAIL}/web:2026.5.1`, args: ['rake', 'search:reindex'], resources: resources('500m', '1Gi', '2Gi') }] },
  };
  addJob(draft, of('reindex'), { template, ago: 8, attempts: [] });
  draft.extras.push(({ world, find }) =>
    emit(world, find('Job', of('reindex')), {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: pods "${of('reindex')}-7dk2f" is forbidden: exceeded quota: compute, requested: limits.memory=2Gi, used: limits.memory=11264Mi, limited: limits.memory=12Gi`,
      first: 8,
      last: 0.7,
      count: 11,
      by: 'job-controller',
    }),
  );
  again(workloadOf(draft, of('shop-web')), [rails('WARN', 'search index products_v12 is stale, falling back to MySQL')], 7, 1.2);
});

/** The release brought one Service too many: its workload runs, its name does not exist. */
const quotaServices = fault('quota-services', newHotel, 'QuotaExceededServices', 'namespace/stays', (draft) => {
  draft.services = draft.services.filter(({ name }) => name !== 'offers');
  const count = String(draft.services.length);
  addQuota(draft, 'objects', { services: count, configmaps: '40' }, { services: count, configmaps: '3' });
  again(
    workloadOf(draft, 'gateway'),
    [
      ({ at }) =>
        `${at.toISOString()} ERROR 1 --- [gateway] [or-http-epoll-2] a.w.r.e.AbstractErrorWebExceptionHandler : [4c1-77] 500 Server Error for HTTP GET "/api/offers/today"\n\njava.net.UnknownHostException: Failed to resolve 'offers' [A(1)] and search domain query for configured domains failed as well: [stays.svc.cluster.local, svc.cluster.local, cluster.local]`,
    ],
    8,
    0.5,
  );
});

/** Jobs are counted, and finished ones are never removed. */
const quotaJobs = fault('quota-jobs', newVideo, 'QuotaExceededObjects', 'namespace/vod', (draft) => {
  addQuota(draft, 'batch', { 'count/jobs.batch': '6' }, { 'count/jobs.batch': '6' });
  const template = { labels: { 'app.kubernetes.io/name': 'retention' }, spec: { containers: [{ name: 'retention', image: `${VOD}/retention:2026.18.3` }] } };
  addCronJob(draft, 'retention', { schedule: '*/10 * * * *', template, lastAgo: 62, successAgo: 61 });
  draft.extras.push(({ world, find }) =>
    emit(world, find('CronJob', 'retention'), {
      type: 'Warning',
      reason: 'FailedCreate',
      message:
        'Error creating job: jobs.batch "retention-29388310" is forbidden: exceeded quota: batch, requested: count/jobs.batch=1, used: count/jobs.batch=6, limited: count/jobs.batch=6',
      first: 52,
      last: 1.8,
      count: 41,
      by: 'cronjob-controller',
    }),
  );
  for (let at = 0; at < 6; at += 1) addJob(draft, `backfill-${at}`, { template, ago: 9000 + at * 100, succeededAgo: 8990 + at * 100, attempts: [] });
});

/** Restricted since this morning: several things at once are missing. */
const restricted = fault('restricted', newFleet, 'PodSecurityViolation', 'geofence', (draft) => {
  draft.namespaces.push({ name: 'fleet', labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' } });
  refuse(
    workloadOf(draft, 'geofence'),
    12,
    (prefix) =>
      `pods "${prefix}p4kdr" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "geofence" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "geofence" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "geofence" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "geofence" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
  );
});

/** Agents of every machine, of an account that the chart no longer makes. */
const account = fault('daemon-account', newFleet, 'MissingServiceAccount', 'edge-agent', (draft) => {
  const agent = workloadOf(draft, 'edge-agent');
  refuse(
    agent,
    9,
    (prefix) => `pods "${prefix}" is forbidden: error looking up service account fleet/edge-agent: serviceaccount "edge-agent" not found`,
    ({ spec }) => {
      spec.serviceAccountName = 'edge-agent';
    },
  );
  agent.desired = 3;
});

const webhook = (draft: Parameters<typeof addObject>[0], kind: string, name: string, hook: string, namespace: string, service: string): void =>
  addObject(
    draft,
    'admissionregistration.k8s.io/v1',
    kind,
    name,
    70_000,
    {
      webhooks: [
        {
          name: hook,
          failurePolicy: 'Fail',
          timeoutSeconds: 10,
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          clientConfig: { service: { namespace, name: service, path: '/inject', port: 443 } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' }],
        },
      ],
    },
    null,
  );

/** The injector of sidecars does not answer in time. */
const webhookSlow = fault(
  'webhook-timeout',
  newHotel,
  'AdmissionWebhookFailed',
  'MutatingWebhookConfiguration/linkerd-proxy-injector-webhook-config',
  (draft) => {
    draft.namespaces.push({ name: 'linkerd' });
    webhook(
      draft,
      'MutatingWebhookConfiguration',
      'linkerd-proxy-injector-webhook-config',
      'linkerd-proxy-injector.linkerd.io',
      'linkerd',
      'linkerd-proxy-injector',
    );
    for (const name of ['mails', 'offers'])
      refuse(
        workloadOf(draft, name),
        10,
        () =>
          'Internal error occurred: failed calling webhook "linkerd-proxy-injector.linkerd.io": failed to call webhook: Post "https://linkerd-proxy-injector.linkerd.svc:443/inject?timeout=10s": context deadline exceeded',
      );
  },
);

/** The webhook's certificate is of an authority that the API server was never told. */
const webhookTls = fault('webhook-tls', newVideo, 'AdmissionWebhookFailed', 'ValidatingWebhookConfiguration/image-policy', (draft) => {
  draft.namespaces.push({ name: 'policy' });
  webhook(draft, 'ValidatingWebhookConfiguration', 'image-policy', 'images.policy.lumen.example', 'policy', 'image-policy');
  refuse(
    workloadOf(draft, 'thumbnailer'),
    9,
    () =>
      'Internal error occurred: failed calling webhook "images.policy.lumen.example": failed to call webhook: Post "https://image-policy.policy.svc:443/inject?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  );
});

/** Gatekeeper wants an owner on every pod. */
const denied = fault('gatekeeper', newRetail, 'AdmissionWebhookDenied', of('pricing'), (draft) => {
  refuse(
    workloadOf(draft, of('pricing')),
    8,
    () => 'admission webhook "validation.gatekeeper.sh" denied the request: [require-cost-centre] you must provide labels: {"cost-centre"}',
  );
  again(
    workloadOf(draft, of('storefront')),
    [slog('ERROR', 'prices', ({ clusterIpOf }) => `error="connect ECONNREFUSED ${clusterIpOf(of('pricing'))}:8080"`)],
    7,
    0.6,
  );
});

/** Limits far above requests are not allowed here. */
const ratio = fault('limit-ratio', newVideo, 'LimitRangeViolation', 'transcoder', (draft) => {
  addObject(draft, 'v1', 'LimitRange', 'fair-share', 50_000, {
    spec: { limits: [{ type: 'Container', max: { cpu: '8' }, maxLimitRequestRatio: { memory: '4' } }] },
  });
  refuse(
    workloadOf(draft, 'transcoder'),
    7,
    (prefix) =>
      `pods "${prefix}vq8sx" is forbidden: [maximum cpu usage per Container is 8, but limit is 12, memory max limit to request ratio per Container is 4, but provided ratio is 8.000000]`,
    onMain((one) => {
      one.resources = resources('2', '1Gi', '8Gi', '12');
    }),
  );
});

/** gVisor is not installed in this cluster. */
const runtimeClass = fault('runtime-class', newVideo, 'PriorityClassMissing', 'uploader', (draft) => {
  refuse(
    workloadOf(draft, 'uploader'),
    10,
    (prefix) => `pods "${prefix}6tr2w" is forbidden: pod rejected: RuntimeClass "gvisor" not found`,
    ({ spec }) => {
      Object.assign(spec, { runtimeClassName: 'gvisor' });
    },
  );
  serviceOf(draft, 'uploader').ago = 30_000;
});

/** The quota wants limits, and the sidecar of the new template has none. */
const quotaWants = fault('quota-wants', newHotel, 'QuotaRequiresResources', 'offers', (draft) => {
  addQuota(draft, 'team', { 'limits.cpu': '40', 'limits.memory': '64Gi' }, { 'limits.cpu': '11', 'limits.memory': '9Gi' });
  refuse(
    workloadOf(draft, 'offers'),
    11,
    (prefix) => `pods "${prefix}x2m9j" is forbidden: failed quota: team: must specify limits.cpu for: otel-agent; limits.memory for: otel-agent`,
    ({ spec }) => {
      spec.containers.push({ name: 'otel-agent', image: `${STAYS}/otel-agent:0.119.0` });
    },
  );
});

export const admission = [quotaJob, quotaServices, quotaJobs, restricted, account, webhookSlow, webhookTls, denied, ratio, runtimeClass, quotaWants];
