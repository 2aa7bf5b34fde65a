import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl } from '../support/kubectl.ts';
import { look } from '../support/remedies.ts';
import { fix } from '../support/workload-edits.ts';

export const claimLost = defineRule({
  id: 'claim-lost',
  code: 'PersistentVolumeClaimLost',
  summary: 'the volume that a claim was bound to is gone',
  about: 'PersistentVolumeClaim',
  role: 'cause',
  symptoms: ['volume-trouble', 'pending', 'not-ready', 'unavailable'],
  needs: ['pods', 'persistentvolumes'],
  references: [{ title: 'Kubernetes: Persistent Volumes', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#phase' }],

  async judge({ ref, object, seenIn }, ask) {
    if (object.status.phase !== 'Lost') return notApplicable;
    const volumes = await ask(list('persistentvolumes'));
    const name = object.spec.volumeName ?? 'of unknown name';
    const gone = volumes.outcome === 'present' && !volumes.data.some(({ metadata }) => metadata.name === object.spec.volumeName);
    const pods = await ask(list('pods', ref.namespace));
    const users =
      pods.outcome === 'present' ? pods.data.filter(({ spec }) => spec.volumes.some((volume) => volume.persistentVolumeClaim?.claimName === ref.name)) : [];
    return found(
      gone ? 'certain' : 'likely',
      [
        cite(seenIn, `Claim ${ref.name} is Lost.`, { about: ref, excerpt: fields({ phase: 'Lost', volumeName: object.spec.volumeName }) }),
        ...(gone
          ? [
              cite(volumes, `There is no volume ${name}.`, {
                excerpt: volumes.data
                  .slice(0, 20)
                  .map(({ metadata }) => metadata.name)
                  .join('\n'),
              }),
            ]
          : []),
      ],
      {
        title: `Claim ${ref.name} has lost its volume ${name}${gone ? ', which does not exist any more' : ''}`,
        explanation:
          'A claim stays tied to the volume it was bound to. With that object deleted, no pod can mount the claim; the data may still be on the disk behind it.',
        remedies: [
          look(ref, 'See the claim and what was said about it.', 'describe', `persistentvolumeclaim/${ref.name}`),
          fix(
            'Make a volume of that name again for the same disk; or, if the data may go, delete the claim and let it be made anew.',
            kubectl(ref, 'get', `persistentvolumeclaim/${ref.name}`, '-o', 'yaml'),
            'none',
          ),
        ],
        since: object.metadata.deletionTimestamp,
        affects: [ref, ...users.slice(0, 50).map(({ metadata }) => ({ kind: 'Pod', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid }))],
      },
    );
  },
});
