import { displayLine } from '#lib/display-text.ts';
import { defineRule, found, notApplicable, undecided } from '../rule.ts';
import { CLAIM_NEEDS, isPendingClaim, readPendingClaim } from '../support/pending-claim.ts';
import { refusedPart } from '../support/provisioner-words.ts';
import { look } from '../support/remedies.ts';

export const provisioningFailed = defineRule({
  id: 'provisioning-failed',
  code: 'ProvisioningFailed',
  summary: 'the provisioner of the storage class could not make a volume for a claim',
  about: 'PersistentVolumeClaim',
  role: 'cause',
  symptoms: ['pending', 'volume-trouble', 'unavailable'],
  needs: CLAIM_NEEDS,
  references: [{ title: 'Kubernetes: Dynamic Volume Provisioning', url: 'https://kubernetes.io/docs/concepts/storage/dynamic-provisioning/' }],

  async judge(subject, ask) {
    const read = await readPendingClaim(subject, ask);
    if (!isPendingClaim(read)) return read;
    const { claim, className, warning, classes, dynamic, nearest } = read;
    if (!dynamic) return notApplicable;
    const provisioner = classes.outcome === 'present' ? classes.data.find(({ metadata }) => metadata.name === className)?.provisioner : undefined;
    if (warning?.reason !== 'ProvisioningFailed') {
      if (nearest.some(({ against }) => against.length === 0)) return notApplicable;
      return undecided(`Provisioner ${provisioner} has not made a volume for claim ${claim.metadata.name}, and has not said why.`);
    }
    if (refusedPart(warning.message, claim)) return undecided(`The provisioner refuses what claim ${claim.metadata.name} asks for; it did not fail.`);
    return found('certain', read.citations, {
      title: `Storage class ${className} could not make a volume for claim ${claim.metadata.name}: ${displayLine(warning.message, 180)}`,
      explanation: `Claims of this class get their volume from provisioner ${provisioner}, which answered with an error; it tries again by itself. Until it succeeds, the pods that mount the claim wait.`,
      remedies: [
        look(subject.ref, 'See all attempts.', 'describe', `pvc/${claim.metadata.name}`),
        look({ kind: 'StorageClass', name: className }, 'See the parameters of the class.', 'get', `storageclass/${className}`, '-o', 'yaml'),
        look({ kind: 'Pod', name: '' }, 'Find the pods of the provisioner, and read their logs.', 'get', 'pods', '-A', '-o', 'wide'),
      ],
      ...read.frame,
      since: warning.firstTimestamp ?? read.frame.since,
    });
  },
});
