import type { Pod } from '#domain/kubernetes/pod.ts';
import type { Workload } from '#domain/subject.ts';
import { type AskFor, found, notApplicable, type Verdict } from '../rule.ts';
import { alertedCpu } from '../support/cpu-by-alerts.ts';
import { kubectl } from '../support/kubectl.ts';
import { podRef } from '../support/pods.ts';
import { citeAlerts } from '../support/said-by-alerts.ts';
import { editWorkload, fix, look } from '../support/workload-edits.ts';

/** Where nothing measures the processor: an alert that this workload is throttled, and none that it uses more than before. */
export async function throttledByAlerts(workload: Workload, pods: readonly Pod[], ask: AskFor<'alerts'>): Promise<Verdict | readonly Verdict[]> {
  const told = await alertedCpu(workload, pods, ask);
  if (!told || told.throttled.length === 0 || told.busy.length > 0) return notApplicable;
  const { ref } = workload;
  return found(
    'possible',
    [citeAlerts(told.alerts, [...told.throttled, ...told.slow], `Alerts say that ${ref.name} is throttled${told.slow.length > 0 ? ' and slow' : ''}.`, ref)],
    {
      title: `${ref.name} is throttled at its CPU limit, by its alert${told.slow.length > 0 ? ', and answers slowly' : ''}`,
      explanation:
        'Throttling delays whatever a container does; it matters if its answers are slow. This goes by what the alerts say; the metrics behind them could not be read.',
      remedies: [
        look('See what it uses now.', kubectl(ref, 'top', 'pods', '--containers', '--sort-by=cpu')),
        fix('Raise or remove its CPU limit, if its answers are slow.', editWorkload(ref)),
      ],
      since: told.throttled.map(({ startsAt }) => startsAt).toSorted()[0],
      affects: pods.slice(0, 50).map(podRef),
    },
  );
}
