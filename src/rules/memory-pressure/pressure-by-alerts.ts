import type { Pod } from '#domain/kubernetes/pod.ts';
import type { Workload } from '#domain/subject.ts';
import { type AskFor, found, notApplicable, type Verdict } from '../rule.ts';
import { kubectl } from '../support/kubectl.ts';
import { podRef } from '../support/pods.ts';
import { alertsOf, citeAlerts, namesWorkload, tells } from '../support/said-by-alerts.ts';
import { editWorkload, fix, look } from '../support/workload-edits.ts';

/** Where nothing measures memory: an alert that this workload uses much of it. */
export async function pressureByAlerts({ ref, template }: Workload, pods: readonly Pod[], ask: AskFor<'alerts'>): Promise<Verdict | readonly Verdict[]> {
  const alerts = await alertsOf(ask);
  const names = new Set([ref.name, template.metadata.labels['app'] ?? ref.name]);
  const podNames = pods.map(({ metadata }) => metadata.name);
  const own = alerts?.data.filter((alert) => tells(alert, 'memory') && namesWorkload(alert, ref.namespace, names, podNames)) ?? [];
  if (!alerts || own.length === 0) return notApplicable;
  return found('possible', [citeAlerts(alerts, own, `An alert says that ${ref.name} uses much memory.`, ref)], {
    title: `${ref.name} uses much of the memory that it is allowed, by its alert`,
    explanation:
      'Near its limit a container spends its time on reclaiming memory and is killed when it asks for more. This goes by what the alert says; the metrics behind it could not be read.',
    remedies: [
      look('See what it uses now.', kubectl(ref, 'top', 'pods', '--containers', '--sort-by=memory')),
      fix('Raise its memory limit, or find what it keeps.', editWorkload(ref)),
    ],
    since: own.map(({ startsAt }) => startsAt).toSorted()[0],
    affects: pods.slice(0, 50).map(podRef),
  });
}
