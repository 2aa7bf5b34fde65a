import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import { list } from '#domain/question.ts';
import { displayLine } from '#lib/display-text.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { eventLine } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { volumeText } from '../support/file-refusals.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';
import { stuckPods } from '../support/stuck-pods.ts';

/** What missing ConfigMaps, Secrets and keys are told by; they have rules of their own. */
const CONFIG = /(?:configmap|secret) "[^"]*" not found|references non-existent (?:config|secret) key|object "[^"]*"\/"[^"]*" not registered|serviceaccount/i;

/** What the words of kubelet, attach controller and mount programs come down to. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/multi-attach error/i, 'is still attached to another node'],
  [/hostPath type check failed/i, 'is not what hostPath.type asks for on the node'],
  [/driver name \S+ not found in the list of registered CSI drivers/i, 'needs a CSI driver that does not run on the node'],
  [/access denied by server|permission denied/i, 'is refused by its server'],
  [/no such file or directory|does not exist/i, 'does not exist'],
  [/connection (?:refused|timed out)|no route to host|network is unreachable|host is down/i, 'is on a server that cannot be reached'],
  [/wrong fs type|bad superblock|fsck/i, 'has a damaged or unknown file system'],
  [/no space left/i, 'is full'],
];

export const volumeMountFailed = defineRule({
  id: 'volume-mount-failed',
  code: 'VolumeMountFailed',
  summary: 'a volume of the pod cannot be attached or mounted on its node',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'volume-trouble', 'unavailable'],
  needs: ['pods', 'events'],
  references: [{ title: 'Kubernetes: Volumes', url: 'https://kubernetes.io/docs/concepts/storage/volumes/' }],

  async judge(workload, ask) {
    const { namespace } = workload.ref;
    const pods = podsOf(workload, await ask(list('pods', namespace)));
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present') return notApplicable;
    const events = await ask(list('events', namespace));
    const stuck = stuckPods(pods.data, events);
    if (stuck.length === 0) return notApplicable;
    if (events.outcome !== 'present') return events.outcome === 'unavailable' ? undecided(events) : notApplicable;

    for (const { pod, warnings } of stuck) {
      const failures = warnings.filter(({ reason, message }) => (reason === 'FailedMount' || reason === 'FailedAttachVolume') && !CONFIG.test(message));
      // "timed out waiting" repeats what an earlier event explains.
      const failure = failures.findLast(({ message }) => reasonIn(message) !== undefined) ?? failures.at(-1);
      if (!failure) continue;
      const name = volumeIn(failure);
      const volume = pod.spec.volumes.find((it) => it.name === name) ?? (pod.spec.volumes.length === 1 ? pod.spec.volumes[0] : undefined);
      const reason = reasonIn(failure.message);
      return found(
        reason ? 'certain' : 'likely',
        [
          cite(events, 'What the attempt to mount ended with.', { about: podRef(pod), excerpt: eventLine(failure) }),
          cite(pods, `Pod ${pod.metadata.name} waits on node ${pod.spec.nodeName} for its volumes.`, {
            about: podRef(pod),
            excerpt: fields({ phase: pod.status.phase, volume }),
          }),
        ],
        {
          title: `${volume ? `Volume ${volume.name} (${volumeText(volume)})` : 'A volume'} of ${workload.ref.name} ${reason ?? 'cannot be mounted'}${reason ? '' : `: ${displayLine(failure.message, 160)}`}`,
          explanation: `No container of the pod is created before all its volumes are mounted on node ${pod.spec.nodeName}. ${
            /multi-attach/i.test(failure.message)
              ? 'A volume for one node at a time must first be detached from the node where it was; that waits for the old pod to end, or for a dead node to be given up.'
              : 'The attempt is repeated, so the pod starts by itself once the volume can be mounted.'
          }`,
          remedies: [
            look(workload.ref, 'See all attempts.', 'describe', `pod/${pod.metadata.name}`),
            editIt(workload.ref, 'Correct the volume in the pod template, or restore what is behind it.'),
          ],
          since: failure.firstTimestamp ?? pod.metadata.creationTimestamp,
          affects: [podRef(pod)],
        },
      );
    }
    return ruledOut(events, `No volume of ${workload.ref.name} failed to mount.`);
  },
});

function reasonIn(message: string): string | undefined {
  return REASONS.find(([words]) => words.test(message))?.[1];
}

function volumeIn({ message }: KubernetesEvent): string | undefined {
  return /for volume "([^"]{1,253})"/.exec(message)?.[1] ?? /unmounted volumes=\[([^\],\s]{1,253})/.exec(message)?.[1];
}
