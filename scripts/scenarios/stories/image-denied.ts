import { FROM_KUBE_STATE_METRICS, RUNBOOKS } from '../alerts.ts';
import { app, baseCluster, quietNeighbour, type Story } from '../cluster.ts';
import { addService } from '../network.ts';
import { addDeployment } from '../workloads.ts';
import { meta } from '../world.ts';

const DAY = 60 * 24;
const IMAGE = 'ghcr.io/fjordcargo/label-printer:2.7.0';

/** A release moves the image to another registry; the namespace has no credentials for it. */
export function imageDenied(): Story {
  const world = baseCluster('2026-03-04T08:41:10Z', 'warehouse');
  const version = (image: string) => app({ name: 'label-printer', image, team: 'warehouse', template: { imagePullSecrets: ['registry-fjordcargo'] } });
  const { pods, deployment } = addDeployment(world, {
    name: 'label-printer',
    replicas: 2,
    revisions: [
      {
        template: version('registry.fjordcargo.example/warehouse/label-printer:2.6.3'),
        agoMinutes: 20 * DAY,
        pods: [
          { is: 'running', agoMinutes: 20 * DAY, node: 'worker-1' },
          { is: 'running', agoMinutes: 20 * DAY - 1, node: 'worker-3' },
        ],
      },
      {
        template: version(IMAGE),
        agoMinutes: 24,
        pods: [{ is: 'waiting', agoMinutes: 24, node: 'worker-2', reason: 'ImagePullBackOff', message: `Back-off pulling image "${IMAGE}"` }],
      },
    ],
    progressDeadlineExceeded: true,
  });
  world.add({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: meta(world, 'Secret', 'registry-fjordcargo', 90 * DAY),
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': '' },
  });
  const pod = pods[1]?.[0];
  if (pod) {
    const at = { about: pod, component: 'kubelet', host: 'worker-2', fieldPath: 'spec.containers{label-printer}' };
    const refusal = `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Afjordcargo%2Flabel-printer%3Apull&service=ghcr.io: 403 Forbidden`;
    world.event({ ...at, type: 'Normal', reason: 'Pulling', message: `Pulling image "${IMAGE}"`, firstAgo: 23.9, lastAgo: 3.1, count: 9 });
    world.event({ ...at, type: 'Warning', reason: 'Failed', message: `Failed to pull image "${IMAGE}": ${refusal}`, firstAgo: 23.8, lastAgo: 3, count: 9 });
    world.event({ ...at, type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull', firstAgo: 23.8, lastAgo: 3, count: 9 });
    world.event({ ...at, type: 'Normal', reason: 'BackOff', message: `Back-off pulling image "${IMAGE}"`, firstAgo: 23.5, lastAgo: 0.3, count: 96 });
    world.event({ ...at, type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff', firstAgo: 23.5, lastAgo: 0.3, count: 96 });
  }
  addService(world, {
    name: 'label-printer',
    agoMinutes: 90 * DAY,
    port: 80,
    targetPort: 'http',
    selector: { 'app.kubernetes.io/name': 'label-printer' },
    clusterIP: '10.96.71.8',
  });
  quietNeighbour(world, app({ name: 'stock-keeper', image: 'registry.fjordcargo.example/warehouse/stock-keeper:9.0.1', team: 'warehouse' }), '10.96.71.9', [
    'worker-1',
    'worker-2',
  ]);

  return {
    name: 'image-denied',
    world,
    groupLabels: { alertname: 'KubePodNotReady', namespace: 'warehouse' },
    alerts: [
      {
        labels: { alertname: 'KubePodNotReady', namespace: 'warehouse', pod: pod?.metadata.name ?? '', severity: 'warning' },
        annotations: {
          description: `Pod warehouse/${pod?.metadata.name} has been in a non-ready state for longer than 15 minutes on cluster .`,
          runbook_url: `${RUNBOOKS}/kubepodnotready`,
          summary: 'Pod has been in a non-ready state for more than 15 minutes.',
        },
        firedAgo: 8.2,
        expression:
          'sum by (namespace, pod, cluster) (max by (namespace, pod, cluster) (kube_pod_status_phase{job="kube-state-metrics", namespace=~".*", phase=~"Pending|Unknown|Failed"}) * on (namespace, pod, cluster) group_left (owner_kind) topk by (namespace, pod, cluster) (1, max by (namespace, pod, owner_kind, cluster) (kube_pod_owner{owner_kind!="Job"}))) > 0',
      },
      {
        labels: {
          ...FROM_KUBE_STATE_METRICS,
          alertname: 'KubeDeploymentRolloutStuck',
          condition: 'Progressing',
          container: 'kube-state-metrics',
          deployment: deployment.metadata.name,
          namespace: 'warehouse',
          pod: 'kube-prometheus-stack-kube-state-metrics-58c6b7f9b4-hd2mk',
          severity: 'warning',
          status: 'false',
        },
        annotations: {
          description: 'Rollout of deployment warehouse/label-printer is not progressing for longer than 15 minutes on cluster .',
          runbook_url: `${RUNBOOKS}/kubedeploymentrolloutstuck`,
          summary: 'Deployment rollout is not progressing.',
        },
        firedAgo: 0.9,
        expression: 'kube_deployment_status_condition{condition="Progressing", status="false",job="kube-state-metrics", namespace=~".*"} != 0',
      },
    ],
    expected: {
      title: 'A release names an image in a registry that the pull secret has no access to',
      codes: ['ImageAccessDenied'],
      objects: [{ kind: 'Deployment', namespace: 'warehouse', name: 'label-printer' }],
      healthy: false,
    },
  };
}
