import { nodeNotReady } from '../alerts.ts';
import { nodeOf, recreate, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { crash, mountFails } from '../faults.ts';
import { klog } from '../log-lines.ts';
import { series } from '../metrics.ts';
import type { Draft } from '../shape.ts';
import { addSystem } from '../system.ts';
import { measureNodes, measureServices, measureUnits, probeServices, slow, type Window } from '../third/measures.ts';
import { slog } from '../third/stack-lines.ts';
import { again, alarm, anomaly } from '../third/tell.ts';
import { familyOf } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel } from './hotel.ts';
import { newRetail, of, RETAIL } from './retail.ts';
import { newVideo } from './video.ts';

const fault = familyOf('infrastructure');
const WINDOW: Window = { from: 3.4, to: 1.5 };

const nodeEvent = (
  draft: Draft,
  node: string,
  reason: string,
  message: string,
  first: number,
  last: number,
  count: number,
  by = 'kubelet',
  type: 'Normal' | 'Warning' = 'Warning',
): void => {
  draft.extras.push(({ world, find }) =>
    emit(world, find('Node', node), { type, reason, message, first, last, count, by, ...(by === 'kubelet' ? { host: node } : {}) }),
  );
};

/** No series of any unit, only what the cluster says of itself. */
const kubelet = fault('kubelet', newRetail, 'KubeletDown', 'node/worker-3', (draft) => {
  nodeOf(draft, 'worker-3').silent = 19;
  for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === 'worker-3') Object.assign(pod, { lostAgo: 18.2, deletingAgo: 13 });
  nodeNotReady(draft, 'worker-3', 3);
});

/** The runtime answers, but too late: PLEG. */
const pleg = fault('pleg', newVideo, 'ContainerRuntimeDown', 'node/worker-1', (draft) => {
  const node = nodeOf(draft, 'worker-1');
  node.conditions['Ready'] = {
    status: 'False',
    reason: 'KubeletNotReady',
    message: 'PLEG is not healthy: pleg was last seen active 6m12.113s ago; threshold is 3m0s',
    since: 7,
  };
  node.taints.push({ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' });
  for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === 'worker-1') pod.lostAgo = 7;
  nodeEvent(draft, 'worker-1', 'NodeNotReady', 'Node worker-1 status is now: NodeNotReady', 7, 7, 1, 'node-controller', 'Normal');
  nodeEvent(draft, 'worker-1', 'ContainerGCFailed', 'rpc error: code = DeadlineExceeded desc = context deadline exceeded', 9, 1, 5);
});

/** CRI-O stopped; the sandbox of a new pod cannot be made there. */
const crio = fault(
  'crio',
  newHotel,
  'ContainerRuntimeDown',
  'node/worker-2',
  (draft) => {
    const socket =
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /var/run/crio/crio.sock: connect: connection refused"';
    nodeOf(draft, 'worker-2').conditions['Ready'] = {
      status: 'False',
      reason: 'KubeletNotReady',
      message: '[container runtime is down, container runtime status check may not have completed yet]',
      since: 5,
    };
    for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === 'worker-2') pod.lostAgo = 5;
    const mails = workloadOf(draft, 'mails');
    const [pod] = recreate(mails, 5.6);
    if (pod) {
      pod.node = 'worker-2';
      mountFails(mails, [pod], `Failed to create pod sandbox: ${socket}`, 'FailedCreatePodSandBox');
    }
    nodeEvent(draft, 'worker-2', 'ImageGCFailed', socket, 5.5, 0.5, 2);
  },
  'ServiceAvailabilityDisruption',
);

/** kube-proxy is a DaemonSet; its pod on one machine does not start. */
const proxy = fault(
  'kube-proxy',
  newFleet,
  'KubeProxyDown',
  'node/worker-2',
  (draft) => {
    draft.selfContained = false;
    addSystem(draft);
    const daemon = workloadOf(draft, 'kube-proxy');
    const pod = daemon.pods.find(({ node }) => node === 'worker-2');
    if (pod) {
      pod.ago = 12;
      crash(daemon, [pod], {
        exit: 1,
        ranSeconds: 0,
        restarts: 7,
        log: [
          [
            0.01,
            klog(
              'E',
              'run.go:72',
              '"command failed" err="failed complete: unable to load config file /var/lib/kube-proxy/config.conf: yaml: line 14: could not find expected \':\'"',
            ),
          ],
        ],
      });
    }
    for (const workload of draft.workloads)
      for (const one of workload.pods)
        if (one.node === 'worker-2' && ['writer', 'bridge', 'track-api'].includes(workload.name))
          again(workload, [slog('ERROR', 'call', 'error="dial tcp 10.43.8.1:8086: i/o timeout"')], 9, 0.6, [one]);
    probeServices(draft, { 'worker-2': false });
  },
  'PartialServiceUnreachability',
);

