import { meta } from '../../../scripts/scenarios/world.ts';
import { fromStateMetrics, jobFailed, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { addCronJob, DJANGO_IMAGE, djangoEnv, newNewsroom } from '../apps/newsroom.ts';
import { newTicketing } from '../apps/ticketing.ts';
import { DAY, nodeOf, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { burst, plain } from '../log-lines.ts';
import { addJob } from '../make-job.ts';
import { resources } from '../parts.ts';
import type { Draft, Template } from '../shape.ts';
import { addMetricsServer } from '../system.ts';

function manage(name: string, args: readonly string[]): Template {
  return {
    labels: { app: name },
    spec: {
      imagePullSecrets: [{ name: 'harbor-pull' }],
      containers: [
        {
          name: 'manage',
          image: `${DJANGO_IMAGE}:2026.4.1`,
          args: ['python', 'manage.py', ...args],
          env: djangoEnv(['postgres']),
          resources: resources('100m', '128Mi', '512Mi'),
        },
      ],
    },
  };
}

/** The nightly sitemap is written to a bucket that no longer exists. */
function backoff(): Draft {
  const draft = newNewsroom('job-backoff', [], ['worker', 'redis', 'ingress']);
  const template = manage('sitemap', ['write_sitemap', '--bucket', 'tagespost-public']);
  addCronJob(draft, 'sitemap', { schedule: '40 3 * * *', template, lastAgo: 33, successAgo: 1473 });
  const log = burst(0.06, [
    plain('Writing 48112 urls'),
    plain('Traceback (most recent call last):'),
    plain('  File "/app/cms/management/commands/write_sitemap.py", line 88, in handle'),
    plain('botocore.errorfactory.NoSuchBucket: An error occurred (NoSuchBucket) when calling the PutObject operation: The specified bucket does not exist'),
  ]);
  addJob(draft, 'sitemap-29391340', {
    template,
    cronJob: 'sitemap',
    ago: 33,
    failed: { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', ago: 27.4 },
    attempts: [33, 32.6, 31.9, 28.1].map((ago) => ({ ago, exit: 1, seconds: 21, log })),
  });
  jobFailed(draft, 'sitemap-29391340', 12);
  draft.expected = { root_cause: 'JobFailed', object: 'app/sitemap-29391340', family: 'batch' };
  return draft;
}

function deadline(): Draft {
  const draft = newNewsroom('job-deadline', [], ['worker', 'redis', 'ingress', 'cms']);
  const template = manage('reindex', ['rebuild_index']);
  addJob(draft, 'reindex-2026-04', {
    template,
    ago: 49,
    deadlineSeconds: 1800,
    failed: { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline', ago: 19 },
    attempts: [],
  });
  jobFailed(draft, 'reindex-2026-04', 4);
  draft.expected = { root_cause: 'JobFailed', object: 'app/reindex-2026-04', family: 'batch' };
  return draft;
}

/** Someone suspended the backup yesterday and forgot it. */
function suspended(): Draft {
  const draft = newTicketing('cronjob-suspended', [], ['redis', 'seat-inventory', 'order-service']);
  const template: Template = {
    labels: { 'app.kubernetes.io/name': 'mysql-backup' },
    spec: {
      containers: [
        {
          name: 'dump',
          image: 'docker.io/library/mysql:8.4.4',
          command: ['sh', '-c', 'mysqldump -h mysql -uroot -p$MYSQL_ROOT_PASSWORD --all-databases | gzip > /backup/dump.gz'],
          env: [{ name: 'MYSQL_ROOT_PASSWORD', valueFrom: { secretKeyRef: { name: 'mysql-root', key: 'password' } } }],
        },
      ],
    },
  };
  addCronJob(draft, 'mysql-backup', { schedule: '0 * * * *', template, suspended: true, lastAgo: 200, successAgo: 198.5 });
  vague(draft, 'BackupMissing', 60, 'The last backup of MySQL is older than two hours.', 'warning');
  draft.expected = { root_cause: 'CronJobSuspended', object: 'CronJob/mysql-backup', family: 'batch' };
  return draft;
}

/** The autoscaler cannot compute a share of a request that is not there. */
function autoscaler(): Draft {
  const draft = newNewsroom('hpa-no-metrics', [], ['worker', 'redis', 'ingress']);
  addMetricsServer(draft);
  const cms = workloadOf(draft, 'cms');
  for (const { template } of cms.revisions)
    for (const one of template.spec.containers) one.resources = { limits: { memory: '512Mi' }, requests: { memory: '256Mi' } };
  draft.extras.push(({ world, podsOf }) => {
    const pod = podsOf('cms')[0]?.metadata.name ?? '';
    const why = `failed to get cpu utilization: missing request for cpu in container cms of Pod ${pod}`;
    const scaler = world.add({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: meta(world, 'HorizontalPodAutoscaler', 'cms', 3 * DAY),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cms' },
        minReplicas: 2,
        maxReplicas: 8,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
      },
      status: {
        currentReplicas: 2,
        desiredReplicas: 2,
        currentMetrics: null,
        conditions: [
          {
            type: 'AbleToScale',
            status: 'True',
            lastTransitionTime: world.ago(3 * DAY),
            reason: 'SucceededGetScale',
            message: "the HPA controller was able to get the target's current scale",
          },
          {
            type: 'ScalingActive',
            status: 'False',
            lastTransitionTime: world.ago(3 * DAY - 1),
            reason: 'FailedGetResourceMetric',
            message: `the HPA was unable to compute the replica count: ${why}`,
          },
        ],
      },
    });
    emit(world, scaler, {
      type: 'Warning',
      reason: 'FailedGetResourceMetric',
      message: why,
      first: 59,
      last: 0.2,
      count: 17_281,
      by: 'horizontal-pod-autoscaler',
    });
    emit(world, scaler, {
      type: 'Warning',
      reason: 'FailedComputeMetricsReplicas',
      message: `invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${why}`,
      first: 59,
      last: 0.2,
      count: 17_281,
      by: 'horizontal-pod-autoscaler',
    });
  });
  fromStateMetrics(
    draft,
    'HorizontalPodAutoscalerNotScaling',
    { horizontalpodautoscaler: 'cms', namespace: 'newsroom' },
    'HPA newsroom/cms cannot read its metrics.',
    40,
  );
  draft.expected = { root_cause: 'HpaMetricsUnavailable', object: 'app/cms', family: 'batch' };
  return draft;
}

/** A drain that cannot go on: the budget wants every pod that there is. */
function budget(): Draft {
  const draft = newFleet('pdb-drain', [], ['mongodb', 'trips']);
  nodeOf(draft, 'worker-3').unschedulable = true;
  const positions = workloadOf(draft, 'positions');
  positions.pods.forEach((pod, at) => {
    pod.node = ['worker-3', 'worker-1'][at % 2] ?? 'worker-1';
  });
  for (const pod of workloadOf(draft, 'edge-gateway').pods) pod.node = 'worker-2';
  draft.extras.push(({ world, find }) => {
    world.add({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: meta(world, 'PodDisruptionBudget', 'positions', 50 * DAY, { generation: 1 }),
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'positions' } } },
      status: {
        currentHealthy: 2,
        desiredHealthy: 2,
        disruptionsAllowed: 0,
        expectedPods: 2,
        observedGeneration: 1,
        conditions: [
          {
            type: 'DisruptionAllowed',
            status: 'False',
            reason: 'InsufficientPods',
            message: '',
            observedGeneration: 1,
            lastTransitionTime: world.ago(50 * DAY),
          },
        ],
      },
    });
    emit(world, find('Node', 'worker-3'), {
      type: 'Normal',
      reason: 'NodeNotSchedulable',
      message: 'Node worker-3 status is now: NodeNotSchedulable',
      first: 58,
      by: 'kubelet',
      host: 'worker-3',
    });
  });
  vague(
    draft,
    'NodeDrainBlocked',
    38,
    "Draining worker-3 has taken more than 20 minutes: Cannot evict pod as it would violate the pod's disruption budget.",
    'warning',
  );
  draft.expected = { root_cause: 'DisruptionBudgetUnsatisfied', object: 'app/positions', family: 'batch' };
  return draft;
}

export const batch = [backoff, deadline, suspended, autoscaler, budget];
