import { nodeOf, recreate, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { mountFails } from '../faults.ts';
import { klog, plain } from '../log-lines.ts';
import type { Draft } from '../shape.ts';
import { addSystem } from '../system.ts';
import { newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { measureUnits, probeServices } from './measures.ts';
import { dotnet, python, slog } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { again, alarm, expect } from './tell.ts';
import { newWebshop } from './webshop.ts';

const FAMILY = 'nodes';

/** One machine says nothing any more; its pods lost their readiness, some are being replaced. */
function kubelet(): Draft {
  const draft = newTelemetry('t-kubelet-down');
  nodeOf(draft, 'worker-2').silent = 8;
  for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === 'worker-2') pod.lostAgo = 7.2;
  measureUnits(draft, { node: 'worker-2', unit: 'kubelet.service', ago: 8 });
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'KubeletDown', 'node/worker-2', FAMILY);
}

/** containerd was stopped: the kubelet says so itself, and new pods get no sandbox. */
function runtime(): Draft {
  const draft = newBank('t-containerd-down');
  const socket =
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"';
  nodeOf(draft, 'worker-1').conditions['Ready'] = { status: 'False', reason: 'KubeletNotReady', message: 'container runtime is down', since: 6 };
  for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === 'worker-1') pod.lostAgo = 6;
  const fx = workloadOf(draft, 'fx-rates');
  const [pod] = recreate(fx, 6.6);
  if (pod) {
    pod.node = 'worker-1';
    mountFails(fx, [pod], `Failed to create pod sandbox: ${socket}`, 'FailedCreatePodSandBox');
  }
  draft.extras.push(({ world, find }) => {
    emit(world, find('Node', 'worker-1'), {
      type: 'Warning',
      reason: 'ContainerGCFailed',
      message: socket,
      first: 6.4,
      last: 0.4,
      count: 7,
      by: 'kubelet',
      host: 'worker-1',
    });
    emit(world, find('Node', 'worker-1'), {
      type: 'Normal',
      reason: 'NodeNotReady',
      message: 'Node worker-1 status is now: NodeNotReady',
      first: 6,
      by: 'node-controller',
    });
  });
  measureUnits(draft, { node: 'worker-1', unit: 'containerd.service', ago: 6.7 });
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'ContainerRuntimeDown', 'node/worker-1', FAMILY);
}

/** kube-proxy is a unit of systemd here; from its machine no Service answers. */
function proxy(): Draft {
  const draft = newWebshop('t-kube-proxy-down');
  draft.selfContained = true;
  for (const name of ['cart', 'checkout', 'catalog', 'sidekiq']) {
    const workload = workloadOf(draft, name);
    again(
      workload,
      [plain(`connect to ${name === 'catalog' || name === 'sidekiq' ? 'postgres:5432' : 'mariadb:3306'}: Connection timed out`)],
      6.5,
      0.6,
      workload.pods.filter(({ node }) => node === 'worker-3'),
    );
  }
  measureUnits(draft, { node: 'worker-3', unit: 'kube-proxy.service', ago: 7 });
  probeServices(draft, { 'worker-3': false });
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'KubeProxyDown', 'node/worker-3', FAMILY);
}

/** Pods that nobody looked at: no node, no condition, no event; the scheduler's lease is old. */
function scheduler(): Draft {
  const draft = newInference('t-scheduler-down');
  draft.selfContained = false;
  addSystem(draft);
  const kubeScheduler = workloadOf(draft, 'kube-scheduler');
  for (const pod of kubeScheduler.pods) {
    pod.states['kube-scheduler'] = { is: 'waiting', reason: 'CrashLoopBackOff', restarts: 6, last: { exit: 1, reason: 'Error', ago: 1.4, ranSeconds: 1 } };
    pod.previous['kube-scheduler'] = [
      [
        1.41,
        klog(
          'E',
          'run.go:72',
          '"command failed" err="failed to get delegated authentication kubeconfig: failed to get delegated authentication kubeconfig: stat /etc/kubernetes/schedulr.conf: no such file or directory"',
        ),
      ],
    ];
  }
  for (const name of ['api', 'explainer']) for (const pod of recreate(workloadOf(draft, name), 8)) delete pod.node;
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'SchedulerDown', 'node/control-1', FAMILY);
}

