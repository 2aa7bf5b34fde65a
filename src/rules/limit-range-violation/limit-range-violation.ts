import { displayLine } from '#lib/display-text.ts';
import { defineRule, found, notApplicable } from '../rule.ts';
import { CREATION_NEEDS, creationRefusals } from '../support/creation-refusals.ts';
import { editIt, look } from '../support/remedies.ts';
import { rollBack } from '../support/workload-edits.ts';

/** The LimitRanger admission plugin; and the check that follows when its defaults contradict the pod. */
const WORDS =
  /((?:maximum|minimum) \S+ usage per \w+ is .{1,300}|\S+ max limit to request ratio per \w+ is .{1,200}|must be less than or equal to \S+ limit.{0,60})/i;

export const limitRangeViolation = defineRule({
  id: 'limit-range-violation',
  code: 'LimitRangeViolation',
  summary: 'the pod asks for more or less than a LimitRange of the namespace allows',
  about: 'Workload',
  role: 'cause',
  symptoms: ['unavailable', 'rollout-stuck', 'not-ready'],
  needs: CREATION_NEEDS,
  references: [{ title: 'Kubernetes: Limit Ranges', url: 'https://kubernetes.io/docs/concepts/policy/limit-range/' }],

  async judge(workload, ask) {
    const refusals = await creationRefusals(workload.ref.namespace, ask, workload.ownerUids);
    const refusal = refusals.find(({ message }) => WORDS.test(message));
    if (!refusal) return notApplicable;
    const words = WORDS.exec(refusal.message) ?? [];
    return found(refusal.confirmed ? 'certain' : 'likely', refusal.citations, {
      title: `Pods of ${workload.ref.name} break a LimitRange of namespace ${workload.ref.namespace}: ${displayLine(words[1] ?? refusal.message, 180)}`,
      explanation: `A LimitRange sets the least and the most that one container or pod may ask for, and fills in defaults where nothing is said; the API server refuses what does not fit. The resources of ${workload.ref.name} or the LimitRange must change.`,
      remedies: [
        look(workload.ref, 'See what the API server answers.', 'describe', `${refusal.controller.kind.toLowerCase()}/${refusal.controller.name}`),
        ...rollBack(workload.ref),
        editIt(workload.ref, `Set resources of the containers within the LimitRange.`),
      ],
      since: refusal.since,
      affects: [workload.ref],
    });
  },
});
