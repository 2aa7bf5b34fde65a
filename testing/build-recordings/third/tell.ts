import { FROM_KUBE_STATE_METRICS } from '../../../scripts/scenarios/alerts.ts';
import { logTo, repeat } from '../draft.ts';
import type { Draft, Line, PodDraft, Workload } from '../shape.ts';

const SUMMARIES = {
  ServiceAbnormalRestart: 'Service abnormal restart.',
  PartialServiceUnreachability: 'Partial Service Unreachability.',
  ServiceAvailabilityDisruption: 'Service Availability Disruption.',
  ServiceQualityDegradation: 'Service quality degradation.',
  ServiceLatencyIncreasedSignificantly: 'Service latency increased significantly',
} as const;

/** The one critical alert on the namespace, a minute before the snapshot unless said. */
export function alarm(draft: Draft, alertname: keyof typeof SUMMARIES, firedAgo = 1): void {
  draft.groupLabels = { namespace: draft.namespace };
  draft.alerts.push(() => ({
    labels: { alertname, namespace: draft.namespace, severity: 'critical' },
    annotations: { summary: SUMMARIES[alertname] },
    firedAgo,
    expression: `ALERTS{alertname="${alertname}"}`,
  }));
}

/** A warning about one measured anomaly, of a service or a node. */
export function anomaly(draft: Draft, alertname: string, about: Readonly<Record<string, string>>, description: string, firedAgo: number): void {
  draft.alerts.push(() => ({
    labels: { ...about, alertname, namespace: draft.namespace, severity: 'warning' },
    annotations: { description },
    firedAgo,
    expression: `ALERTS{alertname="${alertname}"}`,
  }));
}

/** A stock alert of kube-state-metrics on a pod, as a second voice beside the vague one. */
export function podAlert(draft: Draft, alertname: string, workload: string, at: number, firedAgo: number): void {
  draft.alerts.push(({ podsOf }) => ({
    labels: {
      ...FROM_KUBE_STATE_METRICS,
      alertname,
      namespace: draft.namespace,
      pod: podsOf(workload).at(at)?.metadata.name ?? '',
      severity: 'warning',
    },
    annotations: { summary: 'Pod is not well.' },
    firedAgo,
    expression: `ALERTS{alertname="${alertname}"}`,
  }));
}

export function expect(draft: Draft, root: string, object: string, family: string): Draft {
  draft.expected = { root_cause: root, object: /[/]/.test(object) || object === '' ? object : `app/${object}`, family };
  return draft;
}

/** The same lines again and again in the log of every pod (or of those given) until now. */
export function again(workload: Workload, texts: readonly Line[1][], from = 9, every = 0.7, pods: readonly PodDraft[] = workload.pods): void {
  logTo(
    workload,
    repeat(from, 0.1, every, () => texts),
    pods,
  );
}
