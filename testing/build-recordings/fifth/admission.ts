import { meta } from '../../../scripts/scenarios/world.ts';
import { onMain, recreate, rollOut, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { hashOf } from '../make-workload.ts';
import { resources } from '../parts.ts';
import type { Draft, Template, Workload } from '../shape.ts';
import { complain, incident, symptom } from './fleet.ts';
import { campus, clinic, feed, LEDGERLY_IMAGES, ledgerly } from './fleets.ts';

const FAMILY = 'admission';

function quota(draft: Draft, name: string, hard: Readonly<Record<string, string>>, used: Readonly<Record<string, string>>, ago = 4000): void {
  draft.extras.push(({ world }) => {
    world.add({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: meta(world, 'ResourceQuota', name, ago, {}), spec: { hard }, status: { hard, used } });
  });
}

/** The API server refuses the pods of the newest revision, and there are no others. */
function refused(workload: Workload, ago: number, why: (pod: string) => string, change: (template: Template) => void = () => {}): void {
  recreate(workload, ago, change);
  workload.pods = [];
  workload.shortSince = ago;
  const [revision] = workload.revisions;
  if (revision) revision.refused = why(workload.kind === 'Deployment' ? `${workload.name}-${hashOf(revision.template)}-` : `${workload.name}-0`);
}

/** The pods of before still serve; those of the new revision are refused. */
function refusedRollout(workload: Workload, ago: number, why: (pod: string) => string, change: (template: Template) => void): void {
  rollOut(workload, ago, change, []);
  const revision = workload.revisions.at(-1);
  if (revision) revision.refused = why(`${workload.name}-${hashOf(revision.template)}-`);
}

const noAccount = (namespace: string, name: string) => (pod: string) =>
  `pods "${pod}" is forbidden: error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;

const accounts = [
  incident('account-stateful', feed, ['MissingServiceAccount', 'etcd3', FAMILY], (draft) => {
    refused(workloadOf(draft, 'etcd3'), 75, noAccount('feed', 'etcd-node'), ({ spec }) => {
      spec.serviceAccountName = 'etcd-node';
    });
    complain(workloadOf(draft, 'ranker-01'), 40, 2, [
      '%I ERROR ranker::config: lease keep-alive failed err=GRpcStatus(Status { code: Unavailable, message: "error trying to connect: tcp connect error: Connection refused (os error 111)" })',
    ]);
    symptom(draft, 'RankerStaleConfig', { service: 'ranker-01' }, 'ranker-01 works with an old configuration.', 30);
  }),
  incident('account-rollout', clinic, ['MissingServiceAccount', 'labs', FAMILY], (draft) => {
    refusedRollout(workloadOf(draft, 'labs'), 24, noAccount('clinic-prod', 'labs-irsa'), ({ spec }) => {
      spec.serviceAccountName = 'labs-irsa';
    });
    symptom(draft, 'KubeDeploymentReplicasMismatch', { deployment: 'labs' }, 'Deployment has not matched the expected number of replicas.', 8, 'warning');
  }),
  incident('account-release', ledgerly, ['MissingServiceAccount', 'rel-ledgerly-pdf', FAMILY], (draft) => {
    refused(workloadOf(draft, 'rel-ledgerly-pdf'), 9, noAccount('accounting', 'rel-ledgerly'), ({ spec }) => {
      spec.serviceAccountName = 'rel-ledgerly';
    });
    complain(workloadOf(draft, 'rel-ledgerly-sidekiq'), 8, 0.5, [
      '%I pid=1 tid=9fk class=PdfJob jid=9911 WARN: Errno::ECONNREFUSED: Failed to open TCP connection to rel-ledgerly-pdf:3030 (Connection refused - connect(2) for "rel-ledgerly-pdf" port 3030)',
    ]);
    symptom(draft, 'SidekiqRetriesHigh', { class: 'PdfJob' }, 'Jobs of PdfJob are retried.');
  }),
];

const budgets = [
  incident('quota-cpu-limits', campus, ['QuotaExceededCPU', 'namespace/campus', FAMILY], (draft) => {
    quota(draft, 'faculty-quota', { 'limits.cpu': '12', 'limits.memory': '64Gi' }, { 'limits.cpu': '11500m', 'limits.memory': '20Gi' });
    refused(
      workloadOf(draft, 'timetable'),
      32,
      (pod) => `pods "${pod}9xk2l" is forbidden: exceeded quota: faculty-quota, requested: limits.cpu=2, used: limits.cpu=11500m, limited: limits.cpu=12`,
      onMain((one) => {
        one.resources = resources('200m', '256Mi', '512Mi', '2');
      }),
    );
    complain(workloadOf(draft, 'lms'), 30, 1.7, [
      '[%S] production.ERROR: cURL error 7: Failed to connect to timetable port 5000 after 0 ms: Could not connect to server for http://timetable:5000/rooms',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'lms' }, 'lms answers with errors.', 20);
  }),
  incident('quota-cpu-requests', feed, ['QuotaExceededCPU', 'namespace/feed', FAMILY], (draft) => {
    quota(draft, 'compute-resources', { 'requests.cpu': '10', pods: '50' }, { 'requests.cpu': '9800m', pods: '17' });
    refusedRollout(
      workloadOf(draft, 'media-03'),
      14,
      (pod) =>
        `pods "${pod}tt8zn" is forbidden: exceeded quota: compute-resources, requested: requests.cpu=500m, used: requests.cpu=9800m, limited: requests.cpu=10`,
      onMain((one) => {
        one.resources = resources('500m', '160Mi', '640Mi');
      }),
    );
  }),
  incident('quota-memory-plain', clinic, ['QuotaExceededMemory', 'namespace/clinic-prod', FAMILY], (draft) => {
    quota(draft, 'station-4', { memory: '6Gi' }, { memory: '5920Mi' });
    refused(
      workloadOf(draft, 'keycloak'),
      11,
      (pod) => `pods "${pod}z7v4c" is forbidden: exceeded quota: station-4, requested: memory=1Gi, used: memory=5920Mi, limited: memory=6Gi`,
      onMain((one) => {
        one.resources = resources('200m', '1Gi', '1Gi');
      }),
    );
    complain(workloadOf(draft, 'intake'), 10, 0.6, [
      '%, ERROR [io.quarkus.oidc.runtime.OidcRecorder] (vert.x-eventloop-thread-1) OIDC Server is not available: Connection refused: keycloak/10.43.118.6:8080',
    ]);
    symptom(draft, 'LoginFailures', { service: 'intake' }, 'Nobody can sign in.');
  }),
  incident('quota-memory-limits', ledgerly, ['QuotaExceededMemory', 'namespace/accounting', FAMILY], (draft) => {
    quota(draft, 'rq-accounting', { 'limits.memory': '12Gi', 'requests.memory': '12Gi' }, { 'limits.memory': '11776Mi', 'requests.memory': '5Gi' });
    refusedRollout(
      workloadOf(draft, 'rel-ledgerly-web'),
      70,
      (pod) =>
        `pods "${pod}qq2wd" is forbidden: exceeded quota: rq-accounting, requested: limits.memory=2Gi, used: limits.memory=11776Mi, limited: limits.memory=12Gi`,
      onMain((one) => {
        one.image = `${LEDGERLY_IMAGES}/app:3.9.0`;
        one.resources = resources('200m', '384Mi', '2Gi');
      }),
    );
    symptom(draft, 'KubeDeploymentRolloutStuck', { deployment: 'rel-ledgerly-web' }, 'Deployment rollout is not progressing.', 40, 'warning');
  }),
  incident('quota-pods', feed, ['QuotaExceededPods', 'namespace/feed', FAMILY], (draft) => {
    quota(draft, 'tenant', { pods: '15' }, { pods: '15' });
    refused(
      workloadOf(draft, 'push'),
      17,
      (pod) => `pods "${pod}h6b5x" is forbidden: exceeded quota: tenant, requested: pods=1, used: pods=15, limited: pods=15`,
    );
  }),
  incident('quota-pods-count', campus, ['QuotaExceededPods', 'namespace/campus', FAMILY], (draft) => {
    quota(draft, 'object-counts', { 'count/pods': '11', 'count/jobs.batch': '40' }, { 'count/pods': '11', 'count/jobs.batch': '2' });
    refused(
      workloadOf(draft, 'enrol'),
      6,
      (pod) => `pods "${pod}2mvxr" is forbidden: exceeded quota: object-counts, requested: count/pods=1, used: count/pods=11, limited: count/pods=11`,
    );
    symptom(draft, 'ProbeFailed', { target: 'https://enrol.uni.example' }, 'The address does not answer.');
  }),
  incident('quota-services', ledgerly, ['QuotaExceededServices', 'namespace/accounting', FAMILY], (draft) => {
    draft.services = draft.services.filter(({ name }) => name !== 'rel-ledgerly-pdf');
    const count = String(draft.services.length);
    quota(draft, 'rq-accounting', { services: count, 'services.loadbalancers': '0' }, { services: count, 'services.loadbalancers': '0' });
    recreate(workloadOf(draft, 'rel-ledgerly-pdf'), 35);
    complain(workloadOf(draft, 'rel-ledgerly-sidekiq'), 33, 1.6, [
      '%I pid=1 tid=9fk class=PdfJob jid=9911 WARN: SocketError: Failed to open TCP connection to rel-ledgerly-pdf:3030 (getaddrinfo: Name or service not known)',
    ]);
    symptom(draft, 'SidekiqRetriesHigh', { class: 'PdfJob' }, 'Jobs of PdfJob are retried.', 20);
  }),
  incident('quota-services-count', campus, ['QuotaExceededServices', 'namespace/campus', FAMILY], (draft) => {
    draft.services = draft.services.filter(({ name }) => name !== 'memcached');
    const count = String(draft.services.length);
    quota(draft, 'object-counts', { 'count/services': count, 'count/configmaps': '50' }, { 'count/services': count, 'count/configmaps': '4' });
    recreate(workloadOf(draft, 'memcached'), 21);
    complain(workloadOf(draft, 'lms'), 20, 0.9, [
      '[%S] production.ERROR: Memcached::get(): (0x55d1) php_network_getaddresses: getaddrinfo for memcached failed: Name or service not known',
    ]);
    symptom(draft, 'HighLatency', { service: 'lms' }, 'lms is slow.');
  }),
  incident('quota-storage-claims', feed, ['QuotaExceededStorage', 'namespace/feed', FAMILY], (draft) => {
    quota(draft, 'disk', { 'requests.storage': '1Ti' }, { 'requests.storage': '924Gi' });
    const cassandra = workloadOf(draft, 'cassandra');
    cassandra.replicas = 4;
    draft.extras.push(({ world, find }) => {
      const why =
        'persistentvolumeclaims "data-cassandra-3" is forbidden: exceeded quota: disk, requested: requests.storage=200Gi, used: requests.storage=924Gi, limited: requests.storage=1Ti';
      const facts = { type: 'Warning', reason: 'FailedCreate', first: 44, last: 3, count: 19, by: 'statefulset-controller' } as const;
      emit(world, find('StatefulSet', 'cassandra'), {
        ...facts,
        message: `create Claim data-cassandra-3 for Pod cassandra-3 in StatefulSet cassandra failed error: ${why}`,
      });
      emit(world, find('StatefulSet', 'cassandra'), {
        ...facts,
        message: `create Pod cassandra-3 in StatefulSet cassandra failed error: failed to create PVC data-cassandra-3: ${why}`,
      });
    });
    symptom(
      draft,
      'KubeStatefulSetReplicasMismatch',
      { statefulset: 'cassandra' },
      'StatefulSet has not matched the expected number of replicas.',
      20,
      'warning',
    );
  }),
  incident('quota-storage-class', campus, ['QuotaExceededStorage', 'namespace/campus', FAMILY], (draft) => {
    quota(
      draft,
      'fast-disk',
      { 'standard.storageclass.storage.k8s.io/requests.storage': '140Gi' },
      { 'standard.storageclass.storage.k8s.io/requests.storage': '130Gi' },
    );
    const mongo = workloadOf(draft, 'mongo');
    mongo.replicas = 4;
    draft.extras.push(({ world, find }) => {
      const why =
        'persistentvolumeclaims "data-mongo-3" is forbidden: exceeded quota: fast-disk, requested: standard.storageclass.storage.k8s.io/requests.storage=30Gi, used: standard.storageclass.storage.k8s.io/requests.storage=130Gi, limited: standard.storageclass.storage.k8s.io/requests.storage=140Gi';
      emit(world, find('StatefulSet', 'mongo'), {
        type: 'Warning',
        reason: 'FailedCreate',
        first: 31,
        last: 5,
        count: 17,
        by: 'statefulset-controller',
        message: `create Pod mongo-3 in StatefulSet mongo failed error: failed to create PVC data-mongo-3: ${why}`,
      });
    });
  }),
];

const policies = [
  incident('limit-range-ratio', clinic, ['LimitRangeViolation', 'billing2', FAMILY], (draft) => {
    draft.extras.push(({ world }) => {
      world.add({
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: meta(world, 'LimitRange', 'ratios', 9000, {}),
        spec: { limits: [{ type: 'Container', maxLimitRequestRatio: { memory: '4' } }] },
      });
    });
    refused(
      workloadOf(draft, 'billing2'),
      13,
      (pod) => `pods "${pod}kk7wz" is forbidden: memory max limit to request ratio per Container is 4, but provided ratio is 16.000000`,
      onMain((one) => {
        one.resources = resources('100m', '128Mi', '2Gi');
      }),
    );
  }),
  incident('pod-security-host-path', feed, ['PodSecurityViolation', 'media-03', FAMILY], (draft) => {
    draft.namespaces.push({ name: 'feed', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } });
    refusedRollout(
      workloadOf(draft, 'media-03'),
      19,
      (pod) => `pods "${pod}7xcvb" is forbidden: violates PodSecurity "baseline:latest": hostPath volumes (volume "cache")`,
      ({ spec }) => {
        spec.volumes = [{ name: 'cache', hostPath: { path: '/mnt/nvme' } }];
      },
    );
  }),
];

export const admission = [...accounts, ...budgets, ...policies];
