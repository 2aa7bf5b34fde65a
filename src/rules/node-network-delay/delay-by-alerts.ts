import type { NodeSubject } from '#domain/subject.ts';
import { type AskFor, found, notApplicable, type Verdict } from '../rule.ts';
import { type Alerted, alertedGraph } from '../support/alerted-graph.ts';
import { nodeNetworkRemedies } from '../support/node-network-remedies.ts';
import { podRef } from '../support/pods.ts';
import { citeAlerts, namesNode, tells } from '../support/said-by-alerts.ts';
import type { GraphTopics } from '../support/service-graph.ts';
import { some } from '../support/some.ts';

/** So many workloads of a node, and nearly all of them, must be hit for the node itself to be suspected; of them so many by slowness. */
const MANY = 3;
const NEARLY_ALL = 0.8;
const SLOW = 2;

/**
 * Where nothing measures answers: alerts that name nearly everything with all its pods on this node, and no slow workload elsewhere. Only possible: an alert
 * tells that a threshold was crossed, not by how much the others missed it.
 */
export async function delayByAlerts({ ref, object }: NodeSubject, ask: AskFor<GraphTopics | 'alerts'>): Promise<Verdict | readonly Verdict[]> {
  const graph = await alertedGraph(ask);
  if (!graph) return notApplicable;
  const onlyHere = ({ node }: Alerted) => node.nodes.size === 1 && node.nodes.has(ref.name);
  const here = graph.workloads.filter(onlyHere);
  const hit = here.filter((one) => one.hit.length > 0);
  const slow = graph.workloads.filter((one) => one.slow.length > 0);
  const elsewhere = graph.workloads.filter((one) => !onlyHere(one));
  const share = hit.length / Math.max(1, here.length);
  const shareElsewhere = elsewhere.filter((one) => one.hit.length > 0).length / Math.max(1, elsewhere.length);
  const suspected = hit.length >= MANY && share >= NEARLY_ALL && share > shareElsewhere && slow.length >= SLOW && slow.every(onlyHere);
  // A busy processor makes all of them slow too, and is told by its own alert.
  if (!suspected || graph.alerts.data.some((alert) => tells(alert, 'cpu') && namesNode(alert, object))) return notApplicable;
  const names = hit.map(({ node }) => node.maker.ref.name);
  return found(
    'possible',
    [
      citeAlerts(
        graph.alerts,
        hit.flatMap((one) => one.hit),
        `Alerts name ${hit.length} of the ${here.length} workloads that run on ${ref.name} only, and ${elsewhere.filter((one) => one.hit.length > 0).length} of the ${elsewhere.length} others.`,
        ref,
      ),
    ],
    {
      title: `The network of node ${ref.name} may be delayed: alerts name ${hit.length} of the ${here.length} workloads that run there, ${some(names)}`,
      explanation: `What answers slowly by the alerts runs on ${ref.name} only, and nearly everything there is hit, while others are hit less. What they share is the node. This goes by what the alerts say; the metrics behind them could not be read.`,
      remedies: nodeNetworkRemedies(ref),
      since: hit.flatMap((one) => one.hit.map(({ startsAt }) => startsAt)).toSorted()[0],
      affects: hit.flatMap(({ node }) => [node.maker.ref, ...node.pods.slice(0, 20).map(podRef)]),
    },
  );
}
