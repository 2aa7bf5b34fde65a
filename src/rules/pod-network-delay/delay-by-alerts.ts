import type { Workload } from '#domain/subject.ts';
import { type AskFor, found, notApplicable, type Verdict } from '../rule.ts';
import { alertedGraph, slowOrigins } from '../support/alerted-graph.ts';
import { kubectl } from '../support/kubectl.ts';
import { podRef } from '../support/pods.ts';
import { citeAlerts, tells } from '../support/said-by-alerts.ts';
import type { GraphTopics } from '../support/service-graph.ts';
import { look } from '../support/workload-edits.ts';

/**
 * Where nothing measures answers: the one workload that alerts call slow and that calls nothing slow, while others that call it are slow too, and no alert is about
 * processors or resent packets, which would explain it otherwise. Only possible.
 */
export async function podDelayByAlerts({ ref }: Workload, ask: AskFor<GraphTopics | 'alerts'>): Promise<Verdict | readonly Verdict[]> {
  const graph = await alertedGraph(ask);
  if (!graph) return notApplicable;
  const [origin, second] = slowOrigins(graph);
  if (!origin || second || origin.node.maker.ref.name !== ref.name || origin.node.maker.ref.namespace !== ref.namespace) return notApplicable;
  const callers = graph.workloads.filter((one) => one.slow.length > 0 && one.node.calls.has(ref.name));
  const explained = graph.alerts.data.some(
    (alert) => tells(alert, 'cpu') || tells(alert, 'throttling') || tells(alert, 'memory') || tells(alert, 'retransmission'),
  );
  const well = origin.node.pods.every(({ status }) => status.containerStatuses.every(({ ready, restartCount }) => ready && restartCount === 0));
  if (callers.length === 0 || explained || !well) return notApplicable;
  return found(
    'possible',
    [citeAlerts(graph.alerts, [...origin.slow, ...callers.flatMap((one) => one.slow)], `Alerts call ${ref.name} slow, and who calls it.`, ref)],
    {
      title: `${ref.name} answers slowly, by its alert, though its pods are well and nothing that it calls is said to be slow: its pods' network may be delayed`,
      explanation:
        'No alert is about processors, memory or lost packets. What remains is the way of its packets, or a wait inside the program that uses no processor (locks, disk, something outside). This goes by what the alerts say; the metrics behind them could not be read.',
      remedies: [
        look('See where its pods run, and whether they were restarted.', kubectl(ref, 'get', 'pods', '-o', 'wide')),
        look('See what its pods use.', kubectl(ref, 'top', 'pods', '--containers')),
      ],
      since: origin.slow.map(({ startsAt }) => startsAt).toSorted()[0],
      affects: origin.node.pods.slice(0, 50).map(podRef),
    },
  );
}
