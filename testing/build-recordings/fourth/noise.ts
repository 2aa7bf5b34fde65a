import { digest } from '../../../scripts/scenarios/world.ts';
import { DAY, mainOf } from '../draft.ts';
import { emit } from '../event.ts';
import { oldRestart } from '../faults.ts';
import { addJob } from '../make-job.ts';
import type { Draft, Workload } from '../shape.ts';

/** Not what is to be found, and as it always was. */
function undisturbed({ expected }: Draft, { name, pods, revisions }: Workload): boolean {
  const untouched =
    revisions.every(({ ago }) => ago > DAY) && pods.every((pod) => Object.keys(pod.states).length === 0 && !pod.failed && pod.lostAgo === undefined);
  return untouched && pods.length > 0 && !expected.object.endsWith(`/${name}`);
}

/** Adds what every cluster has besides its fault: restarts of last week, a late probe, a failed Job that nobody removed. Which of it follows from the id. */
export function addNoise(draft: Draft): void {
  const number = Number.parseInt(digest(`noise ${draft.id}`).slice(0, 6), 16);
  const others = draft.workloads.filter((one) => one.namespace === draft.namespace && undisturbed(draft, one));
  const [first, second] = [others[number % Math.max(1, others.length)], others[(number >> 3) % Math.max(1, others.length)]];
  const [pod] = first?.pods ?? [];
  if (first && pod && number % 3 !== 0) {
    pod.ago = 33 * DAY;
    oldRestart(pod, mainOf(first).name, 4 * DAY + (number % 1200), 1 + (number % 5), number % 2 === 0 ? 255 : 137);
  }
  const [other] = second?.pods ?? [];
  if (second && other && number % 2 === 0)
    other.events.push({
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'Readiness probe failed: context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      first: 41 + (number % 15),
      container: mainOf(second).name,
    });
  if (number % 5 === 0)
    addJob(draft, `import-${number % 9000}`, {
      template: {
        labels: { app: 'import' },
        spec: { containers: [{ name: 'import', image: 'docker.io/library/alpine:3.21', command: ['sh', '/job/import.sh'] }] },
      },
      ago: 6 * DAY,
      failed: { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', ago: 6 * DAY - 8 },
      attempts: [{ ago: 6 * DAY, exit: 2, seconds: 3, log: [[0.01, "sh: can't open '/job/import.sh': No such file or directory"]] }],
    });
  if (number % 7 === 0)
    draft.extras.push(({ world, find }) =>
      emit(world, find('Node', 'worker-2'), {
        type: 'Warning',
        reason: 'InvalidDiskCapacity',
        message: 'invalid capacity 0 on image filesystem',
        first: 47,
        by: 'kubelet',
        host: 'worker-2',
      }),
    );
}

/** The claims of a StatefulSet's pods are volumes of these pods, though not of the template. */
export function mountClaims(draft: Draft): void {
  const sets = draft.workloads.filter(({ kind, claims }) => kind === 'StatefulSet' && claims.length > 0);
  draft.extras.unshift(({ podsOf }) => {
    for (const { name, claims } of sets)
      for (const pod of podsOf(name)) {
        const spec = pod['spec'] as { volumes?: { name: string }[] };
        const own = claims
          .map((claim) => (claim as { metadata: { name: string } }).metadata.name)
          .filter((claim) => !spec.volumes?.some((one) => one.name === claim));
        spec.volumes = [
          ...own.map((claim) => ({ name: claim, persistentVolumeClaim: { claimName: `${claim}-${pod.metadata.name}` } })),
          ...(spec.volumes ?? []),
        ];
      }
  });
}
