import { podNotReady, replicasMismatch, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { addCronJob, addDjango, DJANGO_IMAGE, djangoEnv, newNewsroom } from '../apps/newsroom.ts';
import { javaStart, newTicketing } from '../apps/ticketing.ts';
import { DAY, logTo, nodeOf, recreate, rollOut, templateOf, workloadOf } from '../draft.ts';
import { oldRestart, slowStartNoise } from '../faults.ts';
import { plain } from '../log-lines.ts';
import { addJob } from '../make-job.ts';
import { stateMetrics } from '../metrics.ts';
import { addClaim, addService, httpGet } from '../parts.ts';
import type { Draft, Template } from '../shape.ts';

const none = (draft: Draft): Draft => {
  draft.expected = { root_cause: 'healthy', object: '', family: 'healthy' };
  return draft;
};

function manage(name: string, args: readonly string[]): Template {
  return {
    labels: { app: name },
    spec: { containers: [{ name: 'manage', image: `${DJANGO_IMAGE}:2026.4.1`, args: ['python', 'manage.py', ...args], env: djangoEnv(['postgres']) }] },
  };
}

/** Everything was installed minutes ago; the first probes came too early, as always. */
function fresh(): Draft {
  const draft = newFleet('fresh-cluster', [], ['mongodb', 'trips'], 'fleet-new');
  for (const node of draft.nodes) node.ago = 26;
  for (const workload of draft.workloads) {
    const pods = recreate(workload, 9);
    const [port] = workload.name === 'positions' ? [9000] : [3000];
    slowStartNoise(pods, port ?? 0, workload.name);
    for (const pod of pods) {
      const image = templateOf(workload).spec.containers[0]?.image ?? '';
      pod.events.push(
        { type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"`, first: 8.98, container: workload.name },
        {
          type: 'Normal',
          reason: 'Pulled',
          message: `Successfully pulled image "${image}" in 4.118s (4.118s including waiting). Image size: 48120331 bytes.`,
          first: 8.9,
          container: workload.name,
        },
      );
    }
  }
  vague(draft, 'ServiceAvailabilityDisruption', 7, 'The fleet API did not answer.');
  return none(draft);
}

/** Finished Jobs, one of which needed a second attempt. */
function jobs(): Draft {
  const draft = newNewsroom('finished-jobs', [], ['worker', 'redis', 'cms', 'ingress']);
  const template = manage('clearsessions', ['clearsessions']);
  addCronJob(draft, 'clearsessions', { schedule: '*/30 * * * *', template, lastAgo: 12, successAgo: 11.4 });
  addJob(draft, 'clearsessions-29391330', {
    template,
    cronJob: 'clearsessions',
    ago: 42,
    succeededAgo: 41.1,
    attempts: [
      { ago: 42, exit: 1, seconds: 4, log: [[0.02, plain('django.db.utils.OperationalError: server closed the connection unexpectedly')]] },
      { ago: 41.7, exit: 0, seconds: 26, log: [[0.02, plain('Deleted 212 sessions')]] },
    ],
  });
  addJob(draft, 'clearsessions-29391360', {
    template,
    cronJob: 'clearsessions',
    ago: 12,
    succeededAgo: 11.4,
    attempts: [{ ago: 12, exit: 0, seconds: 27, log: [[0.02, plain('Deleted 98 sessions')]] }],
  });
  vague(draft, 'JobRetried', 30, 'A job of the newsroom needed a second attempt.', 'warning');
  return none(draft);
}

/** The canary has been off for weeks, on purpose. */
function zero(): Draft {
  const draft = newTicketing('scaled-to-zero', [], ['redis', 'seat-inventory', 'mysql']);
  const gateway = workloadOf(draft, 'api-gateway');
  const canary = structuredClone({ ...gateway, routine: undefined });
  const copy = { ...gateway, ...canary, name: 'api-gateway-canary', replicas: 0, pods: [], shortSince: 20 * DAY, routine: gateway.routine };
  for (const { template } of copy.revisions) template.labels = { 'app.kubernetes.io/name': 'api-gateway-canary', 'app.kubernetes.io/part-of': 'tickets' };
  copy.annotations = { 'kassenhaus.example/note': 'off until the next large sale' };
  draft.workloads.push(copy);
  addService(draft, 'api-gateway-canary', 8080, 'http');
  vague(draft, 'ServiceAvailabilityDisruption', 16, 'The ticket shop was slow.');
  return none(draft);
}

/** Restarts and an OOM kill of days ago. */
function restarts(): Draft {
  const draft = newFleet('old-restarts', [], ['mongodb', 'trips']);
  for (const workload of draft.workloads)
    workload.pods.forEach((pod, at) => {
      pod.ago = 40 * DAY;
      oldRestart(pod, workload.name, 6 * DAY + at * 3, 3 + at, 255);
    });
  const [pod] = workloadOf(draft, 'edge-gateway').pods;
  if (pod)
    pod.states['edge-gateway'] = {
      is: 'running',
      restarts: 7,
      since: 4 * DAY - 0.3,
      last: { exit: 137, reason: 'OOMKilled', ago: 4 * DAY, ranSeconds: 90_211 },
    };
  stateMetrics(draft);
  vague(draft, 'ServiceAbnormalRestart', 25, 'A container has restarted more than five times since it was made.', 'warning');
  return none(draft);
}

/** Three releases, the last one half an hour ago and complete. */
function rollouts(): Draft {
  const draft = newNewsroom('completed-rollouts', [], ['worker', 'redis', 'ingress']);
  const cms = workloadOf(draft, 'cms');
  for (const [version, ago] of [
    ['2026.4.2', 2 * DAY],
    ['2026.4.3', 27],
  ] as const) {
    const pods = rollOut(
      cms,
      ago,
      (template) => {
        for (const one of template.spec.containers) one.image = `${DJANGO_IMAGE}:${version}`;
      },
      ['worker-1', 'worker-2'],
    );
    cms.pods = pods;
    slowStartNoise(pods, 8000, 'cms');
  }
  replicasMismatch(draft, 'cms', 3);
  return none(draft);
}

/** CronJobs between their runs, and one that has never run yet. */
function crons(): Draft {
  const draft = newNewsroom('cronjobs-idle', [], ['worker', 'redis', 'cms', 'ingress', 'postgres']);
  for (const [name, schedule, last, success] of [
    ['sitemap', '40 3 * * *', 610, 608],
    ['prune-media', '0 5 * * 0', 3 * DAY, 3 * DAY - 12],
  ] as const) {
    const template = manage(name, [name]);
    for (const one of template.spec.containers) one.env = djangoEnv([]);
    addCronJob(draft, name, { schedule, template, lastAgo: last, successAgo: success });
  }
  addDjango(draft, 'preview', ['gunicorn', 'cms.preview:application', '--bind=0.0.0.0:8000']);
  for (const one of templateOf(workloadOf(draft, 'preview')).spec.containers) one.env = djangoEnv([]);
  vague(draft, 'SlowResponses', 22, 'The preview was slow for a while.', 'warning');
  return none(draft);
}

/** StatefulSets of three, each pod with its claim. */
function stateful(): Draft {
  const draft = newFleet('statefulsets', ['kafka'], ['mongodb', 'trips', 'positions', 'edge-gateway']);
  const kafka = workloadOf(draft, 'kafka');
  kafka.replicas = 3;
  kafka.pods = ['worker-3', 'worker-1', 'worker-2'].map((node, at) => ({
    revision: kafka.revisions.length - 1,
    ago: 30 * DAY - at,
    node,
    states: {},
    logs: {},
    previous: {},
    logErrors: {},
    events: [],
  }));
  for (const at of [1, 2]) addClaim(draft, `data-kafka-${at}`, { size: '80Gi', node: kafka.pods[at]?.node ?? '' });
  addService(draft, 'kafka-headless', 9092, 'client', {
    headless: true,
    selector: { app: 'kafka' },
    ports: [{ name: 'client', port: 9092, targetPort: 'client', protocol: 'TCP' }],
  });
  vague(draft, 'ConsumerLagHigh', 35, 'A consumer was behind for ten minutes.', 'warning');
  return none(draft);
}

/** A DaemonSet for some of the nodes only. */
function subset(): Draft {
  const draft = newFleet('daemonset-subset', ['telemetry-relay'], ['mongodb', 'trips', 'positions']);
  for (const name of ['worker-1', 'worker-3']) nodeOf(draft, name).labels = { ...nodeOf(draft, name).labels, 'fleet.rollwerk.example/relay': 'true' };
  const relay = workloadOf(draft, 'telemetry-relay');
  for (const { template } of relay.revisions) template.spec.nodeSelector = { 'fleet.rollwerk.example/relay': 'true' };
  relay.pods = relay.pods.filter(({ node }) => node !== 'worker-2');
  relay.replicas = 2;
  vague(draft, 'TelemetryGap', 18, 'No telemetry of one vehicle for a while.', 'warning');
  return none(draft);
}

/** Java started slowly some minutes ago and is fine since. */
function slowStart(): Draft {
  const draft = newTicketing('slow-start', [], ['redis', 'mysql', 'seat-inventory']);
  const orders = workloadOf(draft, 'order-service');
  const pods = rollOut(
    orders,
    14,
    (template) => {
      for (const one of template.spec.containers) {
        one.image = one.image.replace('3.14.2', '3.14.3');
        one.startupProbe = httpGet('/actuator/health/liveness', 'http', { failureThreshold: 40, periodSeconds: 5 });
      }
    },
    ['worker-2'],
  );
  orders.pods = pods;
  for (const pod of pods) {
    pod.states['app'] = { is: 'running', since: 13.9 };
    pod.events.push({
      type: 'Warning',
      reason: 'Unhealthy',
      message: ({ ip }) => `Startup probe failed: Get "http://${ip}:8080/actuator/health/liveness": dial tcp ${ip}:8080: connect: connection refused`,
      first: 13.8,
      last: 13.1,
      count: 9,
      container: 'app',
    });
    pod.events.push({
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'Startup probe failed: HTTP probe failed with statuscode: 503',
      first: 13.05,
      count: 1,
      container: 'app',
    });
  }
  logTo(orders, javaStart('order-service', 13.8));
  podNotReady(draft, 'order-service', 13);
  return none(draft);
}

export const healthyWorkloads = [fresh, jobs, zero, restarts, rollouts, crons, stateful, subset, slowStart];
