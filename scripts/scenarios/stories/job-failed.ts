import { FROM_KUBE_STATE_METRICS, RUNBOOKS } from '../alerts.ts';
import { app, baseCluster, quietNeighbour, type Story } from '../cluster.ts';
import { addPod, type PodState, type TemplateSpec, templateOf } from '../pods.ts';
import { meta, ownedBy, uidOf, type World } from '../world.ts';

const DAY = 60 * 24;
const NAME = 'nightly-settlement';

/** The database refuses the password that the nightly job has: four attempts fail, the Job gives up. */
export function jobFailed(): Story {
  const world = baseCluster('2026-05-21T02:31:40Z', 'settlement');
  const template: TemplateSpec = {
    labels: { 'app.kubernetes.io/name': NAME },
    restartPolicy: 'Never',
    containers: [
      {
        name: 'settle',
        image: 'registry.mossbank.example/settlement/settle:6.0.2',
        args: ['--day', 'yesterday'],
        env: [
          { name: 'DATABASE_HOST', value: 'ledger-db.settlement.svc.cluster.local' },
          { name: 'DATABASE_USER', value: 'settle' },
          { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: 'ledger-db-settle', key: 'password' } } },
        ],
        requests: { cpu: '200m', memory: '256Mi' },
        limits: { memory: '512Mi' },
      },
    ],
  };
  const job = addCronJob(world, template);
  const attempts: readonly PodState[] = [31.6, 31.3, 30.8, 30].map((agoMinutes) => ({
    is: 'ended',
    agoMinutes,
    node: 'worker-2',
    reason: 'Error',
    exitCode: 1,
    ranSeconds: 4,
  }));
  for (const state of attempts) {
    const pod = addPod(world, job, template, state);
    world.event({
      about: job,
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${pod.metadata.name}`,
      firstAgo: state.agoMinutes,
      component: 'job-controller',
    });
    world.log(pod, 'settle', [
      [state.agoMinutes - 0.11, 'INFO  settle 6.0.2: settling 2026-05-20'],
      [state.agoMinutes - 0.13, 'INFO  connecting to ledger-db.settlement.svc.cluster.local:5432 as settle'],
      [state.agoMinutes - 0.15, 'FATAL password authentication failed for user "settle" (SQLSTATE 28P01)'],
    ]);
  }
  world.event({
    about: job,
    type: 'Warning',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
    firstAgo: 29.8,
    component: 'job-controller',
  });
  world.add({ apiVersion: 'v1', kind: 'Secret', metadata: meta(world, 'Secret', 'ledger-db-settle', 200 * DAY), type: 'Opaque', data: { password: '' } });
  quietNeighbour(
    world,
    app({
      name: 'ledger-db',
      image: 'docker.io/library/postgres:16.9',
      team: 'settlement',
      port: 5432,
      container: { liveness: { tcpSocket: { port: 'http' } }, readiness: { tcpSocket: { port: 'http' } } },
    }),
    '10.96.9.14',
    ['worker-3'],
  );

  return {
    name: 'job-failed',
    world,
    groupLabels: { alertname: 'KubeJobFailed', namespace: 'settlement' },
    alerts: [
      {
        labels: {
          ...FROM_KUBE_STATE_METRICS,
          alertname: 'KubeJobFailed',
          condition: 'true',
          container: 'kube-state-metrics',
          job_name: job.metadata.name,
          namespace: 'settlement',
          pod: 'kube-prometheus-stack-kube-state-metrics-674bc97d5f-vw5jn',
          severity: 'warning',
        },
        annotations: {
          description: `Job settlement/${job.metadata.name} failed to complete. Removing failed job after investigation should clear this alert on cluster .`,
          runbook_url: `${RUNBOOKS}/kubejobfailed`,
          summary: 'Job failed to complete.',
        },
        firedAgo: 14.2,
        expression: 'kube_job_failed{job="kube-state-metrics", namespace=~".*"} > 0',
      },
    ],
    expected: {
      title: 'The database refuses the password of the nightly job',
      codes: ['DependencyCredentialsRejected'],
      objects: [
        { kind: 'CronJob', namespace: 'settlement', name: NAME },
        { kind: 'Job', namespace: 'settlement', name: job.metadata.name },
      ],
      healthy: false,
    },
  };
}

function addCronJob(world: World, template: TemplateSpec) {
  const pod = templateOf(template);
  const cron = world.add({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: meta(world, 'CronJob', NAME, 150 * DAY, { generation: 3, labels: template.labels }),
    spec: {
      schedule: '0 2 * * *',
      concurrencyPolicy: 'Forbid',
      suspend: false,
      jobTemplate: { metadata: { creationTimestamp: null }, spec: { backoffLimit: 3, template: pod } },
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    },
    status: { lastScheduleTime: world.ago(31.67), lastSuccessfulTime: world.ago(DAY + 28.9) },
  });
  const name = `${NAME}-29653080`;
  const labels = { 'batch.kubernetes.io/job-name': name, 'job-name': name, 'batch.kubernetes.io/controller-uid': uidOf(`controller ${name}`) };
  const failed = {
    status: 'True',
    lastProbeTime: world.ago(29.8),
    lastTransitionTime: world.ago(29.8),
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
  };
  const job = world.add({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: meta(world, 'Job', name, 31.67, {
      generation: 1,
      labels: template.labels,
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': world.ago(31.67) },
      ownerReferences: ownedBy(cron),
    }),
    spec: {
      parallelism: 1,
      completions: 1,
      backoffLimit: 3,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': labels['batch.kubernetes.io/controller-uid'] } },
      template: { ...pod, metadata: { ...pod.metadata, labels: { ...template.labels, ...labels } } },
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    },
    status: {
      conditions: [
        { type: 'FailureTarget', ...failed },
        { type: 'Failed', ...failed },
      ],
      startTime: world.ago(31.66),
      failed: 4,
      uncountedTerminatedPods: {},
      ready: 0,
      terminating: 0,
    },
  });
  world.event({ about: cron, type: 'Normal', reason: 'SuccessfulCreate', message: `Created job ${name}`, firstAgo: 31.67, component: 'cronjob-controller' });
  return job;
}
