import { meta } from '../../../scripts/scenarios/world.ts';
import { nodeNotReady, podNotReady, replicasMismatch, targetDown, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { newNewsroom } from '../apps/newsroom.ts';
import { newTicketing } from '../apps/ticketing.ts';
import { logTo, newPod, nodeOf, recreate, repeat, settle, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { crash } from '../faults.ts';
import { klog, spring } from '../log-lines.ts';
import { series } from '../metrics.ts';
import type { Draft } from '../shape.ts';
import { addSystem } from '../system.ts';

/** systemd's view of the units that matter, on every node; one of them failed on one node. */
function units(draft: Draft, broken: string, node: string, since: number): void {
  for (const one of draft.nodes)
    for (const unit of ['kubelet.service', 'containerd.service'])
      for (const state of ['active', 'failed']) {
        const down = (ago: number): boolean => unit === broken && one.name === node && ago <= since;
        series(
          draft,
          'node_systemd_unit_state',
          { instance: `${one.ip}:9100`, job: 'node-exporter', name: unit, node: one.name, state, type: 'notify' },
          (ago) => (down(ago) === (state === 'failed') ? 1 : 0),
          40,
          5,
        );
      }
}

/** The node controller wrote off every pod of a node; Deployments made new ones elsewhere. */
function writeOff(draft: Draft, node: string, ago: number): void {
  const elsewhere = draft.nodes.filter(({ name }) => name.startsWith('worker') && name !== node).map(({ name }) => name);
  for (const workload of draft.workloads) {
    const evicted = ago - 5.1;
    const mine = workload.pods.filter((pod) => pod.node === node);
    mine.forEach((pod, at) => {
      pod.lostAgo = ago;
      pod.events.push({ type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready', first: ago, by: 'node-controller' });
      if (workload.kind === 'DaemonSet' || evicted <= 0.2) return;
      pod.deletingAgo = evicted;
      pod.events.push({
        type: 'Normal',
        reason: 'TaintManagerEviction',
        message: ({ pod: name }) => `Marking for deletion Pod ${workload.namespace}/${name}`,
        first: evicted,
        by: 'taint-eviction-controller',
      });
      if (workload.kind === 'Deployment') workload.pods.push(newPod(workload, evicted, elsewhere[at % elsewhere.length]));
    });
  }
}

function kubeletStopped(): Draft {
  const draft = newNewsroom('node-kubelet', [], ['beat', 'redis', 'ingress']);
  settle(draft, 'worker-1', ['cms', 'worker']);
  addSystem(draft);
  nodeOf(draft, 'worker-1').silent = 19;
  writeOff(draft, 'worker-1', 18.2);
  units(draft, 'kubelet.service', 'worker-1', 19);
  for (const one of draft.nodes) series(draft, 'up', { instance: `${one.ip}:9100`, job: 'node-exporter', node: one.name }, () => 1, 40, 5);
  for (const one of draft.nodes)
    series(draft, 'up', { instance: `${one.ip}:10250`, job: 'kubelet', node: one.name }, (ago) => (one.name === 'worker-1' && ago <= 19 ? 0 : 1), 40, 5);
  draft.exporter = true;
  nodeNotReady(draft, 'worker-1', 3);
  targetDown(draft, 'kubelet', 'kube-prometheus-stack-kubelet', '25', 8, 'kube-system');
  draft.expected = { root_cause: 'KubeletDown', object: 'node/worker-1', family: 'node' };
  return draft;
}

function runtimeDown(): Draft {
  const draft = newFleet('node-containerd', [], ['mongodb', 'trips']);
  settle(draft, 'worker-3', ['positions', 'edge-gateway']);
  addSystem(draft);
  const node = nodeOf(draft, 'worker-3');
  node.conditions['Ready'] = {
    status: 'False',
    reason: 'KubeletNotReady',
    message: '[container runtime is down, PLEG is not healthy: pleg was last seen active 9m41.300114981s ago; threshold is 3m0s]',
    since: 7.1,
  };
  node.taints = ['NoSchedule', 'NoExecute'].map((effect) => ({
    key: 'node.kubernetes.io/not-ready',
    effect,
    timeAdded: new Date(Date.parse(draft.takenAt) - 7 * 60_000).toISOString().replace('.000Z', 'Z'),
  }));
  writeOff(draft, 'worker-3', 7);
  units(draft, 'containerd.service', 'worker-3', 9.8);
  draft.extras.push(({ world, find }) => {
    const object = find('Node', 'worker-3');
    emit(world, object, {
      type: 'Normal',
      reason: 'NodeNotReady',
      message: 'Node worker-3 status is now: NodeNotReady',
      first: 7.1,
      by: 'kubelet',
      host: 'worker-3',
    });
  });
  vague(draft, 'ServiceAvailabilityDisruption', 6, 'Vehicle positions are not shown.');
  draft.expected = { root_cause: 'ContainerRuntimeDown', object: 'node/worker-3', family: 'node' };
  return draft;
}

function kubeProxyDown(): Draft {
  const draft = newTicketing('node-kube-proxy', [], ['redis']);
  draft.selfContained = false;
  settle(draft, 'worker-2', ['order-service', 'api-gateway']);
  settle(draft, 'worker-1', ['seat-inventory']);
  addSystem(draft);
  const proxy = workloadOf(draft, 'kube-proxy');
  const broken = proxy.pods.filter(({ node }) => node === 'worker-2');
  crash(proxy, broken, {
    exit: 1,
    restarts: 14,
    ranSeconds: 1,
    ago: 2.2,
    log: [
      [0.01, klog('I', 'server_linux.go:66', '"Using iptables proxy"')],
      [0.005, klog('F', 'server.go:511', '"Error running ProxyServer" err="open /proc/sys/net/netfilter/nf_conntrack_max: permission denied"')],
    ],
  });
  for (const pod of broken) pod.events = pod.events.map((one) => ({ ...one, first: 51 }));
  logTo(
    workloadOf(draft, 'order-service'),
    repeat(48, 0.5, 12, (at) => [
      spring(
        'order-service',
        'ERROR',
        `nio-8080-exec-${1 + at}`,
        'c.k.order.SeatClient',
        'I/O error on POST request for "http://seat-inventory:8080/holds": Connect to http://seat-inventory:8080 [seat-inventory/10.43.70.12] failed: Connect timed out',
      ),
      spring(
        'order-service',
        'WARN',
        'l-1 housekeeper',
        'com.zaxxer.hikari.pool.PoolBase',
        'HikariPool-1 - Failed to create/setup connection: Communications link failure',
      ),
    ]),
  );
  vague(draft, 'HighErrorRate', 39, 'More than 5% of the requests fail.');
  draft.expected = { root_cause: 'KubeProxyDown', object: 'node/worker-2', family: 'node' };
  return draft;
}

/** The scheduler does not come up after its flags were edited: new pods stay Pending without a word. */
function schedulerDown(): Draft {
  const draft = newNewsroom('control-scheduler', [], ['redis', 'ingress']);
  draft.selfContained = false;
  addSystem(draft);
  const scheduler = workloadOf(draft, 'kube-scheduler');
  crash(scheduler, scheduler.pods, { exit: 1, restarts: 13, ranSeconds: 0, ago: 3.2, log: [[0.001, 'Error: unknown flag: --leader-elect-lease-durations']] });
  for (const pod of scheduler.pods) pod.events = pod.events.map((one) => ({ ...one, first: 47 }));
  const worker = workloadOf(draft, 'worker');
  const [fresh] = recreate(worker, 28);
  if (fresh) delete fresh.node;
  draft.extras.push(({ world }) => {
    for (const [name, ago] of [
      ['kube-scheduler', 48],
      ['kube-controller-manager', 0.03],
    ] as const)
      world.add({
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: meta(world, 'Lease', name, 88 * 1440, { namespace: 'kube-system' }),
        spec: {
          holderIdentity: 'control-1_6b1f8a6e-6d0c-4a1c-9ac1-2f5f0a5b7f10',
          leaseDurationSeconds: 15,
          leaseTransitions: 3,
          renewTime: world.ago(ago).replace('Z', '.551204Z'),
        },
      });
  });
  podNotReady(draft, 'worker', 12);
  replicasMismatch(draft, 'worker', 12);
  draft.expected = { root_cause: 'SchedulerDown', object: 'node/control-1', family: 'node' };
  return draft;
}

export const nodeAgents = [kubeletStopped, runtimeDown, kubeProxyDown, schedulerDown];
