import { groupBody } from '../ingest/deliveries.ts';

export interface StormGroup {
  readonly group: number;
  readonly namespace: string;
  readonly alerts: number;
}

/** A delivery of one group of a storm: the alerts of one namespace, about 1 KB each. */
export function stormDelivery({ group, namespace, alerts: many }: StormGroup): { readonly body: string; readonly alerts: number } {
  const startsAt = new Date().toISOString();
  const alerts = Array.from({ length: many }, (_, number) => ({
    status: 'firing',
    labels: {
      alertname: 'KubePodCrashLooping',
      namespace,
      severity: 'warning',
      number: String(number),
      container: 'server',
      job: 'kube-state-metrics',
      service: 'stack-kube-state-metrics',
      endpoint: 'http',
      instance: '10.0.0.9:8080',
      prometheus: 'monitoring/stack',
    },
    annotations: {
      summary: 'Pod is crash looping.',
      description: `A pod of ${namespace} (server) is in waiting state (reason: "CrashLoopBackOff") on cluster .`,
      runbook_url: 'https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping',
    },
    startsAt,
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.monitoring:9090/graph?g0.expr=kube_pod_container_status_waiting_reason&g0.tab=1',
  }));
  return { body: groupBody(alerts, namespace, group), alerts: many };
}
