import { uidOf } from '../../../scripts/scenarios/world.ts';
import { podNotReady } from '../alerts.ts';
import { nodeOf, onMain, recreate, rollOut, templateOf, workloadOf } from '../draft.ts';
import { mountFails, unschedulable } from '../faults.ts';
import { makeStorageClass } from '../make-cluster.ts';
import { addClaim, addStaticVolume, type ClaimOptions, claimTemplate, resources } from '../parts.ts';
import type { Draft, Workload } from '../shape.ts';
import { familyOf, noNode, noRoom } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel } from './hotel.ts';
import { newRetail, of } from './retail.ts';
import { newVideo } from './video.ts';

const fault = familyOf('scheduling');

const memory = fault('memory', newVideo, 'InsufficientMemory', 'transcoder', (draft) => {
  const pods = rollOut(
    workloadOf(draft, 'transcoder'),
    22,
    onMain((one) => {
      one.resources = resources('500m', '28Gi', '30Gi', '3');
    }),
  );
  unschedulable(pods, noRoom('3 Insufficient memory'));
  podNotReady(draft, 'transcoder', 5);
});

/** Scratch space is counted like memory. */
const scratch = fault('scratch', newVideo, 'InsufficientResource', 'thumbnailer', (draft) => {
  const pods = recreate(
    workloadOf(draft, 'thumbnailer'),
    7,
    onMain((one) => {
      one.resources = { requests: { cpu: '500m', 'ephemeral-storage': '900Gi' }, limits: { memory: '1Gi' } };
    }),
  );
  unschedulable(pods, noRoom('3 Insufficient ephemeral-storage'));
});

/** Every machine runs as many pods as its kubelet allows. */
const pods = fault('pods', newFleet, 'TooManyPodsOnNode', 'writer', (draft) => {
  unschedulable(recreate(workloadOf(draft, 'writer'), 8), noRoom('3 Too many pods'));
});

/** Zones that only one machine has a label for. */
const spread = fault('spread', newRetail, 'TopologySpreadUnsatisfied', of('shop-web'), (draft) => {
  const web = workloadOf(draft, of('shop-web'));
  const fresh = rollOut(web, 14, ({ spec, labels }) => {
    spec.topologySpreadConstraints = [
      {
        maxSkew: 1,
        topologyKey: 'topology.alpina.example/cell',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { 'app.kubernetes.io/name': labels['app.kubernetes.io/name'] } },
      },
    ];
  });
  unschedulable(fresh, noNode("3 node(s) didn't match pod topology spread constraints (missing required label)"));
});

/** Wants to be beside a cache that was renamed. */
const near = fault('near', newHotel, 'PodAffinityUnsatisfied', 'offers', (draft) => {
  const fresh = recreate(workloadOf(draft, 'offers'), 9, ({ spec }) => {
    spec.affinity = {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'redis-cache' } }, topologyKey: 'kubernetes.io/hostname' }],
      },
    };
  });
  unschedulable(fresh, noNode("3 node(s) didn't match pod affinity rules"));
});

/** The selector leads to one machine, and that is kept for graphics cards. */
const taint = fault('taint', newVideo, 'TaintNotTolerated', 'transcoder', (draft) => {
  const node = nodeOf(draft, 'worker-3');
  node.labels = { ...node.labels, 'lumen.example/accelerator': 'l4' };
  node.taints.push({ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' });
  const fresh = recreate(workloadOf(draft, 'transcoder'), 6, ({ spec }) => {
    spec.nodeSelector = { 'lumen.example/accelerator': 'l4' };
  });
  unschedulable(fresh, noNode("2 node(s) didn't match Pod's node affinity/selector", '1 node(s) had untolerated taint {nvidia.com/gpu: present}'));
});

/** The one machine with fast disks was cordoned. */
const cordon = fault('cordon', newRetail, 'NodeCordoned', 'node/worker-3', (draft) => {
  const node = nodeOf(draft, 'worker-3');
  node.labels = { ...node.labels, 'alpina.example/disk': 'nvme' };
  node.unschedulable = true;
  const search = workloadOf(draft, of('search'));
  templateOf(search).spec.nodeSelector = { 'alpina.example/disk': 'nvme' };
  unschedulable(recreate(search, 11), noNode("2 node(s) didn't match Pod's node affinity/selector", '1 node(s) were unschedulable'));
});

/** A wrong value of a right label. */
const selector = fault('selector', newHotel, 'NodeSelectorMismatch', 'mails', (draft) => {
  const fresh = rollOut(workloadOf(draft, 'mails'), 9, ({ spec }) => {
    spec.nodeSelector = { 'topology.kubernetes.io/zone': 'rack-9' };
  });
  unschedulable(fresh, noNode("3 node(s) didn't match Pod's node affinity/selector"));
});

/** Gt compares numbers; no machine has that many. */
const affinity = fault('affinity', newFleet, 'NodeAffinityMismatch', 'track-api', (draft) => {
  for (const node of draft.nodes) node.labels = { ...node.labels, 'nordtrans.example/generation': '4' };
  const fresh = recreate(workloadOf(draft, 'track-api'), 8, ({ spec }) => {
    spec.affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'nordtrans.example/generation', operator: 'Gt', values: ['4'] }] }],
        },
      },
    };
  });
  unschedulable(fresh, noNode("3 node(s) didn't match Pod's node affinity/selector"));
});

