import type { Container } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import { displayLine } from '#lib/display-text.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { failingContainers, logsOfFailure } from '../support/failing-logs.ts';
import { dataMounts, type FileRefusal, fileRefusals, type MountedVolume, mountOf, volumeText } from '../support/file-refusals.ts';
import { type ContainerView, podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';

export const volumePermissionDenied = defineRule({
  id: 'volume-permission-denied',
  code: 'VolumePermissionDenied',
  summary: 'the process may not read or write its volume: owner and mode of the files do not fit the user it runs as',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'unavailable', 'volume-trouble'],
  needs: ['pods', 'logs'],
  references: [
    {
      title: 'Kubernetes: Configure volume permission and ownership change policy for Pods',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#configure-volume-permission-and-ownership-change-policy-for-pods',
    },
  ],

  async judge(workload, ask) {
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present') return notApplicable;
    const suspects = failingContainers(pods.data).filter(({ spec }) => spec.volumeMounts.length > 0);
    for (const view of suspects.slice(0, 5)) {
      for (const { fact, lines } of await logsOfFailure(view, ask)) {
        const hit = onVolume(fileRefusals(lines), view);
        if (!hit) continue;
        const { pod, spec, status } = view;
        const user = spec.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
        const group = pod.spec.securityContext?.fsGroup;
        const ended = status?.state.terminated ?? status?.lastState.terminated;
        const where = `${hit.mounted.mount.mountPath} (${volumeText(hit.mounted.volume)})`;
        return found(
          'likely',
          [
            cite(fact, `Container ${spec.name} is refused access to its files.`, { about: podRef(pod), excerpt: displayLine(hit.refusal.line) }),
            cite(
              pods,
              `The files lie on a volume; the container runs as user ${user ?? 'of the image'}${group === undefined ? ', and no fsGroup is set' : `, with fsGroup ${group}`}.`,
              {
                about: podRef(pod),
                excerpt: fields({
                  mountPath: hit.mounted.mount.mountPath,
                  volume: hit.mounted.volume,
                  runAsUser: user,
                  fsGroup: group,
                  exitCode: ended?.exitCode,
                }),
              },
            ),
          ],
          {
            title: `Container ${spec.name} of ${workload.ref.name} is denied access to ${hit.path ?? 'its files'} on ${where}`,
            explanation: `The process ends because the system refuses it a file on its volume. Owner and mode of the files do not fit the user it runs as. ${
              hit.mounted.volume.hostPath
                ? 'A hostPath keeps the owner it has on the node; fsGroup does not change it.'
                : 'fsGroup makes Kubernetes give the volume to that group where the volume supports it.'
            }`,
            remedies: [
              look(workload.ref, 'See the refusal.', 'logs', `pod/${pod.metadata.name}`, '-c', spec.name, '--previous', '--tail=30'),
              editIt(
                workload.ref,
                hit.mounted.volume.hostPath
                  ? `Give ${hit.mounted.volume.hostPath.path} on node ${pod.spec.nodeName} to the user of the container, or set runAsUser to its owner.`
                  : 'Set securityContext.fsGroup of the pod to the group of the user that the container runs as.',
              ),
            ],
            since: pod.metadata.creationTimestamp,
            affects: [podRef(pod)],
          },
        );
      }
    }
    return suspects.length === 0 ? notApplicable : undecided('The logs show no refusal on a volume.');
  },
});

/** The last refusal below a mount; or one that names no directory, if there is one volume only that it can be about. */
function onVolume(refusals: readonly FileRefusal[], { spec, pod }: ContainerView): { refusal: FileRefusal; mounted: MountedVolume; path?: string } | undefined {
  for (const refusal of refusals.toReversed().filter(({ why }) => why === 'denied')) {
    for (const path of refusal.paths) {
      const mounted = mountOf(path, spec, pod.spec.volumes);
      if (mounted) return { refusal, mounted, path };
    }
    const mounted = refusal.paths.length === 0 ? onlyDataMount(spec, pod.spec.volumes) : undefined;
    if (mounted) return { refusal, mounted };
  }
  return undefined;
}

function onlyDataMount(spec: Container, volumes: Parameters<typeof dataMounts>[1]): MountedVolume | undefined {
  const mounts = dataMounts(spec, volumes);
  return mounts.find(({ mount }) => mount.mountPath === spec.workingDir) ?? (mounts.length === 1 ? mounts[0] : undefined);
}
