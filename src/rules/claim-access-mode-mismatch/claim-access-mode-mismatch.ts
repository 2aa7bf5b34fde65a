import { displayLine } from '#lib/display-text.ts';
import { defineRule, found, notApplicable } from '../rule.ts';
import { CLAIM_NEEDS, citeVolumes, isPendingClaim, onlyAgainst, readPendingClaim } from '../support/pending-claim.ts';
import { refusedPart } from '../support/provisioner-words.ts';
import { editIt, look } from '../support/remedies.ts';
import { some } from '../support/some.ts';

export const claimAccessModeMismatch = defineRule({
  id: 'claim-access-mode-mismatch',
  code: 'ClaimAccessModeMismatch',
  summary: 'a claim asks for access modes that its storage class cannot provide, or that no volume that would fit otherwise offers',
  about: 'PersistentVolumeClaim',
  role: 'cause',
  symptoms: ['pending', 'volume-trouble', 'unavailable'],
  needs: CLAIM_NEEDS,
  references: [{ title: 'Kubernetes: Persistent Volumes, Binding', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding' }],

  async judge(subject, ask) {
    const read = await readPendingClaim(subject, ask);
    if (!isPendingClaim(read)) return read;
    const { claim, className, volumes, dynamic, nearest, warning } = read;
    if (dynamic && warning && refusedPart(warning.message, claim) === 'access-mode') {
      return found('certain', read.citations, {
        title: `Claim ${claim.metadata.name} asks for ${claim.spec.accessModes.join(' and ')}, which storage class ${className} cannot provide`,
        explanation: `The provisioner of class ${className} refuses to make a volume with these access modes: ${displayLine(warning.message, 200)} It will go on refusing. A claim cannot be changed while it waits: delete it and make it again with a mode that the class has (most block storage has ReadWriteOnce only), or with a class whose storage can be shared.`,
        remedies: [
          look(subject.ref, 'See the claim, and what the provisioner says about it.', 'describe', `pvc/${claim.metadata.name}`),
          look({ kind: 'StorageClass', name: className }, 'See the classes there are.', 'get', 'storageclasses'),
          editIt(read.frame.subject ?? subject.ref, `Make the claim again with access modes that ${className} has, or with another storage class.`),
        ],
        ...read.frame,
        since: warning.firstTimestamp ?? read.frame.since,
      });
    }
    const near = onlyAgainst(read, 'access-mode');
    const [volume] = near;
    // Where volumes are made to measure, those that are there do not matter.
    if (dynamic || !volume || volumes.outcome !== 'present') return notApplicable;
    const alone = near.length === nearest.length;
    const names = some(near.map(({ metadata }) => metadata.name));
    return found(alone ? 'certain' : 'likely', [...read.citations, citeVolumes(volumes, near, `All that keeps the claim from ${names} is the access mode.`)], {
      title: `Claim ${claim.metadata.name} asks for ${claim.spec.accessModes.join(' and ')}, but ${near
        .map((one) => `volume ${one.metadata.name} offers ${one.spec.accessModes.join(' and ')}`)
        .slice(0, 3)
        .join(', ')} only`,
      explanation: `A volume must offer every access mode that the claim asks for. ${names} fits in everything else, so the claim and the pods that mount it wait. A claim cannot be changed while it waits: delete it and make it again, or change the volume instead.`,
      remedies: [
        look(subject.ref, 'See the claim, and what the controller says about it.', 'describe', `pvc/${claim.metadata.name}`),
        look({ kind: 'PersistentVolume', name: volume.metadata.name }, 'See the volume.', 'describe', `pv/${volume.metadata.name}`),
        editIt(
          { kind: 'PersistentVolume', name: volume.metadata.name },
          'Make the claim again with access modes that the volume offers; add a mode to the volume only if what is behind it can do it.',
        ),
      ],
      ...read.frame,
    });
  },
});
