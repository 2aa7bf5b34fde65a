import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { CREATION_NEEDS, creationRefusals } from '../support/creation-refusals.ts';
import { editIt, look } from '../support/remedies.ts';
import { nearest } from '../support/similar.ts';
import { some } from '../support/some.ts';
import { rollBack } from '../support/workload-edits.ts';

/** The ServiceAccount admission plugin. */
const WORDS = /serviceaccounts? "([^"]+)" (?:not found|is forbidden)|error looking up service account [^/\s]+\/([^\s:]+)/i;

export const missingServiceAccount = defineRule({
  id: 'missing-service-account',
  code: 'MissingServiceAccount',
  summary: 'the pod names a ServiceAccount that does not exist, so no pod is created',
  about: 'Workload',
  role: 'cause',
  symptoms: ['unavailable', 'rollout-stuck', 'not-ready'],
  needs: [...CREATION_NEEDS, 'serviceaccounts'],
  references: [
    { title: 'Kubernetes: Configure Service Accounts for Pods', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/' },
  ],

  async judge(workload, ask) {
    const { namespace } = workload.ref;
    const refusal = (await creationRefusals(namespace, ask, workload.ownerUids)).find(({ message }) => WORDS.test(message));
    if (!refusal) return notApplicable;
    const [, named, lookedUp] = WORDS.exec(refusal.message) ?? [];
    const name = named ?? lookedUp ?? workload.template.spec.serviceAccountName ?? 'default';
    const accounts = await ask(list('serviceaccounts', namespace));
    const names = accounts.outcome === 'present' ? accounts.data.map(({ metadata }) => metadata.name) : undefined;
    if (names?.includes(name)) return undecided(`ServiceAccount ${name} exists by now; the controller will try again.`);
    const meant = nearest(name, names ?? []);
    return found(
      names ? 'certain' : 'likely',
      [
        ...refusal.citations,
        ...(accounts.outcome === 'present' && names ? [cite(accounts, `ServiceAccounts of namespace ${namespace}: ${some(names, 10)}.`)] : []),
      ],
      {
        title: `ServiceAccount ${name}, which ${workload.ref.name} names, does not exist in namespace ${namespace}${meant ? `; there is ${meant}` : ''}`,
        explanation: `The API server refuses every pod whose ServiceAccount does not exist, so ${refusal.controller.kind} ${refusal.controller.name} makes none (${refusal.missing} missing). The name in the pod template is wrong, or the account was never created or was deleted.`,
        remedies: [
          look(workload.ref, 'See which accounts there are.', 'get', 'serviceaccounts'),
          ...rollBack(workload.ref),
          editIt(
            workload.ref,
            meant
              ? `Set serviceAccountName to ${meant}, if that is what was meant; or create ServiceAccount ${name}.`
              : `Create ServiceAccount ${name}, or correct serviceAccountName.`,
          ),
        ],
        since: refusal.since,
        affects: [workload.ref],
      },
    );
  },
});
