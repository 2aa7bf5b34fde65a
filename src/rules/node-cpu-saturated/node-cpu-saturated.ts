import { list } from '#domain/question.ts';
import { cite, defineRule, found, ruledOut } from '../rule.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { podsOn } from '../support/node-facts.ts';
import { nodeUse } from '../support/node-use.ts';
import { podRef } from '../support/pods.ts';
import { fix, look } from '../support/workload-edits.ts';
import { nodeSaturatedByAlerts } from './saturated-by-alerts.ts';

const BUSY = 0.9;

export const nodeCpuSaturated = defineRule({
  id: 'node-cpu-saturated',
  code: 'NodeCpuSaturated',
  summary: 'the processors of a node became fully busy, so everything on it is slow',
  about: 'Node',
  role: 'cause',
  symptoms: ['slow', 'saturated', 'node-trouble', 'not-ready'],
  needs: ['pods', 'metrics', 'alerts'],
  references: [{ title: 'Prometheus node_exporter: cpu collector', url: 'https://github.com/prometheus/node_exporter' }],

  async judge(node, ask, circumstances) {
    const { ref, object } = node;
    const use = await nodeUse(object, ask, circumstances);
    if (!use) return nodeSaturatedByAlerts(node, ask);
    if (use.high < BUSY || !use.rise) return ruledOut(use.fact, `The processors of ${ref.name} are ${Math.round(use.high * 100)}% busy at most.`);
    const pods = await ask(list('pods'));
    const { before, after, since } = use.rise;
    return found(
      'likely',
      [
        cite(use.fact, `The processors of ${ref.name} went from ${Math.round(before * 100)}% to ${Math.round(after * 100)}% busy.`, {
          about: ref,
          excerpt: `${before.toFixed(2)} before, ${after.toFixed(2)} from ${since}`,
        }),
      ],
      {
        title: `The processors of node ${ref.name} are ${Math.round(after * 100)}% busy since ${since.slice(11, 16)} UTC (${Math.round(before * 100)}% before)`,
        explanation:
          'Everything on the node waits for processor time, its kubelet and probes included. Some pod there, or something outside of pods, began to use what others need.',
        remedies: [
          look('See which pods use the processors.', 'kubectl top pods --all-namespaces --sort-by=cpu'),
          look('See what runs on the node.', kubectl(ref, 'describe', objectArg(ref))),
          fix('Limit or move what uses them; give pods CPU requests that match their use.', kubectl(ref, 'cordon', ref.name), 'low'),
        ],
        since,
        affects: pods.outcome === 'present' ? podsOn(ref.name, pods.data).slice(0, 200).map(podRef) : [],
      },
    );
  },
});
