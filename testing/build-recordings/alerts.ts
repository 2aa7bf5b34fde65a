import { type AlertSpec, FROM_KUBE_STATE_METRICS, RUNBOOKS } from '../../scripts/scenarios/alerts.ts';
import type { Draft, Made } from './shape.ts';

const CLUSTER_TEXT = ' on cluster .';

/** What the exporter's scrape adds to a series that has no pod of its own (honorLabels without relabelling). */
function exporterLabels({ podsOf }: Made): Record<string, string> {
  return { ...FROM_KUBE_STATE_METRICS, container: 'kube-state-metrics', pod: podsOf('kube-prometheus-stack-kube-state-metrics')[0]?.metadata.name ?? '' };
}

/** Alertmanager's usual grouping, unless the recording has its own. */
function ofNamespace(draft: Draft): void {
  if (Object.keys(draft.groupLabels).length === 0) draft.groupLabels = { namespace: draft.namespace };
}

/** One vague alert on the namespace, as a service level objective or an outside probe gives it. */
export function vague(draft: Draft, alertname: string, ago: number, summary: string, severity = 'critical'): void {
  draft.groupLabels = { alertname, namespace: draft.namespace };
  draft.alerts.push(() => ({
    labels: { alertname, namespace: draft.namespace, severity },
    annotations: { summary },
    firedAgo: ago,
    expression: `namespace:slo_burn:ratio{namespace="${draft.namespace}"} > 1`,
  }));
}

export function crashLooping(draft: Draft, workload: string, container: string, ago: number, at = 0, reason = 'CrashLoopBackOff'): void {
  ofNamespace(draft);
  draft.alerts.push((made) => {
    const pod = made.podsOf(workload).at(at)?.metadata;
    const labels = {
      ...FROM_KUBE_STATE_METRICS,
      alertname: 'KubePodCrashLooping',
      container,
      namespace: draft.namespace,
      pod: pod?.name ?? '',
      reason,
      severity: 'warning',
      uid: pod?.uid ?? '',
    };
    return stock(
      labels,
      `Pod ${draft.namespace}/${labels.pod} (${container}) is in waiting state (reason: "CrashLoopBackOff")${CLUSTER_TEXT}`,
      'Pod is crash looping.',
      ago,
      'max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff", job="kube-state-metrics"}[5m]) >= 1',
    );
  });
}

export function podNotReady(draft: Draft, workload: string, ago: number, at = -1): void {
  ofNamespace(draft);
  draft.alerts.push((made) => {
    const pod = made.podsOf(workload).at(at)?.metadata.name ?? '';
    return stock(
      { alertname: 'KubePodNotReady', namespace: draft.namespace, pod, severity: 'warning' },
      `Pod ${draft.namespace}/${pod} has been in a non-ready state for longer than 15 minutes${CLUSTER_TEXT}`,
      'Pod has been in a non-ready state for more than 15 minutes.',
      ago,
      'sum by (namespace, pod, cluster) (max by (namespace, pod, cluster) (kube_pod_status_phase{job="kube-state-metrics", phase=~"Pending|Unknown|Failed"})) > 0',
    );
  });
}

export function replicasMismatch(draft: Draft, deployment: string, ago: number): void {
  draft.exporter = true;
  ofNamespace(draft);
  draft.alerts.push((made) =>
    stock(
      { ...exporterLabels(made), alertname: 'KubeDeploymentReplicasMismatch', deployment, namespace: draft.namespace, severity: 'warning' },
      `Deployment ${draft.namespace}/${deployment} has not matched the expected number of replicas for longer than 15 minutes${CLUSTER_TEXT}`,
      'Deployment has not matched the expected number of replicas.',
      ago,
      'kube_deployment_spec_replicas{job="kube-state-metrics"} > kube_deployment_status_replicas_available{job="kube-state-metrics"}',
    ),
  );
}

export function rolloutStuck(draft: Draft, deployment: string, ago: number): void {
  draft.exporter = true;
  ofNamespace(draft);
  draft.alerts.push((made) =>
    stock(
      {
        ...exporterLabels(made),
        alertname: 'KubeDeploymentRolloutStuck',
        condition: 'Progressing',
        deployment,
        namespace: draft.namespace,
        reason: 'ProgressDeadlineExceeded',
        severity: 'warning',
        status: 'false',
      },
      `Rollout of deployment ${draft.namespace}/${deployment} is not progressing for longer than 15 minutes${CLUSTER_TEXT}`,
      'Deployment rollout is not progressing.',
      ago,
      'kube_deployment_status_condition{condition="Progressing", status="false",job="kube-state-metrics"} != 0',
    ),
  );
}

