import { displayLine } from '#lib/display-text.ts';
import { defineRule, found, notApplicable } from '../rule.ts';
import { CREATION_NEEDS, creationRefusals } from '../support/creation-refusals.ts';
import { editIt, look } from '../support/remedies.ts';
import { some } from '../support/some.ts';
import { rollBack } from '../support/workload-edits.ts';

/** Pod Security admission, and its predecessors. */
const WORDS = /violates PodSecurity "([^"]+)": (.+)$|unable to validate against any (pod security policy|security context constraint)[^:]*: ?(.*)$/is;

export const podSecurityViolation = defineRule({
  id: 'pod-security-violation',
  code: 'PodSecurityViolation',
  summary: 'the security rules of the namespace forbid what the pod asks for',
  about: 'Workload',
  role: 'cause',
  symptoms: ['unavailable', 'rollout-stuck', 'not-ready'],
  needs: CREATION_NEEDS,
  references: [{ title: 'Kubernetes: Pod Security Admission', url: 'https://kubernetes.io/docs/concepts/security/pod-security-admission/' }],

  async judge(workload, ask) {
    const refusals = await creationRefusals(workload.ref.namespace, ask, workload.ownerUids);
    const refusal = refusals.find(({ message }) => WORDS.test(message));
    if (!refusal) return notApplicable;
    const words = WORDS.exec(refusal.message) ?? [];
    return found(refusal.confirmed ? 'certain' : 'likely', refusal.citations, {
      title: `Pods of ${workload.ref.name} violate ${words[1] ? `Pod Security level ${words[1]}` : `every ${words[3]}`}: ${violationText(words[2] ?? words[4] ?? '')}`,
      explanation: `The namespace enforces a security level, and the API server refuses pods that go beyond it. Pods that run already are left alone, so it shows with the first new pod after the level or the template has changed.`,
      remedies: [
        look(workload.ref, 'See what the API server answers.', 'describe', `${refusal.controller.kind.toLowerCase()}/${refusal.controller.name}`),
        ...rollBack(workload.ref),
        editIt(
          workload.ref,
          `Set the security context as the level demands; or lower the label pod-security.kubernetes.io/enforce of the namespace if that is right.`,
        ),
      ],
      since: refusal.since,
      affects: [workload.ref],
    });
  },
});

/** The API server lists every violation with its remedy in brackets: `unrestricted capabilities (container "app" must set ...), runAsNonRoot != true (...)`. */
function violationText(text: string): string {
  const named = text
    .replaceAll(/\([^()]{0,400}\)/g, '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return displayLine(some(named), 180);
}
