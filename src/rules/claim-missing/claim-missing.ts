import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { missingClaims } from '../support/missing-claims.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';
import { nearest } from '../support/similar.ts';
import { rollBack } from '../support/workload-edits.ts';

export const claimMissing = defineRule({
  id: 'claim-missing',
  code: 'PersistentVolumeClaimMissing',
  summary: 'the pod mounts a claim that does not exist',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['pending', 'volume-trouble', 'unavailable'],
  needs: ['pods', 'persistentvolumeclaims'],
  references: [{ title: 'Kubernetes: Persistent Volumes', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes' }],

  async judge(workload, ask) {
    const { namespace } = workload.ref;
    const pods = podsOf(workload, await ask(list('pods', namespace)));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    if (pods.data.every(({ spec }) => spec.nodeName !== undefined)) return notApplicable;
    const claims = await ask(list('persistentvolumeclaims', namespace));
    const [missing] = missingClaims(pods.data, claims);
    if (!missing) return notApplicable;
    const { pod, name, said } = missing;
    const meant =
      claims.outcome === 'present'
        ? nearest(
            name,
            claims.data.map(({ metadata }) => metadata.name),
          )
        : undefined;
    return found(
      // A claim that was refused or deleted leaves the same traces; only a name that is nearly right tells why it is not there.
      said && claims.outcome === 'present' && meant ? 'certain' : 'likely',
      [
        cite(pods, `Pod ${pod.metadata.name} mounts claim ${name}.`, {
          about: podRef(pod),
          excerpt: fields({
            volumes: pod.spec.volumes.filter((it) => it.persistentVolumeClaim),
            'PodScheduled.message': pod.status.conditions.find(({ type }) => type === 'PodScheduled')?.message,
          }),
        }),
        ...(claims.outcome === 'present' ? [cite(claims, `Namespace ${namespace} has no claim ${name}.`)] : []),
      ],
      {
        title: `Claim ${name}, which ${workload.ref.name} mounts, does not exist in namespace ${namespace}${meant ? `; there is ${meant}` : ''}`,
        explanation:
          'A pod is not placed before its claims exist. This one was never created, was refused (a quota, an admission webhook) or was deleted, or its name in the pod template is wrong.',
        remedies: [
          look(workload.ref, 'See which claims there are.', 'get', 'pvc'),
          ...rollBack(workload.ref),
          editIt(workload.ref, 'Create the claim, or correct its name in the pod template.'),
        ],
        since: pod.metadata.creationTimestamp,
        affects: [podRef(pod)],
      },
    );
  },
});
