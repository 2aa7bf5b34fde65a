import { list } from '#domain/question.ts';
import { displayLine } from '#lib/display-text.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { failingContainers, logsOfFailure } from '../support/failing-logs.ts';
import { fileRefusals, mountOf, volumeText } from '../support/file-refusals.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';
import { rollBack } from '../support/workload-edits.ts';

export const readOnlyFileSystem = defineRule({
  id: 'read-only-file-system',
  code: 'ReadOnlyFileSystem',
  summary: 'the process must write where its file system is read-only',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'unavailable'],
  needs: ['pods', 'logs'],
  references: [{ title: 'Kubernetes: Configure a Security Context', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/' }],

  async judge(workload, ask) {
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present') return notApplicable;
    const suspects = failingContainers(pods.data);
    for (const view of suspects.slice(0, 5)) {
      for (const { fact, lines } of await logsOfFailure(view, ask)) {
        const refusal = fileRefusals(lines).findLast(({ why, paths }) => why === 'read-only' && paths.length > 0);
        const path = refusal?.paths[0];
        if (!refusal || path === undefined) continue;
        const { pod, spec } = view;
        const mounted = mountOf(path, spec, pod.spec.volumes);
        const readOnly = mounted
          ? (mounted.mount.readOnly ?? mounted.volume.persistentVolumeClaim?.readOnly ?? false)
          : (spec.securityContext?.readOnlyRootFilesystem ?? false);
        const readOnlyKind = mounted?.volume.configMap !== undefined || mounted?.volume.secret !== undefined || mounted?.volume.projected !== undefined;
        const field = mounted
          ? readOnlyKind
            ? `${volumeText(mounted.volume)} is always mounted read-only`
            : `volumeMounts of ${mounted.mount.mountPath}: readOnly`
          : 'securityContext.readOnlyRootFilesystem';
        return found(
          readOnly || readOnlyKind ? 'likely' : 'possible',
          [
            cite(fact, `Container ${spec.name} cannot write ${path}.`, { about: podRef(pod), excerpt: displayLine(refusal.line) }),
            cite(pods, 'How the place is mounted.', {
              about: podRef(pod),
              excerpt: fields({ readOnlyRootFilesystem: spec.securityContext?.readOnlyRootFilesystem, volumeMount: mounted?.mount, volume: mounted?.volume }),
            }),
          ],
          {
            title: `Container ${spec.name} of ${workload.ref.name} must write ${path}, which is read-only${readOnly || readOnlyKind ? ` (${field})` : ''}`,
            explanation:
              readOnly || readOnlyKind
                ? 'The pod template makes this place read-only, and the process ends when it cannot write there.'
                : 'The pod template does not ask for it to be read-only: the file system of the volume or the node may have been remounted read-only after an error.',
            remedies: [
              look(workload.ref, 'See the refusal.', 'logs', `pod/${pod.metadata.name}`, '-c', spec.name, '--previous', '--tail=30'),
              ...rollBack(workload.ref),
              editIt(workload.ref, `Mount an emptyDir at the directory of ${path}, or allow writing there.`),
            ],
            since: pod.metadata.creationTimestamp,
            affects: [podRef(pod)],
          },
        );
      }
    }
    return suspects.length === 0 ? notApplicable : undecided('The logs show no write to a read-only file system.');
  },
});
