import type { Pod } from '#domain/kubernetes/pod.ts';
import type { Workload } from '#domain/subject.ts';
import { parseQuantity } from '#lib/quantity.ts';
import { type AskFor, found, notApplicable, type Verdict } from '../rule.ts';
import { alertedCpu } from '../support/cpu-by-alerts.ts';
import { kubectl } from '../support/kubectl.ts';
import { podRef } from '../support/pods.ts';
import { citeAlerts } from '../support/said-by-alerts.ts';
import { editWorkload, fix, look } from '../support/workload-edits.ts';

/** Where nothing measures the processor: an alert that this workload uses much of it, more surely with one that it is throttled or slow. */
export async function saturatedByAlerts(workload: Workload, pods: readonly Pod[], ask: AskFor<'alerts'>): Promise<Verdict | readonly Verdict[]> {
  const told = await alertedCpu(workload, pods, ask);
  if (!told || told.busy.length === 0) return notApplicable;
  const { ref } = workload;
  const limited = workload.template.spec.containers.some(({ resources }) => parseQuantity(resources.limits['cpu']) !== undefined);
  const backed = [...told.throttled, ...told.slow];
  // Without a limit nothing stops it; then being busy is no fault by itself.
  if (!limited && backed.length === 0) return notApplicable;
  return found(
    backed.length > 0 ? 'likely' : 'possible',
    [
      citeAlerts(told.alerts, told.busy, `An alert says that ${ref.name} uses much processor time.`, ref),
      ...(backed.length > 0
        ? [citeAlerts(told.alerts, backed, `And that it is ${told.throttled.length > 0 ? 'kept from running at its limit' : 'slow'}.`, ref)]
        : []),
    ],
    {
      title: `${ref.name} uses much more CPU, by its alert${told.throttled.length > 0 ? ', up to its limit' : ''}${told.slow.length > 0 ? ', and answers slowly' : ''}`,
      explanation:
        'At its CPU limit the kernel stops a container for the rest of each period, so everything it does takes longer. Either it has more to do, or the limit is too low. This goes by what the alerts say; the metrics behind them could not be read.',
      remedies: [
        look('See what uses the processor now.', kubectl(ref, 'top', 'pods', '--containers', '--sort-by=cpu')),
        fix('If the load is right, raise the CPU limit or add replicas; if not, find what the program spends its time on.', editWorkload(ref)),
      ],
      since: told.busy.map(({ startsAt }) => startsAt).toSorted()[0],
      affects: pods.slice(0, 50).map(podRef),
    },
  );
}
