import { digest } from '../../../scripts/scenarios/world.ts';
import { addWorkload, DAY, mainOf } from '../draft.ts';
import { emit } from '../event.ts';
import { crash } from '../faults.ts';
import type { Draft, Workload } from '../shape.ts';
import { older, run, t } from './fleet.ts';

/** Adds what every cluster has besides: what is old, what is broken elsewhere and matters to nobody, and what was not kept. Which of it follows from the id. */
export function addMess(draft: Draft): void {
  const number = Number.parseInt(digest(`mess ${draft.id}`).slice(0, 8), 16);
  const faulty = draft.expected.root_cause !== 'healthy';
  const calm = draft.workloads.filter((one) => one.namespace === draft.namespace && undisturbed(draft, one));
  const at = (salt: number): Workload | undefined => calm[(number + salt) % Math.max(1, calm.length)];
  if (number % 2 === 0) oldEnd(at(0), 5 + (number % 9));
  if (number % 3 === 0) oldProbe(at(1));
  if (number % 3 === 1 && faulty) abandoned(draft, number);
  if (number % 5 === 0 && faulty) forgetPrevious(draft);
  if (number % 4 === 1) emptyDisk(draft);
}

/** A restart of days ago, with the log it left. */
function oldEnd(workload: Workload | undefined, days: number): void {
  const [pod] = workload?.pods ?? [];
  if (!workload || !pod) return;
  const { name } = mainOf(workload);
  older(workload, pod, (days + 12) * DAY);
  pod.states[name] = { is: 'running', restarts: 2, since: days * DAY, last: { exit: 1, reason: 'Error', ago: days * DAY + 0.2, ranSeconds: 90_000 } };
  pod.previous[name] = [[days * DAY + 0.3, t('%I fatal: connection to database lost: connection refused')]];
}

/** Two probes that came at a bad moment, most of an hour ago. */
function oldProbe(workload: Workload | undefined): void {
  const [pod] = workload?.pods ?? [];
  if (!workload || !pod || pod.ago < 60) return;
  pod.events.push({
    type: 'Warning',
    reason: 'Unhealthy',
    message: ({ ip }) => `Liveness probe failed: Get "http://${ip}:8080/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    first: 57,
    last: 49,
    count: 2,
    container: mainOf(workload).name,
  });
}

/** Somebody's experiment in another namespace, crashing for weeks. */
function abandoned(draft: Draft, number: number): void {
  const namespace = ['sandbox', 'demo-jk', 'poc-old'][number % 3] ?? 'sandbox';
  draft.namespaces.push({ name: namespace });
  const workload = addWorkload(
    draft,
    'try-llm',
    { labels: { app: 'try-llm' }, spec: { containers: [{ name: 'try-llm', image: 'docker.io/jkessler/try-llm:latest' }] } },
    { namespace, ago: 23 * DAY },
  );
  crash(workload, workload.pods, {
    restarts: 6400,
    exit: 1,
    ranSeconds: 2,
    log: run(
      'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    import torch\nModuleNotFoundError: No module named \'torch\'',
    ),
  });
}

/** The runtime rotated the logs of earlier runs away. */
function forgetPrevious(draft: Draft): void {
  for (const { pods } of draft.workloads) for (const pod of pods) if (Object.keys(pod.logs).length > 0) pod.previous = {};
}

function emptyDisk(draft: Draft): void {
  draft.extras.push(({ world, find }) => {
    emit(world, find('Node', 'worker-2'), {
      type: 'Warning',
      reason: 'InvalidDiskCapacity',
      message: 'invalid capacity 0 on image filesystem',
      first: 44,
      by: 'kubelet',
      host: 'worker-2',
    });
  });
}

function undisturbed({ expected }: Draft, { name, pods, revisions }: Workload): boolean {
  const untouched =
    revisions.every(({ ago }) => ago > DAY) &&
    pods.every(
      (pod) => Object.keys(pod.states).length === 0 && Object.keys(pod.logs).length === 0 && !pod.failed && pod.lostAgo === undefined && pod.ago > DAY,
    );
  return untouched && pods.length > 0 && !expected.object.endsWith(`/${name}`);
}