/** The scheduler's lease is old, new pods have no node and no event. */
const scheduler = fault(
  'scheduler',
  newHotel,
  'SchedulerDown',
  'node/control-1',
  (draft) => {
    draft.selfContained = false;
    addSystem(draft);
    draft.workloads = draft.workloads.filter(({ name }) => name !== 'kube-scheduler');
    for (const name of ['offers', 'mails']) for (const pod of recreate(workloadOf(draft, name), 11)) delete pod.node;
  },
  'ServiceAvailabilityDisruption',
);

/** Nothing makes the new ReplicaSet: the controllers do not run. */
const controllers = fault('controllers', newRetail, 'ControllerManagerDown', 'node/control-1', (draft) => {
  draft.selfContained = false;
  addSystem(draft);
  const manager = workloadOf(draft, 'kube-controller-manager');
  for (const pod of manager.pods) {
    pod.states['kube-controller-manager'] = {
      is: 'waiting',
      reason: 'CrashLoopBackOff',
      restarts: 9,
      last: { exit: 1, reason: 'Error', ago: 2.1, ranSeconds: 1 },
    };
    pod.previous['kube-controller-manager'] = [
      [2.11, klog('E', 'run.go:72', '"command failed" err="open /etc/kubernetes/pki/ca.key: no such file or directory"')],
    ];
  }
  draft.extras.push(({ find, world }) => {
    const deployment = find('Deployment', of('shop-web'));
    Object.assign(deployment.metadata, { generation: 4 });
    Object.assign((deployment['spec'] as { template: { spec: { containers: { image: string }[] } } }).template.spec.containers[0] ?? {}, {
      image: `${RETAIL}/web:2026.6.0`,
    });
    for (const lease of world.objects.get('Lease') ?? [])
      if (lease.metadata.name === 'kube-controller-manager') Object.assign(lease['spec'] as object, { renewTime: world.ago(20) });
  });
});

const evict = (draft: Draft, name: string, node: string, message: string): void => {
  const workload = workloadOf(draft, name);
  const [victim] = workload.pods;
  if (!victim) return;
  const fresh = { ...structuredClone(victim), ago: 6, node: node === 'worker-1' ? 'worker-2' : 'worker-1' };
  delete fresh.name;
  Object.assign(victim, { node, failed: { reason: 'Evicted', message, ago: 6.1 } });
  victim.events.push({ type: 'Warning', reason: 'Evicted', message, first: 6.1 });
  workload.pods.push(fresh);
};

