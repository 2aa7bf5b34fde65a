import { FROM_KUBE_STATE_METRICS, RUNBOOKS } from '../alerts.ts';
import { app, baseCluster, quietNeighbour, type Story } from '../cluster.ts';
import { addService } from '../network.ts';
import { addressOf } from '../pod-status.ts';
import type { PodState } from '../pods.ts';
import { addDeployment } from '../workloads.ts';

const DAY = 60 * 24;

/** A release moves the port of the liveness probe to one where nothing listens: the kubelet restarts a healthy program for ever. */
export function probePort(): Story {
  const world = baseCluster('2026-02-27T13:55:30Z', 'membership');
  const version = (image: string, port: number | string) =>
    app({
      name: 'card-issuer',
      image,
      team: 'membership',
      container: { liveness: { httpGet: { path: '/healthz', port, scheme: 'HTTP' }, initialDelaySeconds: 10 } },
    });
  const crash = (node: string, endedAgo: number, agoMinutes: number): PodState => ({
    is: 'crashing',
    agoMinutes,
    node,
    restarts: 8,
    reason: 'Error',
    exitCode: 143,
    ranSeconds: 40,
    endedAgo,
    backOff: '5m0s',
  });
  const { pods } = addDeployment(world, {
    name: 'card-issuer',
    replicas: 2,
    revisions: [
      { template: version('registry.turnverein.example/membership/card-issuer:2.2.0', 'http'), agoMinutes: 48 * DAY, pods: [] },
      {
        template: version('registry.turnverein.example/membership/card-issuer:2.3.0', 8081),
        agoMinutes: 34,
        pods: [crash('worker-1', 2.7, 34), crash('worker-3', 1.3, 33.5)],
      },
    ],
    unavailableAgo: 32,
  });
  for (const [index, pod] of pods.flat().entries()) {
    const endedAgo = index === 0 ? 2.7 : 1.3;
    const host = String((pod['spec'] as { nodeName: string }).nodeName);
    const node = world.objects.get('Node')?.find(({ metadata }) => metadata.name === host);
    const at = { about: pod, component: 'kubelet', host, fieldPath: 'spec.containers{card-issuer}' };
    const ip = addressOf(node, pod.metadata.name).pod;
    world.event({
      ...at,
      type: 'Warning',
      reason: 'Unhealthy',
      message: `Liveness probe failed: Get "http://${ip}:8081/healthz": dial tcp ${ip}:8081: connect: connection refused`,
      firstAgo: 33.0,
      lastAgo: endedAgo + 0.05,
      count: 27,
    });
    world.event({
      ...at,
      type: 'Normal',
      reason: 'Killing',
      message: 'Container card-issuer failed liveness probe, will be restarted',
      firstAgo: 32.7,
      lastAgo: endedAgo + 0.05,
      count: 9,
    });
    world.event({
      ...at,
      type: 'Warning',
      reason: 'BackOff',
      message: `Back-off restarting failed container card-issuer in pod ${pod.metadata.name}_membership(${pod.metadata.uid})`,
      firstAgo: 25,
      lastAgo: 0.2,
      count: 74,
    });
    world.log(
      pod,
      'card-issuer',
      [
        [endedAgo + 0.6, 'level=info msg="card-issuer ready" address=:8080'],
        [endedAgo + 0.4, 'level=info msg="GET /readyz" status=200'],
        [endedAgo + 0.2, 'level=info msg="GET /readyz" status=200'],
        [endedAgo + 0.01, 'level=info msg="received terminated, shutting down"'],
      ],
      'previous',
    );
  }
  addService(world, {
    name: 'card-issuer',
    agoMinutes: 80 * DAY,
    port: 80,
    targetPort: 'http',
    selector: { 'app.kubernetes.io/name': 'card-issuer' },
    clusterIP: '10.96.61.11',
  });
  quietNeighbour(world, app({ name: 'roster', image: 'registry.turnverein.example/membership/roster:1.4.4', team: 'membership' }), '10.96.61.12', [
    'worker-1',
    'worker-2',
  ]);

  const pod = pods[1]?.[1];
  return {
    name: 'probe-port',
    world,
    groupLabels: { alertname: 'KubePodCrashLooping', namespace: 'membership' },
    alerts: [
      {
        labels: {
          ...FROM_KUBE_STATE_METRICS,
          alertname: 'KubePodCrashLooping',
          container: 'card-issuer',
          namespace: 'membership',
          pod: pod?.metadata.name ?? '',
          reason: 'CrashLoopBackOff',
          severity: 'warning',
          uid: pod?.metadata.uid ?? '',
        },
        annotations: {
          description: `Pod membership/${pod?.metadata.name} (card-issuer) is in waiting state (reason: "CrashLoopBackOff") on cluster .`,
          runbook_url: `${RUNBOOKS}/kubepodcrashlooping`,
          summary: 'Pod is crash looping.',
        },
        firedAgo: 9.6,
        expression: 'max_over_time(kube_pod_container_status_waiting_reason{job="kube-state-metrics",namespace=~".*",reason="CrashLoopBackOff"}[5m]) >= 1',
      },
    ],
    expected: {
      title: 'The liveness probe asks a port where nothing listens',
      codes: ['LivenessProbeWrongPort'],
      objects: [{ kind: 'Deployment', namespace: 'membership', name: 'card-issuer' }],
      healthy: false,
    },
  };
}
