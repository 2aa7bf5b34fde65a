import { meta, suffixOf } from '../../../scripts/scenarios/world.ts';
import { vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { newNewsroom } from '../apps/newsroom.ts';
import { newTicketing } from '../apps/ticketing.ts';
import { DAY, logTo, nodeOf, recreate, replacePods, serviceOf, setEnv, templateOf, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { addQuota } from '../incidents/admission.ts';
import { access, django, mysqld, pino, postgres, spring } from '../log-lines.ts';
import { containerMetrics, serviceMetrics } from '../metrics.ts';
import { addClaim, addService } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { addMetricsServer } from '../system.ts';

const none = (draft: Draft): Draft => {
  draft.expected = { root_cause: 'healthy', object: '', family: 'healthy' };
  return draft;
};

/** A spare node has been cordoned for days; nothing waits for it. */
function cordoned(): Draft {
  const draft = newTicketing('cordoned-spare', [], ['redis', 'order-service', 'mysql']);
  nodeOf(draft, 'worker-3').unschedulable = true;
  for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === 'worker-3') pod.node = 'worker-1';
  vague(draft, 'HighErrorRate', 9, 'More than 5% of the requests failed for two minutes.');
  return none(draft);
}

/** A quota that is used up to the last pod, with every pod running. */
function quota(): Draft {
  const draft = newFleet('quota-full', [], ['mongodb', 'trips']);
  addQuota(draft, 'object-counts', { pods: '3', services: '5', 'requests.cpu': '2' }, { pods: '3', services: '2', 'requests.cpu': '300m' });
  draft.alerts.push(() => ({
    labels: {
      alertname: 'KubeQuotaFullyUsed',
      namespace: 'fleet',
      resource: 'pods',
      resourcequota: 'object-counts',
      severity: 'info',
      job: 'kube-state-metrics',
    },
    annotations: { description: 'Namespace fleet is using 100% of its pods quota on cluster .', summary: 'Namespace quota is fully used.' },
    firedAgo: 600,
    expression: 'kube_resourcequota{type="used"} / ignoring(type) (kube_resourcequota{type="hard"} > 0) == 1',
  }));
  draft.groupLabels = { namespace: 'fleet' };
  return none(draft);
}

/** An autoscaler at its minimum; metrics were not there when it began. */
function scaler(): Draft {
  const draft = newTicketing('hpa-minimum', [], ['redis', 'mysql', 'seat-inventory']);
  addMetricsServer(draft);
  const gateway = workloadOf(draft, 'api-gateway');
  const pods = recreate(gateway, 55);
  for (const pod of pods)
    pod.events.push({
      type: 'Warning',
      reason: 'Unhealthy',
      message: ({ ip }) => `Readiness probe failed: Get "http://${ip}:8080/actuator/health/readiness": dial tcp ${ip}:8080: connect: connection refused`,
      first: 54.8,
      count: 2,
      container: 'app',
    });
  draft.extras.push(({ world }) => {
    const object = world.add({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: meta(world, 'HorizontalPodAutoscaler', 'api-gateway', 30 * DAY),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api-gateway' },
        minReplicas: 1,
        maxReplicas: 6,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 75 } } }],
      },
      status: {
        currentReplicas: 1,
        desiredReplicas: 1,
        currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 11, averageValue: '22m' } } }],
        conditions: [
          {
            type: 'AbleToScale',
            status: 'True',
            lastTransitionTime: world.ago(30 * DAY),
            reason: 'ReadyForNewScale',
            message: 'recommended size matches current size',
          },
          {
            type: 'ScalingActive',
            status: 'True',
            lastTransitionTime: world.ago(54),
            reason: 'ValidMetricFound',
            message: 'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
          },
          {
            type: 'ScalingLimited',
            status: 'True',
            lastTransitionTime: world.ago(50),
            reason: 'TooFewReplicas',
            message: 'the desired replica count is less than the minimum replica count',
          },
        ],
      },
    });
    emit(world, object, {
      type: 'Warning',
      reason: 'FailedGetResourceMetric',
      message: 'failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)',
      first: 54.7,
      last: 54.2,
      count: 3,
      by: 'horizontal-pod-autoscaler',
    });
  });
  vague(draft, 'HighLatency', 11, 'The p95 was above 500 ms for five minutes.', 'warning');
  return none(draft);
}

/** Logs that look worse than they are: scanners, users who mistype, connections that time out, every day. */
function noisy(): Draft {
  const draft = newTicketing('noisy-logs', [], ['redis', 'seat-inventory']);
  logTo(
    workloadOf(draft, 'mysql'),
    [51, 33, 12].map((ago) => [ago, mysqld('Note', '010926', "Access denied for user 'root'@'203.0.113.9' (using password: NO)", 9912)]),
  );
  logTo(
    workloadOf(draft, 'order-service'),
    [44, 29, 13].map((ago) => [
      ago,
      spring(
        'order-service',
        'ERROR',
        'nio-8080-exec-7',
        'c.k.order.CardController',
        'Card was declined by the bank: error code 51 (insufficient funds), order 88214',
      ),
    ]),
  );
  logTo(workloadOf(draft, 'order-service'), [
    [
      21,
      spring(
        'order-service',
        'WARN',
        'l-1 housekeeper',
        'com.zaxxer.hikari.pool.PoolBase',
        'HikariPool-1 - Failed to validate connection com.mysql.cj.jdbc.ConnectionImpl@1f0c (No operations allowed after connection closed.). Possibly consider using a shorter maxLifetime value.',
      ),
    ],
  ]);
  logTo(
    workloadOf(draft, 'api-gateway'),
    [37, 8].map((ago) => [
      ago,
      spring(
        'api-gateway',
        'ERROR',
        'ctor-http-nio-1',
        'reactor.netty.http.server.HttpServerOperations',
        '[2f11] Error finishing response. Closing connection\njava.io.IOException: Connection reset by peer',
      ),
    ]),
  );
  vague(draft, 'ErrorLogsIncreased', 24, 'More lines than usual contain the word error.', 'warning');
  return none(draft);
}

