import { meta } from '../../../scripts/scenarios/world.ts';
import { addCronJob } from '../apps/newsroom.ts';
import { DAY, newPod, nodeOf, workloadOf } from '../draft.ts';
import { plain } from '../log-lines.ts';
import { addScaledAutoscaler } from '../make-autoscaler.ts';
import { addJob } from '../make-job.ts';
import { env } from '../parts.ts';
import type { Draft, Template } from '../shape.ts';
import { BANK, newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { newTelemetry } from './telemetry.ts';
import { newWebshop, SHOP } from './webshop.ts';
import { well } from './well.ts';

/** The load test was switched off in spring; nobody calls it. */
function zero(): Draft {
  const draft = newTelemetry('t-well-zero');
  const { routine: _, ...rest } = workloadOf(draft, 'notifier');
  const copy = structuredClone(rest);
  for (const { template } of copy.revisions) {
    template.labels = { 'app.kubernetes.io/name': 'load-test' };
    for (const one of template.spec.containers) one.name = 'load-test';
  }
  draft.workloads.push({ ...copy, name: 'load-test', replicas: 0, pods: [], shortSince: 60 * DAY, routine: () => [] });
  return well(draft);
}

/** A spare machine is cordoned since last week and empty. */
function spare(): Draft {
  const draft = newBank('t-well-cordon');
  nodeOf(draft, 'worker-3').unschedulable = true;
  for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === 'worker-3' && workload.kind === 'Deployment') pod.node = 'worker-1';
  return well(draft);
}

/** Jobs that ended, one at the second attempt, and a CronJob that rests for the season. */
function jobs(): Draft {
  const draft = newWebshop('t-well-jobs');
  const template: Template = {
    labels: { app: 'reindex' },
    spec: { containers: [{ name: 'reindex', image: `${SHOP}/catalog:5.12.0`, args: ['rake', 'search:reindex'], env: env({ RAILS_ENV: 'production' }) }] },
  };
  addCronJob(draft, 'reindex', { schedule: '0 * * * *', template, lastAgo: 33, successAgo: 31 });
  addJob(draft, 'reindex-29391240', {
    template,
    cronJob: 'reindex',
    ago: 33,
    succeededAgo: 31,
    attempts: [
      { ago: 33, exit: 1, seconds: 7, log: [[0.01, plain('Faraday::ConnectionFailed: execution expired')]] },
      { ago: 32.6, exit: 0, seconds: 80, log: [[0.01, plain('indexed 8112 products')]] },
    ],
  });
  addCronJob(draft, 'christmas-newsletter', {
    schedule: '0 9 * 12 *',
    template,
    lastAgo: 140 * DAY,
    successAgo: 140 * DAY - 4,
    suspended: true,
    ago: 400 * DAY,
  });
  return well(draft);
}

/** The failed import of the day before yesterday is still listed; every one since went well. */
function oldJob(): Draft {
  const draft = newBank('t-well-old-job');
  const template: Template = { labels: { app: 'fx-import' }, spec: { containers: [{ name: 'fx-import', image: `${BANK}/fx-import:24.11.2` }] } };
  addCronJob(draft, 'fx-import', { schedule: '0 6 * * *', template, lastAgo: 400, successAgo: 398 });
  addJob(draft, 'fx-import-29388600', {
    template,
    cronJob: 'fx-import',
    ago: 2 * DAY + 400,
    failed: { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', ago: 2 * DAY + 390 },
    attempts: [
      {
        ago: 2 * DAY + 400,
        exit: 1,
        seconds: 31,
        log: [[0.01, plain('System.Net.Http.HttpRequestException: Response status code does not indicate success: 503 (Service Unavailable).')]],
      },
    ],
  });
  addJob(draft, 'fx-import-29391480', {
    template,
    cronJob: 'fx-import',
    ago: 400,
    succeededAgo: 398,
    attempts: [{ ago: 400, exit: 0, seconds: 44, log: [[0.01, plain('imported 31 rates')]] }],
  });
  return well(draft);
}

/** Nine tenths of the quota are used, and nothing wants more. */
function quota(): Draft {
  const draft = newInference('t-well-quota');
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: meta(world, 'ResourceQuota', 'team-budget', 60 * DAY, {}),
      spec: { hard: { pods: '12', 'requests.memory': '8Gi' } },
      status: { hard: { pods: '12', 'requests.memory': '8Gi' }, used: { pods: '11', 'requests.memory': '7552Mi' } },
    });
  });
  return well(draft);
}

/** An eviction of three days ago left its pod; its successor runs. */
function evicted(): Draft {
  const draft = newWebshop('t-well-evicted');
  const mailer = workloadOf(draft, 'mailer');
  const [victim] = mailer.pods;
  if (victim) {
    Object.assign(victim, {
      ago: 8 * DAY,
      failed: {
        reason: 'Evicted',
        message: 'The node was low on resource: ephemeral-storage. Threshold quantity: 10737418240, available: 9912340Ki. ',
        ago: 3 * DAY,
      },
    });
    mailer.pods.push(newPod(mailer, 3 * DAY - 1, 'worker-1'));
  }
  return well(draft);
}

/** The autoscaler did its work: more pods than at night, all ready, below its most. */
function scaled(): Draft {
  const draft = newInference('t-well-scaled');
  const api = workloadOf(draft, 'api');
  api.replicas = 4;
  for (const node of ['worker-1', 'worker-3']) api.pods.push(newPod(api, 25, node));
  addScaledAutoscaler(draft, { deployment: 'api', most: 8, replicas: 4, ago: 25, target: 70, now: 61, amount: '152m' });
  return well(draft);
}

/** Bounds and a policy that everybody keeps: all who call are of the same namespace. */
function bounded(): Draft {
  const draft = newBank('t-well-limits');
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: meta(world, 'LimitRange', 'bounds', 60 * DAY, {}),
      spec: { limits: [{ type: 'Container', max: { cpu: '4', memory: '4Gi' }, default: { memory: '256Mi' }, defaultRequest: { memory: '128Mi' } }] },
    });
    world.add({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: meta(world, 'NetworkPolicy', 'same-namespace', 60 * DAY, {}),
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] },
    });
  });
  return well(draft, 'PartialServiceUnreachability');
}

export const wellObjects = [zero, spare, jobs, oldJob, quota, evicted, scaled, bounded];
