import { FROM_KUBE_STATE_METRICS, RUNBOOKS } from '../alerts.ts';
import { app, baseCluster, type Story } from '../cluster.ts';
import { addService } from '../network.ts';
import { NODES } from '../nodes.ts';
import type { PodState } from '../pods.ts';
import { addDeployment } from '../workloads.ts';

const DAY = 60 * 24;
const SILENT = 18;
const NOTICED = SILENT - 50 / 60;
/** Pods without a toleration of their own are evicted five minutes after the taint. */
const EVICTED = NOTICED - 5 - 5 / 60;

/** The kubelet of one machine stops; its pods are written off and made again elsewhere, one of them twice as slow. */
export function nodeDown(): Story {
  const nodes = NODES.map((node) => (node.name === 'worker-2' ? { ...node, silentMinutes: SILENT } : node));
  const world = baseCluster('2026-05-09T22:47:20Z', 'booking', nodes);
  const apps = ['timetable', 'cabin-search', 'fare-engine'];
  apps.forEach((name, at) => {
    const template = app({ name, image: `registry.fjordline.example/booking/${name}:${7 + at}.${at}.1`, team: 'booking' });
    const lost: PodState = { is: 'lost', agoMinutes: 15 * DAY, node: 'worker-2', lostAgo: NOTICED, deletedAgo: EVICTED };
    const { pods } = addDeployment(world, {
      name,
      replicas: 2,
      revisions: [
        {
          template,
          agoMinutes: 15 * DAY,
          pods: [{ is: 'running', agoMinutes: 15 * DAY, node: 'worker-1' }, lost, { is: 'running', agoMinutes: EVICTED, node: 'worker-3' }],
        },
      ],
    });
    const gone = pods[0]?.[1];
    if (gone) {
      world.event({ about: gone, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready', firstAgo: NOTICED, component: 'node-controller' });
      world.event({
        about: gone,
        type: 'Normal',
        reason: 'TaintManagerEviction',
        message: `Marking for deletion Pod booking/${gone.metadata.name}`,
        firstAgo: EVICTED,
        component: 'taint-eviction-controller',
      });
    }
    addService(world, {
      name,
      agoMinutes: 60 * DAY,
      port: 80,
      targetPort: 'http',
      selector: { 'app.kubernetes.io/name': name },
      clusterIP: `10.96.33.${40 + at}`,
    });
  });
  const node = world.objects.get('Node')?.find(({ metadata }) => metadata.name === 'worker-2');
  if (node)
    world.event({
      about: node,
      type: 'Normal',
      reason: 'NodeNotReady',
      message: 'Node worker-2 status is now: NodeNotReady',
      firstAgo: NOTICED,
      component: 'node-controller',
    });

  const lostPod = world.objects.get('Pod')?.find(({ metadata }) => metadata['deletionTimestamp'] !== undefined && metadata.name.startsWith('timetable'));
  return {
    name: 'node-down',
    world,
    groupLabels: {},
    alerts: [
      {
        labels: {
          ...FROM_KUBE_STATE_METRICS,
          alertname: 'KubeNodeNotReady',
          condition: 'Ready',
          container: 'kube-state-metrics',
          namespace: 'monitoring',
          node: 'worker-2',
          pod: 'kube-prometheus-stack-kube-state-metrics-6b9c8f7d5c-2xkqp',
          severity: 'warning',
          status: 'true',
        },
        annotations: {
          description: 'worker-2 has been unready for more than 15 minutes on cluster .',
          runbook_url: `${RUNBOOKS}/kubenodenotready`,
          summary: 'Node is not ready.',
        },
        firedAgo: 1.9,
        expression:
          'kube_node_status_condition{job="kube-state-metrics",condition="Ready",status="true"} == 0 and on (cluster, node) kube_node_spec_unschedulable{job="kube-state-metrics"} == 0',
      },
      {
        labels: { alertname: 'TargetDown', job: 'kubelet', namespace: 'kube-system', service: 'kube-prometheus-stack-kubelet', severity: 'warning' },
        annotations: {
          description: '25% of the kubelet/kube-prometheus-stack-kubelet targets in kube-system namespace are down.',
          runbook_url: 'https://runbooks.prometheus-operator.dev/runbooks/general/targetdown',
          summary: 'One or more targets are unreachable.',
        },
        firedAgo: 7.4,
        expression: '100 * (count(up == 0) BY (cluster, job, namespace, service) / count(up) BY (cluster, job, namespace, service)) > 10',
      },
      {
        labels: { alertname: 'PodNotReady', namespace: 'booking', pod: lostPod?.metadata.name ?? '', severity: 'warning' },
        annotations: { summary: 'A pod of booking has not been ready for 10 minutes' },
        firedAgo: 6.8,
        expression: 'min_over_time(kube_pod_status_ready{condition="true",namespace="booking"}[10m]) == 0',
      },
    ],
    expected: {
      title: 'The kubelet of worker-2 stopped reporting',
      codes: ['KubeletDown'],
      objects: [{ kind: 'Node', name: 'worker-2' }],
      healthy: false,
    },
  };
}
