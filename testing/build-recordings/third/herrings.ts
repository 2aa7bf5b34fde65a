import { digest } from '../../../scripts/scenarios/world.ts';
import { DAY, mainOf } from '../draft.ts';
import { emit } from '../event.ts';
import { oldRestart } from '../faults.ts';
import type { Draft, Workload } from '../shape.ts';

/** Adds one thing that is true and has nothing to do with the fault, as every cluster has some. Which one follows from the id. */
export function addHerring(draft: Draft): void {
  const others = draft.workloads.filter((one) => one.namespace === draft.namespace && undisturbed(draft, one));
  const number = Number.parseInt(digest(`herring ${draft.id}`).slice(0, 6), 16);
  const workload = others[number % Math.max(1, others.length)];
  const [pod] = workload?.pods ?? [];
  if (!workload || !pod) return;
  const { name } = mainOf(workload);
  switch (number % 4) {
    case 0:
      // A reboot of its machine, days ago.
      pod.ago = 25 * DAY;
      oldRestart(pod, name, 6 * DAY + (number % 900), 1 + (number % 3));
      break;
    case 1:
      // One probe that came at a bad moment.
      pod.events.push({
        type: 'Warning',
        reason: 'Unhealthy',
        message: 'Readiness probe failed: context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        first: 34 + (number % 20),
        container: name,
      });
      break;
    case 2:
      // A pull secret of years ago is still named somewhere; the images are there without it.
      for (const { template } of workload.revisions) template.spec.imagePullSecrets = [{ name: 'legacy-registry' }];
      pod.events.push({ type: 'Warning', reason: 'FailedToRetrieveImagePullSecret', message: PULL, first: 52, last: 6, count: 9 });
      break;
    default:
      // The node's disk was counted as nothing on the kubelet's start.
      draft.extras.push(({ world, find }) => {
        const node = pod.node ?? 'worker-1';
        emit(world, find('Node', node), {
          type: 'Warning',
          reason: 'InvalidDiskCapacity',
          message: 'invalid capacity 0 on image filesystem',
          first: 41,
          by: 'kubelet',
          host: node,
        });
      });
  }
}

const PULL = 'Unable to retrieve some image pull secrets (legacy-registry); attempting to pull the image may not succeed.';

/** Not what is to be found, and as it always was. */
function undisturbed({ expected }: Draft, { name, pods, revisions }: Workload): boolean {
  const untouched =
    revisions.every(({ ago }) => ago > DAY) && pods.every((pod) => Object.keys(pod.states).length === 0 && !pod.failed && pod.lostAgo === undefined);
  return untouched && pods.length > 0 && !expected.object.endsWith(`/${name}`);
}
