import { FROM_KUBE_STATE_METRICS, RUNBOOKS } from '../alerts.ts';
import { app, baseCluster, quietNeighbour, type Story } from '../cluster.ts';
import { addService } from '../network.ts';
import { addDeployment } from '../workloads.ts';
import { meta } from '../world.ts';

const DAY = 60 * 24;

/** A release reads a new key of its ConfigMap; the ConfigMap in this cluster does not have it yet. */
export function missingKey(): Story {
  const world = baseCluster('2026-03-30T09:18:05Z', 'newsletter');
  const from = (name: string, key: string) => ({ name: name, valueFrom: { configMapKeyRef: { name: 'mail-relay-settings', key } } });
  const version = (image: string, env: readonly Readonly<Record<string, unknown>>[]) =>
    app({ name: 'mail-relay', image, team: 'newsletter', container: { env } });
  const problem = `couldn't find key bounce-address in ConfigMap newsletter/mail-relay-settings`;
  const { pods } = addDeployment(world, {
    name: 'mail-relay',
    replicas: 2,
    revisions: [
      {
        template: version('registry.wochenblatt.example/newsletter/mail-relay:3.1.9', [from('SMTP_HOST', 'smtp-host')]),
        agoMinutes: 26 * DAY,
        pods: [
          { is: 'running', agoMinutes: 26 * DAY, node: 'worker-2' },
          { is: 'running', agoMinutes: 26 * DAY - 1, node: 'worker-3' },
        ],
      },
      {
        template: version('registry.wochenblatt.example/newsletter/mail-relay:3.2.0', [
          from('SMTP_HOST', 'smtp-host'),
          from('BOUNCE_ADDRESS', 'bounce-address'),
        ]),
        agoMinutes: 22,
        pods: [{ is: 'waiting', agoMinutes: 22, node: 'worker-1', reason: 'CreateContainerConfigError', message: problem }],
      },
    ],
    progressDeadlineExceeded: true,
  });
  world.add({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(world, 'ConfigMap', 'mail-relay-settings', 50 * DAY),
    data: { 'smtp-host': 'smtp.wochenblatt.example', 'smtp-port': '587' },
  });
  const pod = pods[1]?.[0];
  if (pod) {
    const at = { about: pod, component: 'kubelet', host: 'worker-1', fieldPath: 'spec.containers{mail-relay}' };
    world.event({
      ...at,
      type: 'Normal',
      reason: 'Pulled',
      message: 'Container image "registry.wochenblatt.example/newsletter/mail-relay:3.2.0" already present on machine',
      firstAgo: 21.9,
      lastAgo: 0.3,
      count: 101,
    });
    world.event({ ...at, type: 'Warning', reason: 'Failed', message: `Error: ${problem}`, firstAgo: 21.9, lastAgo: 0.3, count: 101 });
  }
  addService(world, {
    name: 'mail-relay',
    agoMinutes: 50 * DAY,
    port: 80,
    targetPort: 'http',
    selector: { 'app.kubernetes.io/name': 'mail-relay' },
    clusterIP: '10.96.82.2',
  });
  quietNeighbour(world, app({ name: 'subscribers', image: 'registry.wochenblatt.example/newsletter/subscribers:5.5.0', team: 'newsletter' }), '10.96.82.3', [
    'worker-1',
    'worker-2',
  ]);

  return {
    name: 'missing-key',
    world,
    groupLabels: { alertname: 'KubeContainerWaiting', namespace: 'newsletter' },
    alerts: [
      {
        labels: {
          ...FROM_KUBE_STATE_METRICS,
          alertname: 'KubeContainerWaiting',
          container: 'mail-relay',
          namespace: 'newsletter',
          pod: pod?.metadata.name ?? '',
          reason: 'CreateContainerConfigError',
          severity: 'warning',
          uid: pod?.metadata.uid ?? '',
        },
        annotations: {
          description: `pod/${pod?.metadata.name} in namespace newsletter on container mail-relay has been in waiting state for longer than 15 minutes. (reason: "CreateContainerConfigError") on cluster .`,
          runbook_url: `${RUNBOOKS}/kubecontainerwaiting`,
          summary: 'Pod container waiting longer than 15 minutes',
        },
        firedAgo: 6.4,
        expression: 'kube_pod_container_status_waiting_reason{reason!="CrashLoopBackOff", job="kube-state-metrics", namespace=~".*"} > 0',
      },
    ],
    expected: {
      title: 'A release reads a key that the ConfigMap does not have',
      codes: ['MissingConfigKey'],
      objects: [{ kind: 'Deployment', namespace: 'newsletter', name: 'mail-relay' }],
      healthy: false,
    },
  };
}
