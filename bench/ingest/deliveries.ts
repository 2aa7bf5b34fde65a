/** A delivery of `size` alerts that nobody has sent before, about 1 KB an alert, as kube-prometheus-stack makes them. */
export function delivery(index: number, size: number): { readonly body: string; readonly alerts: number } {
  const namespace = `team-${index % 40}`;
  const alerts = Array.from({ length: size }, (_, item) => alert(index * size + item, namespace));
  return { body: groupBody(alerts, namespace, index), alerts: size };
}

/** The body of one group of a namespace, as Alertmanager sends it. */
export function groupBody(alerts: readonly unknown[], namespace: string, group: number): string {
  return JSON.stringify({
    receiver: 'oncallm',
    status: 'firing',
    alerts,
    groupLabels: { namespace },
    commonLabels: { namespace },
    commonAnnotations: {},
    externalURL: 'http://alertmanager:9093',
    version: '4',
    groupKey: `{}:{namespace="${namespace}", n="${group}"}`,
    truncatedAlerts: 0,
  });
}

function alert(serial: number, namespace: string) {
  const pod = `checkout-6c9f7d5b8-${serial.toString(36)}`;
  return {
    status: 'firing',
    labels: {
      alertname: 'KubePodCrashLooping',
      namespace,
      pod,
      container: 'server',
      uid: `00000000-0000-4000-8000-${serial.toString(16).padStart(12, '0')}`,
      severity: 'warning',
      job: 'kube-state-metrics',
      service: 'stack-kube-state-metrics',
      endpoint: 'http',
      instance: '10.0.0.9:8080',
      prometheus: 'monitoring/stack',
    },
    annotations: {
      summary: 'Pod is crash looping.',
      description: `Pod ${namespace}/${pod} (server) is in waiting state (reason: "CrashLoopBackOff") on cluster .`,
      runbook_url: 'https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping',
    },
    startsAt: '2026-03-01T12:00:00.000Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL:
      'http://prometheus.monitoring:9090/graph?g0.expr=max_over_time%28kube_pod_container_status_waiting_reason%7Breason%3D%22CrashLoopBackOff%22%7D%5B5m%5D%29+%3E%3D+1&g0.tab=1',
    fingerprint: serial.toString(16).padStart(16, '0'),
  };
}
