import type { PersistentVolume } from '#domain/kubernetes/cluster.ts';
import { defineRule, found, notApplicable } from '../rule.ts';
import { kubectl } from '../support/kubectl.ts';
import { CLAIM_NEEDS, citeVolumes, isPendingClaim, onlyAgainst, readPendingClaim } from '../support/pending-claim.ts';
import { look } from '../support/remedies.ts';
import { some } from '../support/some.ts';

export const claimVolumeOccupied = defineRule({
  id: 'claim-volume-occupied',
  code: 'VolumeAlreadyBound',
  summary: 'the volume that a claim could have is bound to another claim, or still reserved for a deleted one',
  about: 'PersistentVolumeClaim',
  role: 'cause',
  symptoms: ['pending', 'volume-trouble', 'unavailable'],
  needs: CLAIM_NEEDS,
  references: [{ title: 'Kubernetes: Persistent Volumes, Binding', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding' }],

  async judge(subject, ask) {
    const read = await readPendingClaim(subject, ask);
    if (!isPendingClaim(read)) return read;
    const { claim, volumes, dynamic } = read;
    const taken = onlyAgainst(read, 'occupied');
    const left = onlyAgainst(read, 'unusable');
    const near = [...taken, ...left];
    const [volume] = near;
    if (dynamic || !volume || volumes.outcome !== 'present') return notApplicable;
    const named = claim.spec.volumeName === volume.metadata.name;
    const names = some(near.map(({ metadata }) => metadata.name));
    return found(
      named ? 'certain' : 'likely',
      [...read.citations, citeVolumes(volumes, near, `The volume${near.length === 1 ? ' that fits is' : 's that fit are'} not free.`)],
      {
        title: `Claim ${claim.metadata.name} finds no free volume: ${near.slice(0, 3).map(holderText).join('; ')}`,
        explanation: `${names} would fit in size, access modes and class, but a volume belongs to one claim at a time${
          left.length > 0
            ? '. With reclaim policy Retain it keeps its old reservation even when that claim is deleted, so that data is not handed on unseen'
            : ''
        }. The claim and the pods that mount it wait until a volume is free or another one is made.`,
        remedies: [
          look({ kind: 'PersistentVolume', name: volume.metadata.name }, 'See who has the volume.', 'describe', `pv/${volume.metadata.name}`),
          left.includes(volume)
            ? {
                kind: 'fix',
                advice: 'If nobody needs the old data, free the volume by removing its reservation.',
                command: kubectl(
                  { kind: 'PersistentVolume', name: volume.metadata.name },
                  'patch',
                  `pv/${volume.metadata.name}`,
                  '--type=json',
                  '-p',
                  '[{"op":"remove","path":"/spec/claimRef"}]',
                ),
                risk: 'high',
              }
            : {
                kind: 'fix',
                advice: 'Make another volume for this claim, or let the pod use the claim that has the volume, if that was meant.',
                command: kubectl(subject.ref, 'get', 'pvc'),
                risk: 'none',
              },
        ],
        ...read.frame,
      },
    );
  },
});

function holderText({ metadata, spec, status }: PersistentVolume): string {
  const holder = spec.claimRef ? `claim ${spec.claimRef.namespace ?? ''}/${spec.claimRef.name}` : 'nobody';
  return status.phase === 'Released' || status.phase === 'Failed'
    ? `${metadata.name} is ${status.phase}, still reserved for ${holder}`
    : `${metadata.name} belongs to ${holder}`;
}
