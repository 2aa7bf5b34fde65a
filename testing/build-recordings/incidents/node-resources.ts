import { replicasMismatch, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { newNewsroom } from '../apps/newsroom.ts';
import { logTo, newPod, nodeOf, settle, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { mountFails } from '../faults.ts';
import { pino } from '../log-lines.ts';
import { series } from '../metrics.ts';
import type { Draft, Workload } from '../shape.ts';

/** Evicted pods of a Deployment and the one that took their place. */
function evict(workload: Workload, node: string, text: string, agos: readonly number[], successor: string): void {
  for (const ago of agos) {
    const pod = newPod(workload, ago + 6, node);
    pod.failed = { reason: 'Evicted', message: text, ago };
    pod.events.push({ type: 'Warning', reason: 'Evicted', message: text, first: ago });
    workload.pods.push(pod);
  }
  workload.pods = workload.pods.filter((pod) => pod.failed || pod.node !== node);
  workload.pods.push(newPod(workload, Math.min(...agos) - 0.1, successor));
}

function diskPressure(): Draft {
  const draft = newNewsroom('node-disk-pressure', ['imgproxy'], ['redis', 'ingress', 'postgres', 'cms']);
  settle(draft, 'worker-3', ['worker', 'imgproxy']);
  const node = nodeOf(draft, 'worker-3');
  node.conditions['DiskPressure'] = { status: 'True', reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure', since: 24 };
  node.taints = [
    {
      key: 'node.kubernetes.io/disk-pressure',
      effect: 'NoSchedule',
      timeAdded: new Date(Date.parse(draft.takenAt) - 24 * 60_000).toISOString().replace('.000Z', 'Z'),
    },
  ];
  const text =
    'The node was low on resource: ephemeral-storage. Threshold quantity: 10248125624, available: 6120404Ki. Container worker was using 41218832Ki, request is 0, has larger consumption of ephemeral-storage. ';
  evict(workloadOf(draft, 'worker'), 'worker-3', text, [23.5, 18], 'worker-1');
  evict(
    workloadOf(draft, 'imgproxy'),
    'worker-3',
    text.replace(/Container.*/, 'Container imgproxy was using 220Ki, request is 0, has larger consumption of ephemeral-storage. '),
    [22.9],
    'worker-2',
  );
  draft.extras.push(({ world, find }) => {
    const object = find('Node', 'worker-3');
    emit(world, object, {
      type: 'Normal',
      reason: 'NodeHasDiskPressure',
      message: 'Node worker-3 status is now: NodeHasDiskPressure',
      first: 24,
      by: 'kubelet',
      host: 'worker-3',
    });
    emit(world, object, {
      type: 'Warning',
      reason: 'EvictionThresholdMet',
      message: 'Attempting to reclaim ephemeral-storage',
      first: 24.1,
      last: 0.6,
      count: 118,
      by: 'kubelet',
      host: 'worker-3',
    });
    emit(world, object, {
      type: 'Warning',
      reason: 'FreeDiskSpaceFailed',
      message: 'Failed to garbage collect required amount of images. Attempted to free 4127645696 bytes, but only found 0 bytes eligible to free.',
      first: 23.8,
      last: 3.8,
      count: 5,
      by: 'kubelet',
      host: 'worker-3',
    });
  });
  for (const one of draft.nodes) {
    const labels = { device: '/dev/sda1', fstype: 'ext4', instance: `${one.ip}:9100`, job: 'node-exporter', mountpoint: '/', node: one.name };
    series(draft, 'node_filesystem_size_bytes', labels, () => 105_089_261_568, 40, 10);
    series(draft, 'node_filesystem_avail_bytes', labels, (ago) => (one.name === 'worker-3' ? 6_200_000_000 + ago * 180_000_000 : 61_000_000_000), 40, 5);
  }
  draft.groupLabels = {};
  draft.alerts.push(() => ({
    labels: {
      alertname: 'KubeNodePressure',
      condition: 'DiskPressure',
      job: 'kube-state-metrics',
      namespace: 'monitoring',
      node: 'worker-3',
      severity: 'info',
      status: 'true',
    },
    annotations: {
      description: 'worker-3 on cluster  has active Condition DiskPressure. This is caused by resource usage exceeding eviction thresholds.',
      summary: 'Node has as active Condition.',
    },
    firedAgo: 13,
    expression: 'kube_node_status_condition{condition=~"(MemoryPressure|DiskPressure|PIDPressure)",status="true"} == 1',
  }));
  vague(draft, 'ThumbnailBacklog', 9, 'Thumbnails are late.', 'warning');
  draft.expected = { root_cause: 'NodeDiskPressure', object: 'node/worker-3', family: 'node' };
  return draft;
}

function memoryPressure(): Draft {
  const draft = newFleet('node-memory-pressure', ['ingest'], ['mongodb', 'trips']);
  settle(draft, 'worker-1', ['ingest', 'positions']);
  const node = nodeOf(draft, 'worker-1');
  node.conditions['MemoryPressure'] = {
    status: 'True',
    reason: 'KubeletHasInsufficientMemory',
    message: 'kubelet has insufficient memory available',
    since: 16,
  };
  node.taints = [
    {
      key: 'node.kubernetes.io/memory-pressure',
      effect: 'NoSchedule',
      timeAdded: new Date(Date.parse(draft.takenAt) - 16 * 60_000).toISOString().replace('.000Z', 'Z'),
    },
  ];
  const text = (name: string): string =>
    `The node was low on resource: memory. Threshold quantity: 100Mi, available: 78120Ki. Container ${name} was using 241004Ki, request is 96Mi, has larger consumption of memory. `;
  evict(workloadOf(draft, 'ingest'), 'worker-1', text('ingest'), [15.6, 11], 'worker-2');
  evict(workloadOf(draft, 'positions'), 'worker-1', text('positions'), [14.9], 'worker-3');
  draft.extras.push(({ world, find }) => {
    const object = find('Node', 'worker-1');
    emit(world, object, {
      type: 'Warning',
      reason: 'EvictionThresholdMet',
      message: 'Attempting to reclaim memory',
      first: 16,
      last: 0.9,
      count: 41,
      by: 'kubelet',
      host: 'worker-1',
    });
    emit(world, object, {
      type: 'Normal',
      reason: 'NodeHasInsufficientMemory',
      message: 'Node worker-1 status is now: NodeHasInsufficientMemory',
      first: 16,
      by: 'kubelet',
      host: 'worker-1',
    });
  });
  for (const one of draft.nodes)
    series(
      draft,
      'node_memory_MemAvailable_bytes',
      { instance: `${one.ip}:9100`, job: 'node-exporter', node: one.name },
      (ago) => (one.name === 'worker-1' ? Math.max(80_000_000, 9_000_000_000 * (ago / 60) - 1_500_000_000) : 18_000_000_000),
      60,
      5,
    );
  vague(draft, 'ServiceAbnormalRestart', 12, 'Pods disappear.');
  draft.expected = { root_cause: 'NodeMemoryPressure', object: 'node/worker-1', family: 'node' };
  return draft;
}

/** No pod network address is left on one node. */
function sandbox(): Draft {
  const draft = newFleet('node-sandbox', [], ['mongodb', 'positions']);
  const trips = workloadOf(draft, 'trips');
  const fresh = newPod(trips, 17, 'worker-2');
  trips.pods = [...trips.pods.slice(0, 1), fresh];
  mountFails(
    trips,
    [fresh],
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1c0f31c7a5b2e9a6a3e5d0f8e1c8b9d4": plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.42.2.1-10.42.2.254',
    'FailedCreatePodSandBox',
  );
  logTo(workloadOf(draft, 'edge-gateway'), [[8, pino(40, 'slow upstream', { upstream: 'trips', ms: 812 })]]);
  replicasMismatch(draft, 'trips', 2);
  draft.expected = { root_cause: 'SandboxCreationFailed', object: 'node/worker-2', family: 'node' };
  return draft;
}

export const nodeResources = [diskPressure, memoryPressure, sandbox];
