import { FROM_KUBE_STATE_METRICS, RUNBOOKS } from '../alerts.ts';
import { app, baseCluster, quietNeighbour, type Story } from '../cluster.ts';
import { addService } from '../network.ts';
import type { PodState } from '../pods.ts';
import { addDeployment } from '../workloads.ts';

const DAY = 60 * 24;

/** A release lowers the memory limit of the seat map below what it needs to load a large hall. */
export function memoryLimit(): Story {
  const world = baseCluster('2026-02-11T03:12:30Z', 'ticketing');
  const version = (image: string, memory: string) =>
    app({
      name: 'seat-map',
      image,
      team: 'ticketing',
      container: { env: [{ name: 'HALL_CACHE', value: 'all' }], requests: { cpu: '250m', memory: '128Mi' }, limits: { memory } },
    });
  const crash = (node: string, endedAgo: number, agoMinutes: number): PodState => ({
    is: 'crashing',
    agoMinutes,
    node,
    restarts: 9,
    reason: 'OOMKilled',
    exitCode: 137,
    ranSeconds: 21,
    endedAgo,
    backOff: '5m0s',
  });
  const { pods } = addDeployment(world, {
    name: 'seat-map',
    replicas: 2,
    revisions: [
      { template: version('registry.nordlicht.example/ticketing/seat-map:5.8.2', '768Mi'), agoMinutes: 12 * DAY, pods: [] },
      {
        template: version('registry.nordlicht.example/ticketing/seat-map:5.9.0', '192Mi'),
        agoMinutes: 31,
        pods: [crash('worker-1', 2.2, 31), crash('worker-2', 1.1, 30.6)],
      },
    ],
    unavailableAgo: 29,
    annotations: { 'kubernetes.io/change-cause': 'Release 5.9.0: right-size resources' },
  });
  for (const pod of pods.flat()) {
    const at = { about: pod, component: 'kubelet', host: String((pod['spec'] as { nodeName: string }).nodeName), fieldPath: 'spec.containers{seat-map}' };
    world.event({
      ...at,
      type: 'Warning',
      reason: 'BackOff',
      message: `Back-off restarting failed container seat-map in pod ${pod.metadata.name}_ticketing(${pod.metadata.uid})`,
      firstAgo: 29.5,
      lastAgo: 0.4,
      count: 118,
    });
    world.log(
      pod,
      'seat-map',
      [
        [2.55, 'level=info msg="starting seat-map" version=5.9.0'],
        [2.54, 'level=info msg="loading halls into cache" mode=all halls=212'],
        [2.4, 'level=info msg="hall loaded" hall=harbour-arena seats=14200 rss_mib=97'],
        [2.25, 'level=info msg="hall loaded" hall=north-stadium seats=51800 rss_mib=183'],
      ],
      'previous',
    );
  }
  addService(world, {
    name: 'seat-map',
    agoMinutes: 40 * DAY,
    port: 80,
    targetPort: 'http',
    selector: { 'app.kubernetes.io/name': 'seat-map' },
    clusterIP: '10.96.44.17',
  });
  quietNeighbour(world, app({ name: 'storefront', image: 'registry.nordlicht.example/ticketing/storefront:11.3.0', team: 'ticketing' }), '10.96.44.20', [
    'worker-1',
    'worker-3',
  ]);
  quietNeighbour(world, app({ name: 'checkout', image: 'registry.nordlicht.example/ticketing/checkout:4.1.7', team: 'ticketing' }), '10.96.44.21', [
    'worker-2',
    'worker-3',
  ]);

  const pod = pods[1]?.[0];
  return {
    name: 'memory-limit',
    world,
    groupLabels: { namespace: 'ticketing' },
    alerts: [
      {
        labels: {
          ...FROM_KUBE_STATE_METRICS,
          alertname: 'KubePodCrashLooping',
          container: 'seat-map',
          namespace: 'ticketing',
          pod: pod?.metadata.name ?? '',
          reason: 'CrashLoopBackOff',
          severity: 'warning',
          uid: pod?.metadata.uid ?? '',
        },
        annotations: {
          description: `Pod ticketing/${pod?.metadata.name} (seat-map) is in waiting state (reason: "CrashLoopBackOff") on cluster .`,
          runbook_url: `${RUNBOOKS}/kubepodcrashlooping`,
          summary: 'Pod is crash looping.',
        },
        firedAgo: 12.3,
        expression: 'max_over_time(kube_pod_container_status_waiting_reason{job="kube-state-metrics",namespace=~".*",reason="CrashLoopBackOff"}[5m]) >= 1',
      },
      {
        labels: {
          ...FROM_KUBE_STATE_METRICS,
          alertname: 'KubeDeploymentReplicasMismatch',
          container: 'kube-state-metrics',
          deployment: 'seat-map',
          namespace: 'ticketing',
          pod: 'kube-prometheus-stack-kube-state-metrics-6f7d9c5b8d-x7lqz',
          severity: 'warning',
        },
        annotations: {
          description: 'Deployment ticketing/seat-map has not matched the expected number of replicas for longer than 15 minutes on cluster .',
          runbook_url: `${RUNBOOKS}/kubedeploymentreplicasmismatch`,
          summary: 'Deployment has not matched the expected number of replicas.',
        },
        firedAgo: 13.1,
        expression:
          '(kube_deployment_spec_replicas{job="kube-state-metrics",namespace=~".*"} > kube_deployment_status_replicas_available{job="kube-state-metrics",namespace=~".*"})',
      },
    ],
    expected: {
      title: 'A release set the memory limit of the seat map below what it needs to start',
      codes: ['OOMKilled'],
      objects: [{ kind: 'Deployment', namespace: 'ticketing', name: 'seat-map' }],
      healthy: false,
    },
  };
}