/** The disk of a machine is full: images are deleted, pods evicted. */
function disk(): Draft {
  const draft = newWebshop('t-disk-pressure');
  const node = nodeOf(draft, 'worker-2');
  node.conditions['DiskPressure'] = { status: 'True', reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure', since: 7 };
  node.taints.push({ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' });
  evict(
    draft,
    'checkout',
    'worker-2',
    'The node was low on resource: ephemeral-storage. Threshold quantity: 10737418240, available: 8912340Ki. Container checkout was using 412Ki, request is 0, has larger consumption of ephemeral-storage. ',
  );
  draft.extras.push(({ world, find }) => {
    emit(world, find('Node', 'worker-2'), {
      type: 'Warning',
      reason: 'EvictionThresholdMet',
      message: 'Attempting to reclaim ephemeral-storage',
      first: 7.4,
      last: 0.3,
      count: 41,
      by: 'kubelet',
      host: 'worker-2',
    });
    emit(world, find('Node', 'worker-2'), {
      type: 'Warning',
      reason: 'FreeDiskSpaceFailed',
      message: 'Failed to garbage collect required amount of images. Attempted to free 6120340480 bytes, but only found 0 bytes eligible to free.',
      first: 12,
      last: 2,
      count: 3,
      by: 'kubelet',
      host: 'worker-2',
    });
  });
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'NodeDiskPressure', 'node/worker-2', FAMILY);
}

/** A machine is short of memory and evicts who asked for none. */
function memory(): Draft {
  const draft = newInference('t-memory-pressure');
  const node = nodeOf(draft, 'worker-3');
  node.conditions['MemoryPressure'] = {
    status: 'True',
    reason: 'KubeletHasInsufficientMemory',
    message: 'kubelet has insufficient memory available',
    since: 5,
  };
  node.taints.push({ key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' });
  evict(
    draft,
    'explainer',
    'worker-3',
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 81032Ki. Container explainer was using 948210Ki, request is 512Mi, has larger consumption of memory. ',
  );
  draft.extras.push(({ world, find }) =>
    emit(world, find('Node', 'worker-3'), {
      type: 'Warning',
      reason: 'EvictionThresholdMet',
      message: 'Attempting to reclaim memory',
      first: 5.4,
      last: 0.6,
      count: 12,
      by: 'kubelet',
      host: 'worker-3',
    }),
  );
  again(workloadOf(draft, 'api'), [python('ERROR', 'api.explain', 'httpx.ConnectError: [Errno 111] Connection refused http://explainer:8000')], 4, 0.5);
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'NodeMemoryPressure', 'node/worker-3', FAMILY);
}

/** Process ids run out on one machine. */
function pids(): Draft {
  const draft = newBank('t-pid-pressure');
  const node = nodeOf(draft, 'worker-1');
  node.conditions['PIDPressure'] = { status: 'True', reason: 'KubeletHasInsufficientPID', message: 'kubelet has insufficient PID available', since: 6 };
  node.taints.push({ key: 'node.kubernetes.io/pid-pressure', effect: 'NoSchedule' });
  evict(draft, 'statements', 'worker-1', 'The node was low on resource: pids. Threshold quantity: 3276, available: 2910. ');
  again(
    workloadOf(draft, 'edge'),
    [
      dotnet(
        'warn',
        'Yarp.ReverseProxy.Forwarder.HttpForwarder',
        'Request: An error was encountered before receiving a response. System.Net.Http.HttpRequestException: Connection refused (statements:8080)',
      ),
    ],
    5,
    0.5,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'NodePIDPressure', 'node/worker-1', FAMILY);
}

/** The machine's network plugin lost its configuration. */
function network(): Draft {
  const draft = newTelemetry('t-network-plugin');
  const message =
    'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';
  nodeOf(draft, 'worker-3').conditions['Ready'] = { status: 'False', reason: 'KubeletNotReady', message, since: 9 };
  nodeOf(draft, 'worker-3').taints.push({ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' });
  for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === 'worker-3') pod.lostAgo = 9;
  draft.extras.push(({ world, find }) =>
    emit(world, find('Node', 'worker-3'), {
      type: 'Normal',
      reason: 'NodeNotReady',
      message: 'Node worker-3 status is now: NodeNotReady',
      first: 9,
      by: 'node-controller',
    }),
  );
  again(workloadOf(draft, 'ingest'), [slog('WARN', 'publish took long', 'took=2.1s')], 8, 1);
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'NetworkPluginNotReady', 'node/worker-3', FAMILY);
}

/** What an eviction leaves: the failed pod, and one that waits for room elsewhere or already runs there. */
function evict(draft: Draft, name: string, node: string, message: string): void {
  const workload = workloadOf(draft, name);
  const [victim] = workload.pods;
  if (!victim) return;
  const fresh = { ...structuredClone(victim), ago: 5, node: node === 'worker-1' ? 'worker-2' : 'worker-1' };
  delete fresh.name;
  Object.assign(victim, { node, failed: { reason: 'Evicted', message, ago: 5.1 } });
  victim.events.push({ type: 'Warning', reason: 'Evicted', message, first: 5.1 });
  workload.pods.push(fresh);
}

export const nodes = [kubelet, runtime, proxy, scheduler, disk, memory, pids, network];
