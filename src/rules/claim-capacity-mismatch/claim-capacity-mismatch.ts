import { defineRule, found, notApplicable } from '../rule.ts';
import { CLAIM_NEEDS, citeVolumes, isPendingClaim, onlyAgainst, readPendingClaim } from '../support/pending-claim.ts';
import { editIt, look } from '../support/remedies.ts';
import { some } from '../support/some.ts';

export const claimCapacityMismatch = defineRule({
  id: 'claim-capacity-mismatch',
  code: 'ClaimCapacityTooLarge',
  summary: 'a claim asks for more storage than any volume that would fit otherwise has',
  about: 'PersistentVolumeClaim',
  role: 'cause',
  symptoms: ['pending', 'volume-trouble', 'unavailable'],
  needs: CLAIM_NEEDS,
  references: [{ title: 'Kubernetes: Persistent Volumes, Binding', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding' }],

  async judge(subject, ask) {
    const read = await readPendingClaim(subject, ask);
    if (!isPendingClaim(read)) return read;
    const { claim, volumes, dynamic, nearest } = read;
    const near = onlyAgainst(read, 'size');
    const [volume] = near;
    // Where volumes are made to measure, those that are there do not matter.
    if (dynamic || !volume || volumes.outcome !== 'present') return notApplicable;
    const alone = near.length === nearest.length;
    const names = some(near.map(({ metadata }) => metadata.name));
    return found(alone ? 'certain' : 'likely', [...read.citations, citeVolumes(volumes, near, `All that keeps the claim from ${names} is the size.`)], {
      title: `Claim ${claim.metadata.name} requests ${claim.spec.requests['storage']}, but volume ${names} has ${volume.spec.capacity['storage']}`,
      explanation: `A claim is bound only to a volume of at least its size. ${names} fits in everything else, so the claim and the pods that mount it wait. A claim cannot be changed while it waits: delete it and make it again, or change the volume instead.`,
      remedies: [
        look(subject.ref, 'See the claim, and what the controller says about it.', 'describe', `pvc/${claim.metadata.name}`),
        look({ kind: 'PersistentVolume', name: volume.metadata.name }, 'See the volume.', 'describe', `pv/${volume.metadata.name}`),
        editIt(
          { kind: 'PersistentVolume', name: volume.metadata.name },
          'Offer a volume that is large enough; or make the claim again with a smaller request.',
        ),
      ],
      ...read.frame,
    });
  },
});