/** Somebody else schedules the batch, but not in this cluster. */
const scheduler = fault('scheduler-name', newVideo, 'SchedulerNameUnknown', 'thumbnailer', (draft) => {
  const thumbnailer = workloadOf(draft, 'thumbnailer');
  for (const pod of recreate(thumbnailer, 12)) delete pod.node;
  draft.extras.push(({ find, podsOf, world }) => {
    const named = (spec: unknown): void => void Object.assign(spec as object, { schedulerName: 'volcano' });
    const template = (of: unknown): unknown => (of as { template: { spec: unknown } }).template.spec;
    for (const pod of podsOf('thumbnailer')) named(pod['spec']);
    named(template(find('Deployment', 'thumbnailer')['spec']));
    for (const set of world.objects.get('ReplicaSet') ?? []) if (set.metadata.name.startsWith('thumbnailer-')) named(template(set['spec']));
  });
});

/** Makes the workload's claim anew and pending; its pod waits. */
function pendingClaim(draft: Draft, workload: Workload, ago: number, options: ClaimOptions, message: string): void {
  const claim = `storage-${workload.name}-0`;
  workload.claims = [claimTemplate('storage', options.size ?? '20Gi', options.class)];
  const fresh = recreate(workload, ago, ({ spec }) => {
    spec.volumes = [{ name: 'storage', persistentVolumeClaim: { claimName: claim } }, ...(spec.volumes ?? [])];
    for (const one of spec.containers) one.volumeMounts = [{ name: 'storage', mountPath: '/data' }];
  });
  addClaim(draft, claim, { ...options, ago });
  unschedulable(fresh, message);
}

const UNBOUND =
  '0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.';

/** Shared by all, it says; the volumes are for one. */
const access = fault('claim-mode', newHotel, 'ClaimAccessModeMismatch', 'rabbitmq', (draft) => {
  draft.extras.push(({ world }) => makeStorageClass(world, 'filer', 'kubernetes.io/no-provisioner', 'Immediate', false));
  addStaticVolume(draft, { name: 'filer-01', size: '50Gi', class: 'filer', modes: ['ReadWriteOnce'], ago: 60_000, phase: 'Available' });
  pendingClaim(
    draft,
    workloadOf(draft, 'rabbitmq'),
    9,
    {
      class: 'filer',
      size: '8Gi',
      modes: ['ReadWriteMany'],
      pending: { reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' },
    },
    UNBOUND,
  );
});

/** The cloud has no disk of that kind left. */
const provisioning = fault('provisioning', newRetail, 'ProvisioningFailed', of('search'), (draft) => {
  draft.extras.push(({ world }) => makeStorageClass(world, 'premium', 'disk.csi.azure.com', 'Immediate', false));
  pendingClaim(
    draft,
    workloadOf(draft, of('search')),
    13,
    {
      class: 'premium',
      size: '4Ti',
      pending: {
        reason: 'ProvisioningFailed',
        by: 'disk.csi.azure.com_csi-azuredisk-controller-5c7b_0a1e',
        message:
          'failed to provision volume with StorageClass "premium": rpc error: code = ResourceExhausted desc = operation could not be completed as it results in exceeding quota limit of DiskSizeInGB',
      },
    },
    UNBOUND,
  );
});

/** The only volume is still reserved for a claim that was deleted. */
const released = fault('volume-released', newFleet, 'VolumeAlreadyBound', 'mosquitto', (draft) => {
  draft.extras.push(({ world }) => makeStorageClass(world, 'rack', 'kubernetes.io/no-provisioner', 'Immediate', false));
  addStaticVolume(draft, {
    name: 'rack-a3',
    size: '10Gi',
    class: 'rack',
    modes: ['ReadWriteOnce'],
    ago: 80_000,
    phase: 'Released',
    claim: { namespace: 'fleet', name: 'spool-mosquitto-old', uid: '5f0c0a1e-1111-4222-8333-944455556666' },
  });
  pendingClaim(
    draft,
    workloadOf(draft, 'mosquitto'),
    8,
    { class: 'rack', size: '5Gi', pending: { reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' } },
    UNBOUND,
  );
});

/** The disk hangs on a machine that lost it; the new pod waits for it elsewhere. */
const attached = fault(
  'multi-attach',
  newVideo,
  'VolumeMountFailed',
  'postgres',
  (draft) => {
    const postgres = workloadOf(draft, 'postgres');
    const fresh = recreate(postgres, 12);
    for (const pod of fresh) pod.node = 'worker-1';
    const volume = `pvc-${uidOf(`${draft.takenAt} PersistentVolumeClaim/vod/data-postgres-0`)}`;
    draft.extras.push(({ find }) => {
      const spec = find('PersistentVolume', volume)['spec'] as Record<string, unknown>;
      for (const field of ['hostPath', 'nodeAffinity']) delete spec[field];
      spec['csi'] = { driver: 'pd.csi.storage.gke.io', volumeHandle: `projects/lumen/zones/c/disks/${volume}`, fsType: 'ext4' };
    });
    mountFails(
      postgres,
      fresh,
      `Multi-Attach error for volume "${volume}" Volume is already exclusively attached to one node and can't be attached to another`,
      'FailedAttachVolume',
      'attachdetach-controller',
    );
  },
  'ServiceAvailabilityDisruption',
);

export const scheduling = [memory, scratch, pods, spread, near, taint, cordon, selector, affinity, scheduler, access, provisioning, released, attached];