/** A claim that nobody uses yet waits for its first consumer, as its class says. */
function unusedClaim(): Draft {
  const draft = newNewsroom('claim-unused', [], ['worker', 'redis', 'cms', 'ingress']);
  addClaim(draft, 'export-scratch', {
    ago: 4 * DAY,
    size: '10Gi',
    pending: { reason: 'WaitForFirstConsumer', message: 'waiting for first consumer to be created before binding', type: 'Normal' },
  });
  logTo(workloadOf(draft, 'postgres'), [
    [28, postgres('LOG', 'could not receive data from client: Connection reset by peer', 'cms@cms ')],
    [27.9, postgres('FATAL', 'terminating connection due to administrator command', 'report@cms ')],
  ]);
  vague(draft, 'ServiceAvailabilityDisruption', 26, 'The site did not answer for a minute.');
  return none(draft);
}

/** Services of every kind: an external name, a headless one, one with endpoints made by hand. */
function oddServices(): Draft {
  const draft = newNewsroom('odd-services', [], ['worker', 'redis', 'postgres']);
  addService(draft, 'mail', 25, 25, { type: 'ExternalName', externalName: 'smtp.tagespost.example', ports: [] });
  draft.services = draft.services.map((one) => (one.name === 'mail' ? (({ selector: _, ...rest }) => rest)(one) : one));
  addService(draft, 'legacy-archive', 8443, 8443);
  const legacy = serviceOf(draft, 'legacy-archive');
  delete legacy.selector;
  addService(draft, 'cms-peers', 8000, 8000, { headless: true, selector: { app: 'cms' } });
  for (const one of templateOf(workloadOf(draft, 'cms')).spec.containers) {
    setEnv(one, 'MAIL_HOST', 'mail');
    setEnv(one, 'ARCHIVE_URL', 'https://legacy-archive:8443');
  }
  draft.extras.push(({ world, find }) => {
    world.add({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta(world, 'EndpointSlice', `legacy-archive-${suffixOf('legacy', 5)}`, 90 * DAY, {
        labels: { 'kubernetes.io/service-name': 'legacy-archive', 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'legacy-archive', uid: find('Service', 'legacy-archive').metadata.uid }],
      }),
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.168.80.14'], conditions: { ready: true } }],
      ports: [{ name: 'http', port: 8443, protocol: 'TCP' }],
    });
  });
  logTo(workloadOf(draft, 'cms'), [
    [8, django('WARNING', 'archive.client', 'Slow answer of https://legacy-archive:8443/v1/search: 3.1 s')],
    [6, access('/suche/?q=hafen', 200, 21_881, 'Mozilla/5.0')],
  ]);
  vague(draft, 'SlowResponses', 5, 'The search is slow.', 'warning');
  return none(draft);
}

/** A service that has always been slow: reports take their time. */
function steadyLatency(): Draft {
  const draft = newFleet('steady-latency', [], ['mongodb', 'positions']);
  serviceMetrics(draft, 'trips', { rate: 3, p50: 1450 });
  serviceMetrics(draft, 'edge-gateway', { rate: 18, p50: 1490 });
  for (const name of ['trips', 'edge-gateway'])
    containerMetrics(
      draft,
      { pod: (one) => one, workload: name, container: name, node: workloadOf(draft, name).pods[0]?.node ?? '' },
      { cores: () => 0.18, bytes: () => 140 * 1024 * 1024 },
    );
  logTo(workloadOf(draft, 'trips'), [
    [17, pino(40, 'report took long', { ms: 4411 })],
    [2, pino(40, 'report took long', { ms: 4380 })],
  ]);
  vague(draft, 'HighLatency', 8, 'The p95 of the fleet API is above its objective.', 'warning');
  return none(draft);
}

/** A node was away for three minutes and came back; its pods are ready again. */
function nodeReturned(): Draft {
  const draft = newTicketing('node-returned', [], ['redis', 'seat-inventory', 'mysql']);
  const node = nodeOf(draft, 'worker-1');
  node.conditions['Ready'] = { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', since: 31 };
  for (const pod of replacePods(workloadOf(draft, 'api-gateway'), 6 * DAY)) {
    pod.node = 'worker-1';
    pod.events.push({ type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready', first: 34.2, by: 'node-controller' });
  }
  draft.extras.push(({ world, find }) => {
    emit(world, find('Node', 'worker-1'), {
      type: 'Normal',
      reason: 'NodeNotReady',
      message: 'Node worker-1 status is now: NodeNotReady',
      first: 34.2,
      by: 'node-controller',
    });
    emit(world, find('Node', 'worker-1'), {
      type: 'Normal',
      reason: 'NodeReady',
      message: 'Node worker-1 status is now: NodeReady',
      first: 31,
      by: 'kubelet',
      host: 'worker-1',
    });
  });
  vague(draft, 'ServiceAvailabilityDisruption', 33, 'The ticket shop did not answer for two minutes.');
  return none(draft);
}

export const healthySurroundings = [cordoned, quota, scaler, noisy, unusedClaim, oddServices, steadyLatency, nodeReturned];
