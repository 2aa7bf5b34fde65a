import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { earliest } from '../support/instants.ts';
import { looksLikeLoss, nodeNetwork } from '../support/node-network.ts';
import { nodeNetworkRemedies } from '../support/node-network-remedies.ts';
import { nodeUse } from '../support/node-use.ts';
import { podRef } from '../support/pods.ts';
import { some } from '../support/some.ts';
import { delayByAlerts } from './delay-by-alerts.ts';

export const nodeNetworkDelay = defineRule({
  id: 'node-network-delay',
  code: 'NodeNetworkDelay',
  summary: 'most of what runs on one node became slow at once though the node is not busy: its network is delayed',
  about: 'Node',
  role: 'cause',
  symptoms: ['slow', 'errors', 'node-trouble'],
  needs: ['pods', 'nodes', 'services', 'configmaps', 'deployments', 'statefulsets', 'daemonsets', 'metrics', 'alerts'],
  references: [{ title: 'Prometheus node_exporter: netstat collector', url: 'https://github.com/prometheus/node_exporter' }],

  async judge(node, ask, circumstances) {
    const { ref, object } = node;
    const network = await nodeNetwork(node, ask, circumstances);
    const { probe } = network;
    if (!network.measured) return delayByAlerts(node, ask);
    const slow = probe?.rise ? network.slowThere : network.slow;
    if (slow.length === 0) return notApplicable;
    if (probe && !probe.rise) return ruledOut(probe.fact, `Node ${ref.name} answers probes as quickly as before: its network is not delayed.`);
    const use = await nodeUse(object, ask, circumstances);
    if (use && use.high >= 0.9) return ruledOut(use.fact, `What runs on ${ref.name} is slow because the node's processors are busy.`);
    if (!probe?.rise && looksLikeLoss(network)) return undecided(`Node ${ref.name} loses packets, which delays them too.`);
    const names = slow.map(({ node: one }) => one.maker.ref.name);
    const resent = network.resent?.rise;
    return found(
      probe?.rise || (resent && use) ? 'certain' : 'likely',
      [
        ...(probe?.rise
          ? [
              cite(probe.fact, `A probe of ${ref.name} takes ${ms(probe.rise.after)}; before it took ${ms(probe.rise.before)}.`, {
                about: ref,
                excerpt: `probe_duration_seconds: ${probe.rise.before.toFixed(4)} s before, ${probe.rise.after.toFixed(4)} s from ${probe.rise.since}`,
              }),
            ]
          : []),
        ...slow.slice(0, 4).flatMap(({ node: one, latencies }) => {
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
        title: `The network of node ${ref.name} is delayed${probe?.rise ? ` by ${ms(probe.rise.after - probe.rise.before)}` : ''}: ${some(names)} there became slow${names.length > 1 ? ' at the same time' : ''}`,
        explanation: probe?.rise
          ? `The node itself answers probes later than it did, so whatever its pods send or get waits. The node is not busy: it is its network.`
          : `${names.length} workloads with all their pods on ${ref.name} became slow together, while what runs on other nodes is slow only where it calls them, or is called by them. The node is not busy, so what they share and wait for is its network.`,
        remedies: nodeNetworkRemedies(ref),
        since: earliest(probe?.rise?.since, resent?.since, ...slow.flatMap(({ latencies }) => latencies.map(({ rise }) => rise.since))),
        affects: slow.flatMap(({ node: one }) => [one.maker.ref, ...one.pods.slice(0, 20).map(podRef)]),
      },
    );
  },
});

function ms(seconds: number): string {
  return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
}
