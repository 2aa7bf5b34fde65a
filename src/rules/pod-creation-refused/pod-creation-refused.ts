import { displayLine } from '#lib/display-text.ts';
import { defineRule, found, notApplicable } from '../rule.ts';
import { CREATION_NEEDS, creationRefusals } from '../support/creation-refusals.ts';
import { look } from '../support/remedies.ts';

export const podCreationRefused = defineRule({
  id: 'pod-creation-refused',
  code: 'PodCreationRefused',
  summary: 'the API server refuses the pods that a controller wants to create',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['unavailable', 'rollout-stuck', 'not-ready'],
  needs: CREATION_NEEDS,
  references: [{ title: 'Kubernetes: Failed Deployment', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment' }],

  async judge(workload, ask) {
    const [refusal] = await creationRefusals(workload.ref.namespace, ask, workload.ownerUids);
    if (!refusal) return notApplicable;
    return found(refusal.confirmed ? 'certain' : 'likely', refusal.citations, {
      title: `${refusal.missing} pod${refusal.missing === 1 ? '' : 's'} of ${workload.ref.name} cannot be created: ${displayLine(refusal.message, 200)}`,
      explanation: `${refusal.controller.kind} ${refusal.controller.name} asks for the pods it lacks, and the API server refuses them. There is no pod to look at; the answer of the API server is all there is.`,
      remedies: [look(workload.ref, 'See what the API server answers.', 'describe', `${refusal.controller.kind.toLowerCase()}/${refusal.controller.name}`)],
      since: refusal.since,
      affects: [workload.ref],
    });
  },
});
