import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { earliest } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { looksLikeLoss, nodeNetwork } from '../support/node-network.ts';
import { nodeUse } from '../support/node-use.ts';
import { podRef } from '../support/pods.ts';
import { fix, look } from '../support/workload-edits.ts';

export const nodeNetworkDelay = defineRule({
  id: 'node-network-delay',
  code: 'NodeNetworkDelay',
  summary: 'most of what runs on one node became slow at once though the node is not busy: its network is delayed',
  about: 'Node',
  role: 'cause',
  symptoms: ['slow', 'errors', 'node-trouble'],
  needs: ['pods', 'nodes', 'services', 'configmaps', 'deployments', 'statefulsets', 'daemonsets', 'metrics'],
  references: [{ title: 'Prometheus node_exporter: netstat collector', url: 'https://github.com/prometheus/node_exporter' }],

  async judge(node, ask, circumstances) {
    const { ref, object } = node;
    const network = await nodeNetwork(node, ask, circumstances);
    const [first] = network.slow;
    const [latency] = first?.latencies ?? [];
    if (!first || !latency) return notApplicable;
    const use = await nodeUse(object, ask, circumstances);
    if (use && use.high >= 0.9) return ruledOut(use.fact, `What runs on ${ref.name} is slow because the node's processors are busy.`);
    if (looksLikeLoss(network)) return undecided(`Node ${ref.name} loses packets, which delays them too.`);
    const names = network.slow.map(({ node: one }) => one.maker.ref.name);
    const resent = network.resent?.rise;
    return found(
      resent && use ? 'certain' : 'likely',
      [
        ...network.slow.slice(0, 4).flatMap(({ node: one, latencies }) => {
          const [worst] = latencies.toSorted((left, right) => right.rise.after - left.rise.after);
          return worst
            ? [
                cite(worst.fact, `${one.maker.ref.name} on ${ref.name} went from ${Math.round(worst.rise.before)} ms to ${Math.round(worst.rise.after)} ms.`, {
                  about: one.maker.ref,
                  excerpt: `${worst.measure} of ${worst.service}: ${worst.rise.before.toFixed(1)} ms before, ${worst.rise.after.toFixed(1)} ms from ${worst.rise.since}`,
                }),
              ]
            : [];
        }),
        ...(resent && network.resent
          ? [
              cite(network.resent.fact, `${ref.name} had to send TCP segments again when it began.`, {
                about: ref,
                excerpt: `rate(node_netstat_Tcp_RetransSegs): ${resent.before.toFixed(2)}/s before, ${resent.after.toFixed(2)}/s from ${resent.since}`,
              }),
            ]
          : []),
        ...(use ? [cite(use.fact, `The processors of ${ref.name} are ${Math.round(use.high * 100)}% busy at most.`, { about: ref })] : []),
      ],
      {
        title: `The network of node ${ref.name} is delayed: ${names.slice(0, 4).join(', ')} there became slow at the same time`,
        explanation: `${names.length} workloads with all their pods on ${ref.name} became slow together, while what runs on other nodes is slow only where it calls them, or is called by them. The node is not busy, so what they share and wait for is its network.`,
        remedies: [
          look('See the node and what runs there.', kubectl(ref, 'describe', objectArg(ref))),
          fix('Keep new pods away from the node, then restart what is slow so that it is placed elsewhere.', kubectl(ref, 'cordon', ref.name), 'low'),
          fix('On the machine, look at its interfaces: ip -s link, tc qdisc show, ethtool -S.', kubectl(ref, 'get', objectArg(ref), '-o', 'wide'), 'none'),
        ],
        since: earliest(resent?.since, ...network.slow.flatMap(({ latencies }) => latencies.map(({ rise }) => rise.since))),
        affects: network.slow.flatMap(({ node: one }) => [one.maker.ref, ...one.pods.slice(0, 20).map(podRef)]),
      },
    );
  },
});
