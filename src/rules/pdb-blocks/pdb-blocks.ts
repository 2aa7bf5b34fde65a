import { list } from '#domain/question.ts';
import { matchesSelector } from '#lib/label-selector.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { isFinished, isReady, podRef } from '../support/pods.ts';
import { look } from '../support/remedies.ts';

export const pdbBlocks = defineRule({
  id: 'pdb-blocks',
  code: 'DisruptionBudgetUnsatisfied',
  summary: 'fewer pods are healthy than a disruption budget demands, so nodes cannot be drained',
  about: 'PodDisruptionBudget',
  role: 'consequence',
  symptoms: ['unavailable', 'not-ready'],
  needs: ['pods'],
  references: [{ title: 'Kubernetes: Specifying a Disruption Budget', url: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/' }],

  async judge({ ref, object, seenIn }, ask) {
    const { currentHealthy, desiredHealthy, expectedPods } = object.status;
    if (expectedPods === 0) return notApplicable;
    if (currentHealthy >= desiredHealthy) return ruledOut(seenIn, `Budget ${ref.name} is met: ${currentHealthy} of ${desiredHealthy} pods are healthy.`);
    const pods = await ask(list('pods', ref.namespace));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    const sick = pods.data.filter((pod) => matchesSelector(object.spec.selector, pod.metadata.labels) && !isFinished(pod) && !isReady(pod));
    return found(
      'certain',
      [
        cite(seenIn, `Budget ${ref.name} demands ${desiredHealthy} healthy pods and has ${currentHealthy}.`, {
          about: ref,
          excerpt: fields({ ...object.status, ...object.spec, conditions: undefined }),
        }),
        cite(
          pods,
          `Pods of the budget that are not ready: ${
            sick
              .map(({ metadata }) => metadata.name)
              .slice(0, 5)
              .join(', ') || 'none that exist'
          }.`,
        ),
      ],
      {
        title: `Disruption budget ${ref.name} is not met: ${currentHealthy} of ${desiredHealthy} pods that it demands are healthy`,
        explanation:
          'The budget is not what is wrong: its pods are. While it is not met, evictions are refused, so a node with one of these pods cannot be drained.',
        remedies: [look(ref, 'See the pods of the budget.', 'get', 'pods', '-o', 'wide')],
        affects: sick.map(podRef),
      },
    );
  },
});
