import type { AlertSpec } from '../alerts.ts';
import { app, baseCluster, type Story } from '../cluster.ts';
import { addService } from '../network.ts';
import { addNamespace, NODES } from '../nodes.ts';
import type { PodState } from '../pods.ts';
import { addDeployment } from '../workloads.ts';

const DAY = 60 * 24;
const SILENT = 4.6;
/** The controller waits 50 s (1.32 and later) for a heartbeat before it says NotReady. Pods are evicted five minutes after that: not yet. */
const NOTICED = SILENT - 50 / 60;
const NODE = 'worker-2';

/** Teams that share the machine: the namespace and its applications, two pods of each on it. */
const TEAMS: Readonly<Record<string, readonly string[]>> = {
  tickets: ['box-office', 'seat-plan', 'price-list', 'vouchers'],
  rentals: ['skis', 'boots', 'lockers', 'returns'],
  lifts: ['turnstiles', 'queue-times', 'wind-watch', 'night-runs'],
  kitchen: ['menus', 'orders', 'stock', 'till'],
  rooms: ['bookings', 'keys', 'minibar', 'wake-up-calls'],
};

/** A machine with forty pods of five teams goes silent; Alertmanager sends a group for each namespace, and one for the machine. */
export function nodeStorm(): Story {
  const nodes = NODES.map((node) => (node.name === NODE ? { ...node, silentMinutes: SILENT } : node));
  const [first = '', ...others] = Object.keys(TEAMS);
  const world = baseCluster('2026-02-14T03:07:10Z', first, nodes);
  for (const namespace of others) addNamespace(world, namespace);
  const groups = Object.entries(TEAMS).map(([namespace, apps], team) => ({
    groupLabels: { alertname: 'PodNotReady', namespace },
    alerts: apps.flatMap((name, at) => {
      const template = app({ name, image: `registry.bergbahn.example/${namespace}/${name}:${team + 1}.${at}.4`, team: namespace });
      const lost = (agoMinutes: number): PodState => ({ is: 'lost', agoMinutes, node: NODE, lostAgo: NOTICED });
      const revision = { template, agoMinutes: 21 * DAY, pods: [lost(21 * DAY), lost(20 * DAY)] };
      const { pods } = addDeployment(world, { name, namespace, replicas: 2, revisions: [revision] });
      addService(world, {
        name,
        namespace,
        agoMinutes: 60 * DAY,
        port: 80,
        targetPort: 'http',
        selector: { 'app.kubernetes.io/name': name },
        clusterIP: `10.96.${40 + team}.${10 + at}`,
      });
      return pods.flat().map((pod): AlertSpec => {
        world.event({ about: pod, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready', firstAgo: NOTICED, component: 'node-controller' });
        return {
          labels: { alertname: 'PodNotReady', namespace, pod: pod.metadata.name, severity: 'warning' },
          annotations: { summary: `A pod of ${namespace} has not been ready for two minutes` },
          firedAgo: NOTICED - 2.4,
          expression: 'min_over_time(kube_pod_status_ready{condition="true"}[2m]) == 0',
        };
      });
    }),
  }));
  const node = world.objects.get('Node')?.find(({ metadata }) => metadata.name === NODE);
  const message = `Node ${NODE} status is now: NodeNotReady`;
  if (node) world.event({ about: node, type: 'Normal', reason: 'NodeNotReady', message, firstAgo: NOTICED, component: 'node-controller' });
  return {
    name: 'node-storm',
    world,
    groupLabels: { alertname: 'NodeDown' },
    alerts: [
      {
        labels: { alertname: 'NodeDown', node: NODE, severity: 'critical' },
        annotations: { summary: `${NODE} has not been ready for two minutes` },
        firedAgo: NOTICED - 2.1,
        expression: 'kube_node_status_condition{condition="Ready",status="true"} == 0',
      },
    ],
    moreGroups: groups,
    expected: {
      title: `The kubelet of ${NODE} stopped reporting, and forty pods of five teams are not ready`,
      codes: ['KubeletDown'],
      objects: [{ kind: 'Node', name: NODE }],
      healthy: false,
    },
  };
}
