import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { CLAIM_NEEDS, citeVolumes, isPendingClaim, onlyAgainst, readPendingClaim } from '../support/pending-claim.ts';
import { look } from '../support/remedies.ts';
import { nearest } from '../support/similar.ts';
import { some } from '../support/some.ts';

export const claimStorageClassMissing = defineRule({
  id: 'claim-storage-class-missing',
  code: 'StorageClassMissing',
  summary: 'a claim names a storage class that does not exist, or that no volume has',
  about: 'PersistentVolumeClaim',
  role: 'cause',
  symptoms: ['pending', 'volume-trouble', 'unavailable'],
  needs: CLAIM_NEEDS,
  references: [{ title: 'Kubernetes: Storage Classes', url: 'https://kubernetes.io/docs/concepts/storage/storage-classes/' }],

  async judge(subject, ask) {
    const read = await readPendingClaim(subject, ask);
    if (!isPendingClaim(read)) return read;
    const { claim, className, classes, classExists, volumes, warning, dynamic } = read;
    if (dynamic) return notApplicable;
    const near = onlyAgainst(read, 'class');
    const said = className !== '' && /storageclass\S* "[^"]*" not found/i.test(warning?.message ?? '');
    const missing = className !== '' && !classExists && (classes.outcome === 'present' || said);
    if (!missing && near.length === 0) return classes.outcome === 'unavailable' && className !== '' ? undecided(classes) : notApplicable;

    const known = classes.outcome === 'present' ? classes.data.map(({ metadata }) => metadata.name) : [];
    const meant = nearest(className, [...known, ...near.flatMap(({ spec }) => spec.storageClassName ?? [])]);
    const offered = some([...new Set(near.map(({ metadata, spec }) => `volume ${metadata.name} has class "${spec.storageClassName ?? ''}"`))]);
    const citations = [
      ...read.citations,
      ...(classes.outcome === 'present'
        ? [cite(classes, known.length > 0 ? `Storage classes there are: ${some(known, 10)}.` : 'There is no storage class.')]
        : []),
      ...(volumes.outcome === 'present' && near.length > 0 ? [citeVolumes(volumes, near, 'All that keeps the claim from this volume is the class.')] : []),
    ];
    return found((missing && (said || classes.outcome === 'present')) || near.length === read.nearest.length ? 'certain' : 'likely', citations, {
      title: missing
        ? `Claim ${claim.metadata.name} names storage class "${className}", which does not exist${meant ? `; there is "${meant}"` : near.length > 0 ? `; ${offered}` : ''}`
        : `Claim ${claim.metadata.name} is for storage class "${className}", but ${offered}`,
      explanation: `A claim is bound only to a volume of its own class, or to one that the provisioner of that class makes${missing ? '; without the class there is neither' : ''}. The claim and the pods that mount it wait. A claim cannot be changed while it waits: delete it and make it again with the right class.`,
      remedies: [
        look(subject.ref, 'See the claim, and what the controller says about it.', 'describe', `pvc/${claim.metadata.name}`),
        look({ kind: 'StorageClass', name: '' }, 'See which classes there are.', 'get', 'storageclasses'),
        look(subject.ref, 'Keep the claim as it is, to make it again with another storageClassName.', 'get', `pvc/${claim.metadata.name}`, '-o', 'yaml'),
      ],
      ...read.frame,
    });
  },
});