export function statefulMismatch(draft: Draft, statefulset: string, ago: number): void {
  draft.exporter = true;
  ofNamespace(draft);
  draft.alerts.push((made) =>
    stock(
      { ...exporterLabels(made), alertname: 'KubeStatefulSetReplicasMismatch', namespace: draft.namespace, severity: 'warning', statefulset },
      `StatefulSet ${draft.namespace}/${statefulset} has not matched the expected number of replicas for longer than 15 minutes${CLUSTER_TEXT}`,
      'StatefulSet has not matched the expected number of replicas.',
      ago,
      'kube_statefulset_status_replicas_ready{job="kube-state-metrics"} != kube_statefulset_replicas{job="kube-state-metrics"}',
    ),
  );
}

export function daemonSetStuck(draft: Draft, daemonset: string, ago: number): void {
  draft.exporter = true;
  ofNamespace(draft);
  draft.alerts.push((made) =>
    stock(
      { ...exporterLabels(made), alertname: 'KubeDaemonSetRolloutStuck', daemonset, namespace: draft.namespace, severity: 'warning' },
      `DaemonSet ${draft.namespace}/${daemonset} has not finished or progressed for at least 15m${CLUSTER_TEXT}`,
      'DaemonSet rollout is stuck.',
      ago,
      'kube_daemonset_status_number_available{job="kube-state-metrics"} != kube_daemonset_status_desired_number_scheduled{job="kube-state-metrics"}',
    ),
  );
}

export function jobFailed(draft: Draft, job: string, ago: number): void {
  draft.exporter = true;
  ofNamespace(draft);
  draft.alerts.push((made) =>
    stock(
      { ...exporterLabels(made), alertname: 'KubeJobFailed', condition: 'true', job_name: job, namespace: draft.namespace, severity: 'warning' },
      `Job ${draft.namespace}/${job} failed to complete. Removing failed job after investigation should clear this alert${CLUSTER_TEXT}`,
      'Job failed to complete.',
      ago,
      'kube_job_failed{job="kube-state-metrics"} > 0',
    ),
  );
}

export function nodeNotReady(draft: Draft, node: string, ago: number): void {
  draft.exporter = true;
  draft.groupLabels = {};
  draft.alerts.push((made) =>
    stock(
      { ...exporterLabels(made), alertname: 'KubeNodeNotReady', condition: 'Ready', namespace: 'monitoring', node, severity: 'warning', status: 'true' },
      `${node} has been unready for more than 15 minutes${CLUSTER_TEXT}`,
      'Node is not ready.',
      ago,
      'kube_node_status_condition{job="kube-state-metrics",condition="Ready",status="true"} == 0',
    ),
  );
}

export function targetDown(draft: Draft, job: string, service: string, share: string, ago: number, namespace = draft.namespace): void {
  ofNamespace(draft);
  draft.alerts.push(() =>
    stock(
      { alertname: 'TargetDown', job, namespace, service, severity: 'warning' },
      `${share}% of the ${job}/${service} targets in ${namespace} namespace are down.`,
      'One or more targets are unreachable.',
      ago,
      '100 * (count(up == 0) BY (cluster, job, namespace, service) / count(up) BY (cluster, job, namespace, service)) > 10',
      'general',
    ),
  );
}

/** Any other stock alert made from kube-state-metrics' series. */
export function fromStateMetrics(draft: Draft, alertname: string, labels: Record<string, string>, text: string, ago: number, severity = 'warning'): void {
  draft.exporter = true;
  ofNamespace(draft);
  draft.alerts.push((made) => stock({ ...exporterLabels(made), alertname, severity, ...labels }, text, text, ago, `${alertname}:source > 0`));
}

function stock(labels: Record<string, string>, description: string, summary: string, firedAgo: number, expression: string, area = 'kubernetes'): AlertSpec {
  const runbook_url = `${RUNBOOKS.replace('kubernetes', area)}/${(labels['alertname'] ?? '').toLowerCase()}`;
  return { labels, annotations: { description, runbook_url, summary }, firedAgo, expression };
}
