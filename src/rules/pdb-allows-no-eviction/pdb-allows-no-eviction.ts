import { list } from '#domain/question.ts';
import { matchesSelector } from '#lib/label-selector.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { instant, latestOf } from '../support/instants.ts';
import { kubectl } from '../support/kubectl.ts';
import { isFinished, podRef } from '../support/pods.ts';
import { look } from '../support/remedies.ts';
import { some } from '../support/some.ts';

export const pdbAllowsNoEviction = defineRule({
  id: 'pdb-allows-no-eviction',
  code: 'DisruptionBudgetUnsatisfied',
  summary: 'a disruption budget demands every pod that there is, so a node with one of them cannot be drained',
  about: 'PodDisruptionBudget',
  role: 'cause',
  symptoms: ['not-ready'],
  needs: ['pods', 'nodes'],
  references: [
    { title: 'Kubernetes: Disruptions', url: 'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets' },
    { title: 'Kubernetes: Safely Drain a Node', url: 'https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/' },
  ],

  async judge({ ref, object, seenIn }, ask) {
    const { currentHealthy, desiredHealthy, expectedPods, disruptionsAllowed } = object.status;
    // With sick pods, those are what is wrong; with room, an eviction is let through.
    if (expectedPods === 0 || currentHealthy < desiredHealthy || disruptionsAllowed > 0 || expectedPods > desiredHealthy) return notApplicable;
    const nodes = await ask(list('nodes'));
    if (nodes.outcome !== 'present') return nodes.outcome === 'unavailable' ? undecided(nodes) : notApplicable;
    const cordoned = nodes.data.filter(({ spec }) => spec.unschedulable === true);
    if (cordoned.length === 0) return ruledOut(seenIn, `Budget ${ref.name} allows no eviction, and no node is being drained.`);
    const pods = await ask(list('pods', ref.namespace));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    const held = pods.data.filter(
      (pod) =>
        matchesSelector(object.spec.selector, pod.metadata.labels) && !isFinished(pod) && cordoned.some(({ metadata }) => metadata.name === pod.spec.nodeName),
    );
    const [pod] = held;
    const node = cordoned.find(({ metadata }) => metadata.name === pod?.spec.nodeName);
    if (!pod || !node) return ruledOut(seenIn, `Budget ${ref.name} allows no eviction, and none of its pods is on a node that is cordoned.`);
    const name = node.metadata.name;
    const demand = object.spec.minAvailable !== undefined ? `minAvailable: ${object.spec.minAvailable}` : `maxUnavailable: ${object.spec.maxUnavailable}`;
    return found(
      'likely',
      [
        cite(seenIn, `Budget ${ref.name} demands ${desiredHealthy} of ${expectedPods} pods, so it allows no eviction.`, {
          about: ref,
          excerpt: fields({ ...object.spec, ...object.status, conditions: undefined }),
        }),
        cite(nodes, `Node ${name} is cordoned, as draining begins with.`, {
          about: { kind: 'Node', name },
          excerpt: fields({ unschedulable: true, taints: node.spec.taints }),
        }),
        cite(pods, `${some(held.map(({ metadata }) => metadata.name))} of the budget is still there.`, { about: podRef(pod) }),
      ],
      {
        title: `Disruption budget ${ref.name} (${demand}) demands all ${expectedPods} pods, so node ${name} cannot be drained of ${pod.metadata.name}`,
        explanation: `Draining evicts pods, and an eviction is refused while it would leave fewer healthy pods than the budget demands. Here that is every one of ${expectedPods}, so the drain waits for ever although all pods are well.`,
        remedies: [
          look(ref, 'See what the budget demands and allows.', 'describe', `poddisruptionbudget/${ref.name}`),
          {
            kind: 'fix',
            advice: 'Demand one pod less than there are, or run one more replica; a new pod elsewhere lets the old one go.',
            command: kubectl(ref, 'edit', `poddisruptionbudget/${ref.name}`),
            risk: 'low',
          },
        ],
        since: latestOf(...node.spec.taints.map(({ timeAdded }) => timeAdded).filter((at) => instant(at) !== undefined)),
        affects: [...held.map(podRef), { kind: 'Node', name }],
      },
    );
  },
});
