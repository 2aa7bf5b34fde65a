import { type KubeObject, meta, suffixOf, uidOf, type World } from '../../scripts/scenarios/world.ts';
import { emit } from './event.ts';
import type { Draft, NodeDraft } from './shape.ts';

export function makeNode(world: World, node: NodeDraft, selfContained = false): KubeObject {
  const noticed = node.silent === undefined ? undefined : Math.max(0, node.silent - 50 / 60);
  const taints = [
    ...node.taints,
    ...(node.unschedulable ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] : []),
    ...(noticed === undefined
      ? []
      : ['NoSchedule', 'NoExecute'].map((effect) => ({ key: 'node.kubernetes.io/unreachable', effect, timeAdded: world.ago(noticed) }))),
  ];
  const subnet = `10.42.${Number(node.ip.split('.')[3]) - (node.name.startsWith('control') ? 10 : 20)}.0/24`;
  const object = world.add({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: meta(world, 'Node', node.name, node.ago, {
      namespace: null,
      labels: { 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': node.name, 'kubernetes.io/os': 'linux', ...node.labels },
    }),
    spec: { podCIDR: subnet, ...(taints.length > 0 ? { taints } : {}), ...(node.unschedulable ? { unschedulable: true } : {}) },
    status: {
      capacity: { cpu: String(node.cpu), memory: `${node.memoryKi}Ki`, pods: '110' },
      allocatable: { cpu: `${node.cpu * 1000 - 100}m`, memory: `${node.memoryKi - 512_000}Ki`, pods: '110' },
      conditions: conditionsOf(world, node, noticed),
      addresses: [
        { type: 'InternalIP', address: node.ip },
        { type: 'Hostname', address: node.name },
      ],
      nodeInfo: {
        bootID: uidOf(`boot ${node.name}`),
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        containerRuntimeVersion: selfContained ? 'containerd://2.0.4-k3s2' : 'containerd://1.7.24',
        kubeletVersion: selfContained ? 'v1.32.4+k3s1' : 'v1.32.4',
      },
    },
  });
  world.add({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: meta(world, 'Lease', node.name, node.ago, { namespace: 'kube-node-lease' }),
    spec: { holderIdentity: node.name, leaseDurationSeconds: 40, renewTime: world.ago(node.silent ?? 0.08).replace('Z', '.208117Z') },
  });
  if (noticed !== undefined)
    emit(world, object, {
      type: 'Normal',
      reason: 'NodeNotReady',
      message: `Node ${node.name} status is now: NodeNotReady`,
      first: noticed,
      by: 'node-controller',
    });
  return object;
}

const HEALTHY = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

function conditionsOf(world: World, node: NodeDraft, noticed: number | undefined): readonly Record<string, unknown>[] {
  return HEALTHY.map(([type, status, reason, message]) => {
    if (noticed !== undefined)
      return {
        type,
        status: 'Unknown',
        lastHeartbeatTime: world.ago((node.silent ?? 0) + 2.6),
        lastTransitionTime: world.ago(noticed),
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      };
    const other = node.conditions[type];
    return {
      type,
      status: other?.status ?? status,
      lastHeartbeatTime: world.ago(1.4),
      lastTransitionTime: world.ago(other?.since ?? node.ago - 1),
      reason: other?.reason ?? reason,
      message: other?.message ?? message,
    };
  });
}

/** Namespaces, and what each has by itself. */
export function makeNamespaces(draft: Draft, world: World): void {
  const own = draft.namespaces.find(({ name }) => name === draft.namespace);
  const names = [
    'default',
    'kube-node-lease',
    'kube-system',
    ...(draft.exporter ? ['monitoring'] : []),
    ...draft.namespaces.map(({ name }) => name),
    ...(own ? [] : [draft.namespace]),
  ];
  for (const name of names) {
    const labels = draft.namespaces.find((one) => one.name === name)?.labels ?? {};
    world.add({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: meta(world, 'Namespace', name, 130 * 1440, { namespace: null, labels: { 'kubernetes.io/metadata.name': name, ...labels } }),
      status: { phase: 'Active' },
    });
    world.add({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta(world, 'ServiceAccount', 'default', 130 * 1440, { namespace: name }) });
  }
  world.add({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(world, 'ConfigMap', 'kube-root-ca.crt', 130 * 1440, {}),
    data: { 'ca.crt': `-----BEGIN CERTIFICATE-----\n${suffixOf('authority', 32)}\n-----END CERTIFICATE-----\n` },
  });
  for (const name of draft.serviceAccounts) world.add({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta(world, 'ServiceAccount', name, 100 * 1440) });
}

export function makeStorageClass(world: World, name: string, provisioner: string, mode: string, isDefault: boolean): void {
  world.add({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: meta(world, 'StorageClass', name, 130 * 1440, {
      namespace: null,
      annotations: isDefault ? { 'storageclass.kubernetes.io/is-default-class': 'true' } : {},
    }),
    provisioner,
    reclaimPolicy: 'Delete',
    volumeBindingMode: mode,
    allowVolumeExpansion: true,
  });
}
