import { defineRule, found, notApplicable } from '../rule.ts';
import { CREATION_NEEDS, creationRefusals } from '../support/creation-refusals.ts';
import { editIt, look } from '../support/remedies.ts';
import { rollBack } from '../support/workload-edits.ts';

/** The Priority and RuntimeClass admission plugins. */
const WORDS = /no PriorityClass with name (\S+) was found|RuntimeClass(?:\.node\.k8s\.io)? "([^"]+)" not found/i;

export const priorityClassMissing = defineRule({
  id: 'priority-class-missing',
  code: 'PriorityClassMissing',
  summary: 'the pod names a priority class or runtime class that does not exist',
  about: 'Workload',
  role: 'cause',
  symptoms: ['unavailable', 'rollout-stuck', 'not-ready'],
  needs: CREATION_NEEDS,
  references: [{ title: 'Kubernetes: Pod Priority and Preemption', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/' }],

  async judge(workload, ask) {
    const refusals = await creationRefusals(workload.ref.namespace, ask, workload.ownerUids);
    const refusal = refusals.find(({ message }) => WORDS.test(message));
    if (!refusal) return notApplicable;
    const words = WORDS.exec(refusal.message) ?? [];
    return found(refusal.confirmed ? 'certain' : 'likely', refusal.citations, {
      title: `${words[1] ? `Priority class ${words[1]}` : `Runtime class ${words[2]}`}, which ${workload.ref.name} names, does not exist`,
      explanation: `The API server looks the class up when a pod is created and refuses the pod when there is none. The name in the pod template is wrong, or the class was deleted.`,
      remedies: [
        look(workload.ref, 'See what the API server answers.', 'describe', `${refusal.controller.kind.toLowerCase()}/${refusal.controller.name}`),
        ...rollBack(workload.ref),
        editIt(workload.ref, `Correct the name, or create the class.`),
      ],
      since: refusal.since,
      affects: [workload.ref],
    });
  },
});
