import type { LabelSelector } from '#domain/kubernetes/meta.ts';
import { defineRule, found, notApplicable } from '../rule.ts';
import { CLAIM_NEEDS, citeVolumes, isPendingClaim, onlyAgainst, readPendingClaim } from '../support/pending-claim.ts';
import { refusedPart } from '../support/provisioner-words.ts';
import { editIt, look } from '../support/remedies.ts';
import { some } from '../support/some.ts';

export const claimSelectorMismatch = defineRule({
  id: 'claim-selector-mismatch',
  code: 'ClaimSelectorMismatch',
  summary: 'the label selector of a claim matches no volume that would fit otherwise, or its storage class takes no selectors',
  about: 'PersistentVolumeClaim',
  role: 'cause',
  symptoms: ['pending', 'volume-trouble', 'unavailable'],
  needs: CLAIM_NEEDS,
  references: [{ title: 'Kubernetes: Persistent Volumes, Binding', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding' }],

  async judge(subject, ask) {
    const read = await readPendingClaim(subject, ask);
    if (!isPendingClaim(read)) return read;
    const { claim, className, volumes, dynamic, nearest, warning } = read;
    if (dynamic && warning && refusedPart(warning.message, claim) === 'selector') {
      return found('certain', read.citations, {
        title: `Claim ${claim.metadata.name} has a selector (${selectorText(claim.spec.selector)}), and storage class ${className} makes its volumes to measure`,
        explanation: `Volumes of class ${className} are made for each claim, so there are none to choose from by label, and the provisioner refuses a claim that has a selector. A claim cannot be changed while it waits: delete it and make it again without the selector, or with the class of the volumes that it means.`,
        remedies: [
          look(subject.ref, 'See the claim, and what the provisioner says about it.', 'describe', `pvc/${claim.metadata.name}`),
          editIt(read.frame.subject ?? subject.ref, 'Make the claim again without a selector, or with the storage class of the volumes it is to choose from.'),
        ],
        ...read.frame,
        since: warning.firstTimestamp ?? read.frame.since,
      });
    }
    const near = onlyAgainst(read, 'selector');
    const [volume] = near;
    // Where volumes are made to measure, those that are there do not matter.
    if (dynamic || !volume || volumes.outcome !== 'present') return notApplicable;
    const alone = near.length === nearest.length;
    const names = some(near.map(({ metadata }) => metadata.name));
    return found(alone ? 'certain' : 'likely', [...read.citations, citeVolumes(volumes, near, `All that keeps the claim from ${names} is its selector.`)], {
      title: `The selector of claim ${claim.metadata.name} (${selectorText(claim.spec.selector)}) does not match volume ${names}, which would fit otherwise`,
      explanation: `A claim with a selector is bound only to a volume that has those labels. Size, access modes and class of ${names} fit; the labels do not, so the claim and the pods that mount it wait. A claim cannot be changed while it waits: delete it and make it again, or change the volume instead.`,
      remedies: [
        look(subject.ref, 'See the claim, and what the controller says about it.', 'describe', `pvc/${claim.metadata.name}`),
        look({ kind: 'PersistentVolume', name: volume.metadata.name }, 'See the volume.', 'describe', `pv/${volume.metadata.name}`),
        editIt(
          { kind: 'PersistentVolume', name: volume.metadata.name },
          'Give the volume the label that the selector asks for; or make the claim again with the right selector.',
        ),
      ],
      ...read.frame,
    });
  },
});

function selectorText(selector: LabelSelector | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return some([...labels, ...(selector?.matchExpressions ?? []).map(({ key, operator, values }) => `${key} ${operator} ${values.join('|')}`)]);
}
