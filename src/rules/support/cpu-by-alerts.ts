import type { Present } from '#domain/evidence.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { FiringAlert } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import type { AskFor } from '../rule.ts';
import { alertsOf, namesWorkload, tells } from './said-by-alerts.ts';

/** What the alerts of the incident say about one workload's processor and answers. */
export interface AlertedCpu {
  readonly alerts: Present<readonly FiringAlert[]>;
  /** It uses much, or more than before. */
  readonly busy: readonly FiringAlert[];
  /** It is kept from running at its limit. */
  readonly throttled: readonly FiringAlert[];
  readonly slow: readonly FiringAlert[];
}

/** Reads the alerts that name this workload, one of its pods or a container of it; undefined when none of them is about its processor. */
export async function alertedCpu(workload: Workload, pods: readonly Pod[], ask: AskFor<'alerts'>): Promise<AlertedCpu | undefined> {
  const alerts = await alertsOf(ask);
  if (!alerts?.data.some((alert) => tells(alert, 'cpu') || tells(alert, 'throttling'))) return undefined;
  const { ref, template } = workload;
  const names = new Set([ref.name, template.metadata.labels['app'] ?? ref.name, template.metadata.labels['app.kubernetes.io/name'] ?? ref.name]);
  const podNames = pods.map(({ metadata }) => metadata.name);
  const own = alerts.data.filter((alert) => namesWorkload(alert, ref.namespace, names, podNames));
  const throttled = own.filter((alert) => tells(alert, 'throttling'));
  const busy = own.filter((alert) => tells(alert, 'cpu') && !tells(alert, 'throttling'));
  if (throttled.length + busy.length === 0) return undefined;
  return { alerts, busy, throttled, slow: own.filter((alert) => tells(alert, 'latency')) };
}
