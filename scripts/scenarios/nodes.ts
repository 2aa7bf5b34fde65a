import { digest, type KubeObject, meta, suffixOf, uidOf, type World } from './world.ts';

export interface NodeSpec {
  readonly name: string;
  readonly ip: string;
  readonly cpu: string;
  readonly allocatableCpu: string;
  /** Kibibytes. */
  readonly memoryKi: number;
  readonly controlPlane?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Readonly<Record<string, string>>[];
  /** Minutes since the kubelet was last heard of; the node controller reacts 50 seconds later. */
  readonly silentMinutes?: number;
}

/** The machines of most stories: one control plane, three workers of 4 CPU and 16 GiB. */
export const NODES: readonly NodeSpec[] = [
  { name: 'control-1', ip: '10.20.0.10', cpu: '4', allocatableCpu: '4', memoryKi: 8_131_204, controlPlane: true },
  { name: 'worker-1', ip: '10.20.0.21', cpu: '4', allocatableCpu: '3920m', memoryKi: 16_365_716 },
  { name: 'worker-2', ip: '10.20.0.22', cpu: '4', allocatableCpu: '3920m', memoryKi: 16_365_716 },
  { name: 'worker-3', ip: '10.20.0.23', cpu: '4', allocatableCpu: '3920m', memoryKi: 16_365_716 },
];

/** A reporting node's kubelet writes its status every five minutes and its lease every ten seconds. */
const HEARTBEAT_AGO = 2.2;
const BORN = 60 * 24 * 93;

export function addNode(world: World, spec: NodeSpec): KubeObject {
  const silent = spec.silentMinutes;
  const noticed = silent === undefined ? undefined : silent - 50 / 60;
  const node = world.add({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: meta(world, 'Node', spec.name, BORN, {
      namespace: null,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': spec.name,
        'kubernetes.io/os': 'linux',
        ...(spec.controlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
        ...spec.labels,
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    }),
    spec: {
      podCIDR: podRange(spec),
      podCIDRs: [podRange(spec)],
      ...taintsOf(world, spec, noticed),
    },
    status: {
      capacity: { cpu: spec.cpu, 'ephemeral-storage': '61255492Ki', 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', memory: `${spec.memoryKi}Ki`, pods: '110' },
      allocatable: {
        cpu: spec.allocatableCpu,
        'ephemeral-storage': '56453061334',
        'hugepages-1Gi': '0',
        'hugepages-2Mi': '0',
        memory: `${spec.memoryKi - 409_600}Ki`,
        pods: '110',
      },
      conditions: conditionsOf(world, silent, noticed),
      addresses: [
        { type: 'InternalIP', address: spec.ip },
        { type: 'Hostname', address: spec.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        machineID: digest(`machine ${spec.name}`).slice(0, 32),
        systemUUID: uidOf(`system ${spec.name}`),
        bootID: uidOf(`boot ${spec.name}`),
        kernelVersion: '6.8.0-60-generic',
        osImage: 'Ubuntu 24.04.2 LTS',
        containerRuntimeVersion: 'containerd://1.7.27',
        kubeletVersion: 'v1.33.1',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  });
  addLease(world, node, silent);
  return node;
}

/** Pod addresses: 10.244.<n>.0/24 by the last part of the node's own address. */
export function podRange(spec: Pick<NodeSpec, 'ip'>): string {
  return `10.244.${Number(spec.ip.split('.')[3]) - 10}.0/24`;
}

function taintsOf(world: World, spec: NodeSpec, noticed: number | undefined): Readonly<Record<string, unknown>> {
  const unreachable =
    noticed === undefined
      ? []
      : [
          { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule', timeAdded: world.ago(noticed) },
          { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: world.ago(noticed - 5 / 60) },
        ];
  const taints = [
    ...(spec.controlPlane ? [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] : []),
    ...(spec.taints ?? []),
    ...unreachable,
  ];
  return taints.length > 0 ? { taints } : {};
}

function conditionsOf(world: World, silent: number | undefined, noticed: number | undefined): readonly Readonly<Record<string, unknown>>[] {
  const healthy = [
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
  ];
  return healthy.map(([type, status, reason, message]) => ({
    type,
    status: silent === undefined ? status : 'Unknown',
    lastHeartbeatTime: world.ago(silent === undefined ? HEARTBEAT_AGO : silent + 1.4),
    lastTransitionTime: world.ago(noticed ?? BORN - 1),
    reason: silent === undefined ? reason : 'NodeStatusUnknown',
    message: silent === undefined ? message : 'Kubelet stopped posting node status.',
  }));
}

function addLease(world: World, node: KubeObject, silent: number | undefined): void {
  const { name, uid } = node.metadata;
  world.add({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: meta(world, 'Lease', name, BORN, { namespace: 'kube-node-lease', ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }] }),
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: world.ago(silent ?? 0.1).replace('Z', '.417093Z') },
  });
}

/** The names every namespace has, and the ones every cluster has. */
export function addNamespace(world: World, name: string, labels: Readonly<Record<string, string>> = {}): void {
  world.add({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: meta(world, 'Namespace', name, BORN - 30, { namespace: null, labels: { 'kubernetes.io/metadata.name': name, ...labels } }),
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
  world.add({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta(world, 'ServiceAccount', 'default', BORN - 30, { namespace: name }) });
  world.add({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(world, 'ConfigMap', 'kube-root-ca.crt', BORN - 30, { namespace: name }),
    data: { 'ca.crt': `-----BEGIN CERTIFICATE-----\n${suffixOf('certificate', 30)}\n-----END CERTIFICATE-----\n` },
  });
}

export function addStorageClass(world: World, name: string): void {
  world.add({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: meta(world, 'StorageClass', name, BORN - 40, { namespace: null, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }),
    provisioner: 'rancher.io/local-path',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
}
