import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { looksLikeLoss, nodeNetwork } from '../support/node-network.ts';
import { nodeNetworkRemedies } from '../support/node-network-remedies.ts';
import { podRef } from '../support/pods.ts';
import { lossByAlerts } from './loss-by-alerts.ts';

export const nodeNetworkLoss = defineRule({
  id: 'node-network-loss',
  code: 'NodeNetworkLoss',
  summary: 'a node loses packets: it must send many TCP segments again, and what runs there answers slowly',
  about: 'Node',
  role: 'cause',
  symptoms: ['slow', 'errors', 'node-trouble'],
  needs: ['pods', 'nodes', 'services', 'configmaps', 'deployments', 'statefulsets', 'daemonsets', 'metrics', 'alerts'],
  references: [{ title: "RFC 6298: Computing TCP's Retransmission Timer", url: 'https://www.rfc-editor.org/rfc/rfc6298' }],

  async judge(node, ask, circumstances) {
    const { ref } = node;
    const network = await nodeNetwork(node, ask, circumstances);
    const { resent, slowThere, resentShare } = network;
    const rise = resent?.rise;
    if (!resent && !network.measured) return lossByAlerts(node, ask);
    if (!resent || !rise || !looksLikeLoss(network)) return notApplicable;
    const names = slowThere.map(({ node: one }) => one.maker.ref.name);
    const share = resentShare === undefined ? '' : ` (${(resentShare * 100).toFixed(1)}% of all)`;
    return found(
      slowThere.length > 0 ? 'certain' : 'likely',
      [
        cite(resent.fact, `${ref.name} sends ${rise.after.toFixed(1)} TCP segments per second again${share}; before it were ${rise.before.toFixed(2)}.`, {
          about: ref,
          excerpt: `rate(node_netstat_Tcp_RetransSegs): ${rise.before.toFixed(2)}/s before, ${rise.after.toFixed(2)}/s from ${rise.since}; other nodes at most ${network.resentElsewhere.toFixed(2)}/s`,
        }),
        ...slowThere
          .slice(0, 3)
          .flatMap(({ node: one, latencies }) =>
            latencies[0] ? [cite(latencies[0].fact, `${one.maker.ref.name}, which runs there, became slow.`, { about: one.maker.ref })] : [],
          ),
      ],
      {
        title: `Node ${ref.name} loses packets: it sends ${rise.after.toFixed(1)} TCP segments per second again${names.length > 0 ? `, and ${names.slice(0, 3).join(', ')} there became slow` : ''}`,
        explanation:
          "A lost segment is sent again after 200 ms at the earliest, so some requests take much longer while others do not. The loss is on the way to or from this one node: its interface, cable, driver, queue, or the virtual machine's network.",
        remedies: nodeNetworkRemedies(ref),
        since: rise.since,
        affects: slowThere.flatMap(({ node: one }) => [one.maker.ref, ...one.pods.slice(0, 20).map(podRef)]),
      },
    );
  },
});
