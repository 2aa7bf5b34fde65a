import type { NodeSubject } from '#domain/subject.ts';
import { type AskFor, found, notApplicable, undecided, type Verdict } from '../rule.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { alertsOf, citeAlerts, figureIn, namesNode, tells } from '../support/said-by-alerts.ts';
import { look } from '../support/workload-edits.ts';

/** Less than this is room enough, whatever an alert makes of its rise. */
const BUSY_PERCENT = 80;

/** Where nothing measures the node: an alert that its processors are busy, and that does not itself say that there is room. */
export async function nodeSaturatedByAlerts({ ref, object }: NodeSubject, ask: AskFor<'alerts'>): Promise<Verdict | readonly Verdict[]> {
  const alerts = await alertsOf(ask);
  const own = alerts?.data.filter((alert) => namesNode(alert, object) && tells(alert, 'cpu') && !tells(alert, 'throttling')) ?? [];
  if (!alerts || own.length === 0) return notApplicable;
  const percents = own.map(figureIn).filter((figure) => figure?.percent === true);
  const highest = Math.max(...percents.map((figure) => figure?.value ?? 0));
  if (percents.length > 0 && highest < BUSY_PERCENT) return undecided(`The processors of ${ref.name} are ${highest}% busy, by its alert.`);
  return found('possible', [citeAlerts(alerts, own, `An alert says that the processors of ${ref.name} are busy.`, ref)], {
    title: `The processors of node ${ref.name} are ${percents.length > 0 ? `${highest}% busy` : 'busy'}, by its alert`,
    explanation:
      'Everything on a node whose processors are busy waits for them, its kubelet and probes included. This goes by what the alert says; the metrics behind it could not be read.',
    remedies: [
      look('See which pods use the processors.', 'kubectl top pods --all-namespaces --sort-by=cpu'),
      look('See what runs on the node.', kubectl(ref, 'describe', objectArg(ref))),
    ],
    since: own.map(({ startsAt }) => startsAt).toSorted()[0],
    affects: [ref],
  });
}
