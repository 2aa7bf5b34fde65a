import { displayLine } from '#lib/display-text.ts';
import { defineRule, found, notApplicable } from '../rule.ts';
import { CREATION_NEEDS, creationRefusals } from '../support/creation-refusals.ts';
import { editIt, look } from '../support/remedies.ts';
import { rollBack } from '../support/workload-edits.ts';

/** The quota admission plugin, when a pod lacks what the quota counts. */
const WORDS = /failed quota: ([^:\s]+): must specify ([^;]+?)(?:;|$)/i;

export const quotaRequiresResources = defineRule({
  id: 'quota-requires-resources',
  code: 'QuotaRequiresResources',
  summary: 'a quota of the namespace wants every container to say its requests or limits, and one does not',
  about: 'Workload',
  role: 'cause',
  symptoms: ['unavailable', 'rollout-stuck', 'not-ready'],
  needs: CREATION_NEEDS,
  references: [{ title: 'Kubernetes: Resource Quotas', url: 'https://kubernetes.io/docs/concepts/policy/resource-quotas/' }],

  async judge(workload, ask) {
    const refusals = await creationRefusals(workload.ref.namespace, ask, workload.ownerUids);
    const refusal = refusals.find(({ message }) => WORDS.test(message));
    if (!refusal) return notApplicable;
    const words = WORDS.exec(refusal.message) ?? [];
    return found(refusal.confirmed ? 'certain' : 'likely', refusal.citations, {
      title: `Quota ${words[1]} wants containers to set what ${workload.ref.name} does not: ${displayLine(words[2] ?? '', 160)}`,
      explanation: `A quota on CPU or memory counts what containers declare, so it refuses pods that declare nothing. No pod of ${workload.ref.name} can be created until its containers set these fields, or a LimitRange of the namespace gives defaults.`,
      remedies: [
        look(workload.ref, 'See what the API server answers.', 'describe', `${refusal.controller.kind.toLowerCase()}/${refusal.controller.name}`),
        ...rollBack(workload.ref),
        editIt(workload.ref, `Set ${displayLine(words[2] ?? 'requests and limits', 160)} in the pod template.`),
      ],
      since: refusal.since,
      affects: [workload.ref],
    });
  },
});
