import { defineRule, notApplicable } from '../rule.ts';
import { kubectl } from '../support/kubectl.ts';
import { claimCondition } from '../support/node-condition-rule.ts';
import { readyCondition } from '../support/node-facts.ts';
import { fix } from '../support/workload-edits.ts';

/** How kubelets word it. */
const NETWORK = /network plugin|cni (?:plugin|config)|NetworkReady=false|NetworkPluginNotReady|cni plugin not initialized/i;

export const networkPluginNotReady = defineRule({
  id: 'network-plugin-not-ready',
  code: 'NetworkPluginNotReady',
  summary: 'the network plugin of a node is not ready, so pods there get no network',
  about: 'Node',
  role: 'cause',
  symptoms: ['node-trouble', 'pending', 'not-ready', 'unavailable'],
  needs: ['pods'],
  references: [{ title: 'Kubernetes: Network Plugins', url: 'https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/' }],

  async judge(node, ask) {
    const condition = readyCondition(node.object);
    if (condition?.status !== 'False' || !NETWORK.test(condition.message ?? '')) return notApplicable;
    return claimCondition(node, condition, ask, {
      confidence: 'certain',
      title: `The network plugin of node ${node.ref.name} is not ready`,
      explanation: `The kubelet says: ${condition.message ?? ''}. Until the network plugin (CNI) is there, no pod on ${node.ref.name} gets an address: its agent does not run on that node, or its configuration is missing.`,
      fixes: [
        fix(
          'See whether the agent of the network plugin runs on the node.',
          kubectl(node.ref, 'get', 'pods', '--all-namespaces', '-o', 'wide', '--field-selector', `spec.nodeName=${node.ref.name}`),
          'none',
        ),
      ],
    });
  },
});
