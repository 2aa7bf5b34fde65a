import { FROM_KUBE_STATE_METRICS, RUNBOOKS } from '../alerts.ts';
import { app, baseCluster, quietNeighbour, type Story } from '../cluster.ts';
import { addService } from '../network.ts';
import { NODES } from '../nodes.ts';
import type { PodState } from '../pods.ts';
import { addDeployment } from '../workloads.ts';

const DAY = 60 * 24;
const WHY =
  '0/4 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient cpu. preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.';

/** Before a campaign the transcoder is scaled up beyond the free CPU; the third machine is reserved by a taint. */
export function noRoom(): Story {
  const nodes = NODES.map((node) =>
    node.name === 'worker-3' ? { ...node, labels: { dedicated: 'gpu' }, taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] } : node,
  );
  const world = baseCluster('2026-06-18T06:30:15Z', 'media', nodes);
  const transcoder = app({
    name: 'transcoder',
    image: 'registry.tonhalle.example/media/transcoder:4.0.3',
    team: 'media',
    container: { requests: { cpu: '1500m', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
  });
  const running = (node: string, agoMinutes: number): PodState => ({ is: 'running', agoMinutes, node });
  const { deployment, replicaSets, pods } = addDeployment(world, {
    name: 'transcoder',
    replicas: 6,
    revisions: [
      {
        template: transcoder,
        agoMinutes: 11 * DAY,
        pods: [
          running('worker-1', 11 * DAY),
          running('worker-2', 11 * DAY - 1),
          running('worker-1', 26),
          running('worker-2', 25.98),
          { is: 'unscheduled', agoMinutes: 26, message: WHY },
          { is: 'unscheduled', agoMinutes: 25.99, message: WHY },
        ],
      },
    ],
    unavailableAgo: 26,
  });
  world.event({
    about: deployment,
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message: `Scaled up replica set ${replicaSets[0]?.metadata.name} from 2 to 6`,
    firstAgo: 26,
    component: 'deployment-controller',
  });
  const waiting = pods[0]?.slice(4) ?? [];
  for (const pod of waiting) {
    world.event({
      about: pod,
      type: 'Warning',
      reason: 'FailedScheduling',
      message: WHY,
      firstAgo: 26,
      lastAgo: 0.8,
      count: 6,
      component: 'default-scheduler',
    });
  }
  addService(world, {
    name: 'transcoder',
    agoMinutes: 70 * DAY,
    port: 80,
    targetPort: 'http',
    selector: { 'app.kubernetes.io/name': 'transcoder' },
    clusterIP: '10.96.200.3',
  });
  const heavy = app({
    name: 'thumbnailer',
    image: 'registry.tonhalle.example/media/thumbnailer:1.6.0',
    team: 'media',
    container: { requests: { cpu: '600m', memory: '512Mi' }, limits: { memory: '512Mi' } },
  });
  quietNeighbour(world, heavy, '10.96.200.4', ['worker-1', 'worker-2']);

  const alert = (pod: (typeof waiting)[number], firedAgo: number) => ({
    labels: { alertname: 'KubePodNotReady', namespace: 'media', pod: pod.metadata.name, severity: 'warning' },
    annotations: {
      description: `Pod media/${pod.metadata.name} has been in a non-ready state for longer than 15 minutes on cluster .`,
      runbook_url: `${RUNBOOKS}/kubepodnotready`,
      summary: 'Pod has been in a non-ready state for more than 15 minutes.',
    },
    firedAgo,
    expression:
      'sum by (namespace, pod, cluster) (max by (namespace, pod, cluster) (kube_pod_status_phase{job="kube-state-metrics", namespace=~".*", phase=~"Pending|Unknown|Failed"})) > 0',
  });
  return {
    name: 'no-room',
    world,
    groupLabels: { namespace: 'media' },
    alerts: [
      ...waiting.map((pod, at) => alert(pod, 10.4 - at * 0.5)),
      {
        labels: {
          ...FROM_KUBE_STATE_METRICS,
          alertname: 'KubeDeploymentReplicasMismatch',
          container: 'kube-state-metrics',
          deployment: 'transcoder',
          namespace: 'media',
          pod: 'kube-prometheus-stack-kube-state-metrics-5c9d4b7f68-rm4zt',
          severity: 'warning',
        },
        annotations: {
          description: 'Deployment media/transcoder has not matched the expected number of replicas for longer than 15 minutes on cluster .',
          runbook_url: `${RUNBOOKS}/kubedeploymentreplicasmismatch`,
          summary: 'Deployment has not matched the expected number of replicas.',
        },
        firedAgo: 9.7,
        expression:
          '(kube_deployment_spec_replicas{job="kube-state-metrics",namespace=~".*"} > kube_deployment_status_replicas_available{job="kube-state-metrics",namespace=~".*"})',
      },
    ],
    expected: {
      title: 'Two replicas ask for more CPU than the machines have left; the free machine is reserved by a taint',
      codes: ['InsufficientCPU'],
      objects: [{ kind: 'Deployment', namespace: 'media', name: 'transcoder' }],
      healthy: false,
    },
  };
}
