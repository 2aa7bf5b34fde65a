import type { FiringAlert } from '#domain/question.ts';
import type { NodeSubject } from '#domain/subject.ts';
import { type AskFor, found, notApplicable, undecided, type Verdict } from '../rule.ts';
import { alertedGraph } from '../support/alerted-graph.ts';
import { nodeNetworkRemedies } from '../support/node-network-remedies.ts';
import { podRef } from '../support/pods.ts';
import { citeAlerts, figureIn, namesNode, tells } from '../support/said-by-alerts.ts';
import type { GraphTopics } from '../support/service-graph.ts';
import { some } from '../support/some.ts';

/** Segments sent again per second, and the share of all in percent, from which on it is loss rather than an accident. */
const LEAST_RESENT = 2;
const LEAST_PERCENT = 1;
/** The node must stand out from the others by this much. */
const STANDS_OUT = 1.5;

/** Where nothing measures the network: alerts that say that this node sends segments again, together with alerts about slow answers of what runs there. */
export async function lossByAlerts({ ref, object }: NodeSubject, ask: AskFor<GraphTopics | 'alerts'>): Promise<Verdict | readonly Verdict[]> {
  const graph = await alertedGraph(ask);
  const resent = graph?.alerts.data.filter((alert) => tells(alert, 'retransmission')) ?? [];
  const own = resent.filter((alert) => namesNode(alert, object));
  if (!graph || own.length === 0) return notApplicable;
  const high = strongest(own);
  const others = strongest(resent.filter((alert) => !own.includes(alert)));
  if (high && high.value < (high.percent ? LEAST_PERCENT : LEAST_RESENT))
    return undecided(`The alerts say that ${ref.name} sends few segments again: ${high.value}${high.percent ? '%' : ' per second'}.`);
  if (high && others && high.value < STANDS_OUT * others.value) return undecided(`Other nodes send as many segments again as ${ref.name}.`);
  const slow = graph.workloads.filter((one) => one.slow.length > 0 && one.node.nodes.has(ref.name));
  if (slow.length === 0) return undecided(`No alert is about slow answers of what runs on ${ref.name}.`);
  const names = slow.map(({ node }) => node.maker.ref.name);
  const figure = high ? ` (${high.value}${high.percent ? '%' : ' per second'})` : '';
  return found(
    high ? 'likely' : 'possible',
    [
      citeAlerts(graph.alerts, own, `An alert says that ${ref.name} must send TCP segments again${figure}.`, ref),
      citeAlerts(
        graph.alerts,
        slow.flatMap((one) => one.slow),
        `Alerts say that ${some(names)}, which run${names.length === 1 ? 's' : ''} there, answer${names.length === 1 ? 's' : ''} slowly.`,
      ),
    ],
    {
      title: `Node ${ref.name} loses packets: by its alert it must send TCP segments again${figure}, and ${some(names)} there became slow`,
      explanation:
        'A lost segment is sent again after 200 ms at the earliest, so some requests take much longer while others do not. This goes by what the alerts say; the metrics behind them could not be read.',
      remedies: nodeNetworkRemedies(ref),
      since: own.map(({ startsAt }) => startsAt).toSorted()[0],
      affects: slow.flatMap(({ node }) => [node.maker.ref, ...node.pods.slice(0, 20).map(podRef)]),
    },
  );
}

function strongest(alerts: readonly FiringAlert[]): ReturnType<typeof figureIn> {
  return alerts
    .map(figureIn)
    .filter((figure) => figure !== undefined)
    .toSorted((left, right) => right.value - left.value)[0];
}
