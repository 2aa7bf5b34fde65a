import { displayLine } from '#lib/display-text.ts';
import { defineRule, found, notApplicable } from '../rule.ts';
import { CREATION_NEEDS, creationRefusals } from '../support/creation-refusals.ts';
import { editIt, look } from '../support/remedies.ts';
import { rollBack } from '../support/workload-edits.ts';

/** The API server, when a webhook answers that a request is not allowed. */
const WORDS = /admission webhook "([^"]+)" denied the request:? ?(.*)$/is;

export const admissionWebhookDenied = defineRule({
  id: 'admission-webhook-denied',
  code: 'AdmissionWebhookDenied',
  summary: 'a policy refuses the pod, through an admission webhook',
  about: 'Workload',
  role: 'cause',
  symptoms: ['unavailable', 'rollout-stuck', 'not-ready'],
  needs: CREATION_NEEDS,
  references: [
    { title: 'Kubernetes: Dynamic Admission Control', url: 'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/' },
  ],

  async judge(workload, ask) {
    const refusals = await creationRefusals(workload.ref.namespace, ask, workload.ownerUids);
    const refusal = refusals.find(({ message }) => WORDS.test(message));
    if (!refusal) return notApplicable;
    const words = WORDS.exec(refusal.message) ?? [];
    return found(refusal.confirmed ? 'certain' : 'likely', refusal.citations, {
      title: `Policy webhook ${words[1]} refuses the pods of ${workload.ref.name}: ${displayLine(words[2] ?? '', 180)}`,
      explanation: `The webhook works and says no: the pod breaks a policy of the cluster. Pods that run already are left alone; no new pod of ${workload.ref.name} is created until the template meets the policy.`,
      remedies: [
        look(workload.ref, 'See what the API server answers.', 'describe', `${refusal.controller.kind.toLowerCase()}/${refusal.controller.name}`),
        ...rollBack(workload.ref),
        editIt(workload.ref, `Change what the policy objects to.`),
      ],
      since: refusal.since,
      affects: [workload.ref],
    });
  },
});
