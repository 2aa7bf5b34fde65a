import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { fitsNodeAffinity, tolerates } from '../support/node-fit.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { alertsOf, namesWorkload } from '../support/said-by-alerts.ts';
import { some } from '../support/some.ts';
import { editWorkload, fix, look } from '../support/workload-edits.ts';

/** A node that an autoscaler is about to remove is tainted so; its pods go with it. */
const ABOUT_TO_GO = /^(?:ToBeDeletedByClusterAutoscaler|DeletionCandidateOfClusterAutoscaler|karpenter\.sh\/(?:disrupted|disruption))$/;

export const daemonSetMisscheduled = defineRule({
  id: 'daemon-set-misscheduled',
  code: 'DaemonSetMisscheduled',
  summary: 'pods of a DaemonSet run on nodes that are no longer meant for it',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['not-ready'],
  needs: ['daemonsets', 'pods', 'nodes', 'alerts'],
  references: [
    {
      title: 'Kubernetes: DaemonSet, Taints and tolerations',
      url: 'https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations',
    },
  ],

  async judge(workload, ask) {
    const { ref } = workload;
    if (ref.kind !== 'DaemonSet') return notApplicable;
    const sets = await ask(list('daemonsets', ref.namespace));
    if (sets.outcome !== 'present') return sets.outcome === 'unavailable' ? undecided(sets) : notApplicable;
    const set = sets.data.find(({ metadata }) => metadata.name === ref.name);
    const wrong = set?.status.numberMisscheduled ?? 0;
    // Harmless by itself, and common after a taint was added: only where an alert is about this DaemonSet is it what was asked for.
    const alerts = await alertsOf(ask);
    if (wrong === 0 || !alerts?.data.some((alert) => namesWorkload(alert, ref.namespace, new Set([ref.name])))) return notApplicable;
    const [pods, nodes] = [podsOf(workload, await ask(list('pods', ref.namespace))), await ask(list('nodes'))];
    if (pods.outcome !== 'present' || nodes.outcome !== 'present') return undecided('Pods or nodes could not be listed.');
    const astray = pods.data.flatMap((pod) => {
      const node = nodes.data.find(({ metadata }) => metadata.name === pod.spec.nodeName);
      if (!node) return [];
      const taints = node.spec.taints.filter((taint) => taint.effect !== 'PreferNoSchedule' && !pod.spec.tolerations.some((it) => tolerates(it, taint)));
      const unlabelled = Object.entries(pod.spec.nodeSelector).some(([key, value]) => node.metadata.labels[key] !== value) || !fitsNodeAffinity(node, pod);
      return taints.length > 0 || unlabelled ? [{ pod, node: node.metadata.name, taints, unlabelled }] : [];
    });
    const [first] = astray;
    if (!first) return undecided(`The controller counts ${wrong} misscheduled pods; the nodes do not show why.`);
    if (astray.every(({ taints }) => taints.some(({ key }) => ABOUT_TO_GO.test(key))))
      return ruledOut(nodes, `The nodes with misscheduled pods of ${ref.name} are about to be removed by the autoscaler.`);
    const why = first.taints[0]
      ? `taint ${first.taints[0].key}:${first.taints[0].effect}, which it does not tolerate`
      : 'labels that its nodeSelector or affinity does not match';
    return found(
      'likely',
      [
        cite(sets, `${wrong} pods of ${ref.name} run where they should not.`, {
          about: ref,
          excerpt: fields({ numberMisscheduled: wrong, desiredNumberScheduled: set?.status.desiredNumberScheduled }),
        }),
        cite(nodes, `Node ${first.node} has ${why}.`, { about: { kind: 'Node', name: first.node }, excerpt: fields({ taints: first.taints }) }),
      ],
      {
        title: `${wrong} pod${wrong === 1 ? '' : 's'} of DaemonSet ${ref.name} run${wrong === 1 ? 's' : ''} on ${some(astray.map(({ node }) => node))}, which has ${why}`,
        explanation:
          'A taint with NoSchedule, or a label that was changed, does not end pods that already run; the DaemonSet makes no new one there when they end.',
        remedies: [
          look('See the node and its taints.', kubectl({ kind: 'Node', name: first.node }, 'describe', `node/${first.node}`)),
          fix('Tolerate the taint if the DaemonSet belongs there; else delete those pods.', editWorkload(ref)),
          look('See where its pods run.', kubectl(ref, 'describe', objectArg(ref))),
        ],
        affects: astray.slice(0, 50).map(({ pod }) => podRef(pod)),
      },
    );
  },
});