const disk = fault('disk', newVideo, 'NodeDiskPressure', 'node/worker-2', (draft) => {
  const node = nodeOf(draft, 'worker-2');
  node.conditions['DiskPressure'] = { status: 'True', reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure', since: 8 };
  node.taints.push({ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' });
  for (const name of ['thumbnailer', 'uploader'])
    evict(
      draft,
      name,
      'worker-2',
      `The node was low on resource: ephemeral-storage. Threshold quantity: 16106127360, available: 13811Mi. Container ${name} was using 71Gi, request is 0, has larger consumption of ephemeral-storage. `,
    );
  nodeEvent(draft, 'worker-2', 'EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage', 8.4, 0.4, 40);
});

/** The kernel of the machine killed processes: limits were far above what it has. */
const systemOom = fault(
  'system-oom',
  newRetail,
  'NodeOutOfMemory',
  'node/worker-1',
  (draft) => {
    const workload = workloadOf(draft, of('shop-web'));
    const [pod] = workload.pods;
    if (pod) {
      pod.node = 'worker-1';
      pod.states['web'] = { is: 'running', restarts: 2, since: 4, last: { exit: 137, reason: 'Error', ago: 4.1, ranSeconds: 40_000 } };
    }
    nodeEvent(draft, 'worker-1', 'SystemOOM', 'System OOM encountered, victim process: ruby, pid: 220114', 9, 9, 1);
    nodeEvent(draft, 'worker-1', 'SystemOOM', 'System OOM encountered, victim process: puma, pid: 220872', 4.1, 4.1, 1);
    for (const { name, memoryKi } of draft.nodes)
      series(
        draft,
        'node_memory_MemAvailable_bytes',
        { instance: name, job: 'node-exporter', node: name },
        (ago) => memoryKi * 1024 * (name === 'worker-1' && ago < 10 ? 0.012 : 0.6),
      );
  },
  'ServiceAbnormalRestart',
);

const loss = fault('loss', newHotel, 'NodeNetworkLoss', 'node/worker-1', (draft) => {
  const names = ['bookings', 'offers', 'redis'];
  for (const workload of draft.workloads)
    workload.pods.forEach((pod, at) => {
      pod.node = names.includes(workload.name) ? 'worker-1' : (['worker-2', 'worker-3'][at % 2] ?? '');
    });
  measureServices(draft, WINDOW, {
    ...Object.fromEntries(names.map((name) => [name, { latency: 10, rate: 0.65, success: 0.94, packets: 0.7 }])),
    rooms: { latency: 6 },
    gateway: { latency: 5, success: 0.96 },
  });
  measureNodes(draft, WINDOW, { 'worker-1': { retransmits: 26 } });
  measureUnits(draft);
  alarm(draft, 'ServiceLatencyIncreasedSignificantly', 3);
  anomaly(
    draft,
    'NodeTCPRetransmissionsHigh',
    { node: 'worker-1' },
    'NETWORK_QUALITY_DEGRADED [TCP Retransmission] | Normal=0.30retrans -> Current=26.00retrans (New Spike)',
    3,
  );
  for (const name of names) slow(draft, name, 10.4, 102.2, 3);
});

const clock = fault('clock', newFleet, 'NodeClockSkew', 'node/worker-3', (draft) => {
  for (const { name } of draft.nodes) {
    const labels = { instance: name, job: 'node-exporter', node: name };
    series(draft, 'node_timex_offset_seconds', labels, (ago) => (name === 'worker-3' ? 0.4 + (44 - ago) * 0.01 : 0.0001));
    series(draft, 'node_timex_sync_status', labels, () => (name === 'worker-3' ? 0 : 1));
    series(draft, 'node_timex_maxerror_seconds', labels, () => (name === 'worker-3' ? 16.4 : 0.02));
  }
  again(workloadOf(draft, 'writer'), [slog('ERROR', 'write batch', 'error="unauthorized: token is not valid yet"')], 12, 1, workloadOf(draft, 'writer').pods);
  draft.groupLabels = { alertname: 'NodeClockNotSynchronising' };
  draft.alerts.push(() => ({
    labels: {
      alertname: 'NodeClockNotSynchronising',
      instance: 'worker-3',
      job: 'node-exporter',
      node: 'worker-3',
      namespace: 'monitoring',
      severity: 'warning',
    },
    annotations: { description: 'Clock at worker-3 is not synchronising. Ensure NTP is configured on this host.', summary: 'Clock not synchronising.' },
    firedAgo: 4,
    expression: 'min_over_time(node_timex_sync_status{job="node-exporter"}[5m]) == 0 and node_timex_maxerror_seconds{job="node-exporter"} >= 16',
  }));
});

/** The network's agent on one machine is gone, so pods there get no sandbox. */
const cni = fault('cni', newVideo, 'NetworkPluginNotReady', 'node/worker-3', (draft) => {
  const node = nodeOf(draft, 'worker-3');
  node.conditions['Ready'] = {
    status: 'False',
    reason: 'KubeletNotReady',
    message:
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: No CNI configuration file in /etc/cni/net.d/. Has your network provider started?',
    since: 10,
  };
  node.taints.push({ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' });
  for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === 'worker-3') pod.lostAgo = 10;
  nodeEvent(draft, 'worker-3', 'NodeNotReady', 'Node worker-3 status is now: NodeNotReady', 10, 10, 1, 'node-controller', 'Normal');
});

export const infrastructure = [kubelet, pleg, crio, proxy, scheduler, controllers, disk, systemOom, loss, clock, cni];
