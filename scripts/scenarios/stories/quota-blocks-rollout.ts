import { FROM_KUBE_STATE_METRICS, RUNBOOKS } from '../alerts.ts';
import { app, baseCluster, quietNeighbour, type Story } from '../cluster.ts';
import { addService } from '../network.ts';
import { addDeployment, hashOf } from '../workloads.ts';
import { meta } from '../world.ts';

const DAY = 60 * 24;

/** A release asks for more memory than the namespace's quota leaves: the new pods are never created. */
export function quotaBlocksRollout(): Story {
  const world = baseCluster('2026-04-15T11:20:00Z', 'reporting');
  const resources = (memory: string) => ({ requests: { cpu: '500m', memory }, limits: { cpu: '1', memory } });
  const version = (image: string, memory: string) => app({ name: 'ledger-export', image, team: 'reporting', container: resources(memory) });
  const next = version('registry.mossbank.example/reporting/ledger-export:1.19.0', '4Gi');
  const name = `ledger-export-${hashOf(next)}`;
  const refusal = `pods "${name}-" is forbidden: exceeded quota: team-quota, requested: limits.memory=4Gi,requests.memory=4Gi, used: limits.memory=6656Mi,requests.memory=6656Mi, limited: limits.memory=8Gi,requests.memory=8Gi`;
  const { replicaSets } = addDeployment(world, {
    name: 'ledger-export',
    replicas: 3,
    revisions: [
      {
        template: version('registry.mossbank.example/reporting/ledger-export:1.18.4', '2Gi'),
        agoMinutes: 33 * DAY,
        pods: ['worker-1', 'worker-2', 'worker-3'].map((node) => ({ is: 'running', agoMinutes: 33 * DAY, node })),
      },
      { template: next, agoMinutes: 27, replicas: 1, pods: [], failure: refusal },
    ],
    progressDeadlineExceeded: true,
  });
  const set = replicaSets[1];
  if (set)
    world.event({
      about: set,
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${refusal}`,
      firstAgo: 27,
      lastAgo: 2.4,
      count: 18,
      component: 'replicaset-controller',
    });
  world.add({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: meta(world, 'ResourceQuota', 'team-quota', 120 * DAY),
    spec: { hard: { 'limits.memory': '8Gi', pods: '20', 'requests.cpu': '6', 'requests.memory': '8Gi' } },
    status: {
      hard: { 'limits.memory': '8Gi', pods: '20', 'requests.cpu': '6', 'requests.memory': '8Gi' },
      used: { 'limits.memory': '6656Mi', pods: '5', 'requests.cpu': '1700m', 'requests.memory': '6656Mi' },
    },
  });
  addService(world, {
    name: 'ledger-export',
    agoMinutes: 120 * DAY,
    port: 80,
    targetPort: 'http',
    selector: { 'app.kubernetes.io/name': 'ledger-export' },
    clusterIP: '10.96.15.30',
  });
  quietNeighbour(
    world,
    app({
      name: 'statement-view',
      image: 'registry.mossbank.example/reporting/statement-view:8.8.1',
      team: 'reporting',
      container: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } },
    }),
    '10.96.15.31',
    ['worker-1', 'worker-2'],
  );

  return {
    name: 'quota-blocks-rollout',
    world,
    groupLabels: { alertname: 'KubeDeploymentRolloutStuck', namespace: 'reporting' },
    alerts: [
      {
        labels: {
          ...FROM_KUBE_STATE_METRICS,
          alertname: 'KubeDeploymentRolloutStuck',
          condition: 'Progressing',
          container: 'kube-state-metrics',
          deployment: 'ledger-export',
          namespace: 'reporting',
          pod: 'kube-prometheus-stack-kube-state-metrics-7d7f5c8cb9-t8wvn',
          severity: 'warning',
          status: 'false',
        },
        annotations: {
          description: 'Rollout of deployment reporting/ledger-export is not progressing for longer than 15 minutes on cluster .',
          runbook_url: `${RUNBOOKS}/kubedeploymentrolloutstuck`,
          summary: 'Deployment rollout is not progressing.',
        },
        firedAgo: 1.6,
        expression: 'kube_deployment_status_condition{condition="Progressing", status="false",job="kube-state-metrics", namespace=~".*"} != 0',
      },
    ],
    expected: {
      title: 'The memory quota of the namespace leaves no room for the new, larger pods',
      codes: ['QuotaExceededMemory'],
      objects: [{ kind: 'Namespace', name: 'reporting' }],
      healthy: false,
    },
  };
}
