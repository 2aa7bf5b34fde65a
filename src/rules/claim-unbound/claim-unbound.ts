import { defineRule, found, notApplicable } from '../rule.ts';
import type { Mismatch } from '../support/claim-fit.ts';
import { CLAIM_NEEDS, citeVolumes, isPendingClaim, readPendingClaim } from '../support/pending-claim.ts';
import { look } from '../support/remedies.ts';

const WORDS: Readonly<Record<Mismatch, string>> = {
  class: 'storage class',
  size: 'size',
  'access-mode': 'access mode',
  'volume-mode': 'volume mode',
  selector: 'labels',
  occupied: 'taken by another claim',
  unusable: 'not free yet',
};

export const claimUnbound = defineRule({
  id: 'claim-unbound',
  code: 'PersistentVolumeClaimUnbound',
  summary: 'a claim that pods wait for is not bound to any volume',
  about: 'PersistentVolumeClaim',
  role: 'mechanism',
  symptoms: ['pending', 'volume-trouble', 'unavailable'],
  needs: CLAIM_NEEDS,
  references: [{ title: 'Kubernetes: Persistent Volumes', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/' }],

  async judge(subject, ask) {
    const read = await readPendingClaim(subject, ask);
    if (!isPendingClaim(read)) return read;
    const { claim, volumes, nearest, waiting } = read;
    if (nearest.some(({ against }) => against.length === 0) && read.warning === undefined) return notApplicable;
    const [near] = nearest;
    const why =
      volumes.outcome !== 'present'
        ? ''
        : volumes.data.length === 0
          ? ': there is no volume at all'
          : near
            ? `: the nearest volume, ${near.volume.metadata.name}, differs in ${near.against.map((it) => WORDS[it]).join(' and ') || 'nothing that can be seen'}`
            : '';
    const named = claim.spec.volumeName !== undefined && near === undefined ? `: it names volume ${claim.spec.volumeName}, which does not exist` : why;
    return found(
      // Why cannot be told where volumes may not be read.
      read.warning && volumes.outcome === 'present' ? 'certain' : 'likely',
      [
        ...read.citations,
        ...(volumes.outcome === 'present'
          ? [
              citeVolumes(
                volumes,
                nearest.map(({ volume }) => volume),
                'The volumes that come nearest.',
              ),
            ]
          : []),
      ],
      {
        title: `Claim ${claim.metadata.name} is not bound${named}; ${waiting.length} pod${waiting.length === 1 ? '' : 's'} wait for it`,
        explanation:
          'A pod is not placed before its claims have a volume. No volume meets class, size, access modes and labels of this claim, and none is being made for it.',
        remedies: [
          look(subject.ref, 'See the claim, and what the controller says about it.', 'describe', `pvc/${claim.metadata.name}`),
          look({ kind: 'PersistentVolume', name: '' }, 'See which volumes there are.', 'get', 'persistentvolumes'),
        ],
        ...read.frame,
      },
    );
  },
});
