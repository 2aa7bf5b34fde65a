import { podNotReady, replicasMismatch, rolloutStuck, statefulMismatch, vague } from '../alerts.ts';
import { newFleet } from '../apps/fleet.ts';
import { addDjango, DJANGO_IMAGE, newNewsroom } from '../apps/newsroom.ts';
import { newTicketing } from '../apps/ticketing.ts';
import { DAY, newPod, nodeOf, onMain, recreate, replacePods, rollOut, templateOf, workloadOf } from '../draft.ts';
import { unschedulable } from '../faults.ts';
import { addClaim, addStaticVolume, claimTemplate, resources } from '../parts.ts';
import type { Draft, Workload } from '../shape.ts';

const CONTROL = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';
const message = (why: string, preemption: string): string => `0/4 nodes are available: ${CONTROL}, ${why}. preemption: 0/4 nodes are available: ${preemption}`;
const NOT_HELPFUL = '4 Preemption is not helpful for scheduling.';
const NO_VICTIMS = '1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.';

/** An archive that is newly installed: the claim it waits for never binds. */
function archive(id: string, claim: Parameters<typeof addClaim>[2], text: string): { readonly draft: Draft; readonly workload: Workload } {
  const draft = newNewsroom(id, [], ['worker', 'redis', 'ingress', 'postgres']);
  const workload = addDjango(draft, 'archive-sync', ['python', 'manage.py', 'archive_sync', '--watch'], { ago: 47 });
  const template = templateOf(workload);
  for (const one of template.spec.containers) {
    one.volumeMounts = [{ name: 'archive', mountPath: '/archive' }];
    one.env = (one.env ?? []).filter(({ name }) => !/^(DB|CELERY|CACHE)/.test(name));
  }
  template.spec.volumes = [{ name: 'archive', persistentVolumeClaim: { claimName: 'archive' } }];
  addClaim(draft, 'archive', { ago: 48, size: '100Gi', ...claim });
  unschedulable(workload.pods, text);
  return { draft, workload };
}

const UNBOUND = `0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: ${NOT_HELPFUL}`;
const NO_VOLUME = { reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set', type: 'Normal' as const };

function classMissing(): Draft {
  const { draft } = archive(
    'claim-class',
    { class: 'ssd-retain', pending: { reason: 'ProvisioningFailed', message: 'storageclass.storage.k8s.io "ssd-retain" not found' } },
    UNBOUND,
  );
  podNotReady(draft, 'archive-sync', 31);
  draft.expected = { root_cause: 'StorageClassMissing', object: 'app/archive-sync', family: 'storage' };
  return draft;
}

function accessMode(): Draft {
  const { draft } = archive('claim-access-mode', { class: '', modes: ['ReadWriteMany'], pending: NO_VOLUME }, UNBOUND);
  addStaticVolume(draft, { name: 'archive-disk', size: '100Gi', class: '', modes: ['ReadWriteOnce'], ago: 50 });
  replicasMismatch(draft, 'archive-sync', 31);
  draft.expected = { root_cause: 'ClaimAccessModeMismatch', object: 'app/archive-sync', family: 'storage' };
  return draft;
}

function capacity(): Draft {
  const { draft } = archive('claim-capacity', { class: '', size: '250Gi', pending: NO_VOLUME }, UNBOUND);
  addStaticVolume(draft, { name: 'archive-disk', size: '100Gi', class: '', modes: ['ReadWriteOnce'], ago: 20 * DAY });
  vague(draft, 'DeploymentUnavailable', 28, 'archive-sync is not available.', 'warning');
  draft.expected = { root_cause: 'ClaimCapacityTooLarge', object: 'app/archive-sync', family: 'storage' };
  return draft;
}

function claimSelector(): Draft {
  const { draft } = archive('claim-selector', { class: '', selector: { matchLabels: { tier: 'archive', generation: 'v2' } }, pending: NO_VOLUME }, UNBOUND);
  addStaticVolume(draft, {
    name: 'archive-disk',
    size: '100Gi',
    class: '',
    modes: ['ReadWriteOnce'],
    ago: 20 * DAY,
    labels: { tier: 'archive', generation: 'v1' },
  });
  podNotReady(draft, 'archive-sync', 31);
  draft.expected = { root_cause: 'ClaimSelectorMismatch', object: 'app/archive-sync', family: 'storage' };
  return draft;
}

/** The volume that the claim names belongs to the claim of the test namespace. */
function occupied(): Draft {
  const { draft } = archive(
    'claim-occupied',
    { class: '', volume: 'archive-disk', pending: { reason: 'FailedBinding', message: 'volume "archive-disk" already bound to a different claim.' } },
    UNBOUND,
  );
  addStaticVolume(draft, {
    name: 'archive-disk',
    size: '100Gi',
    class: '',
    modes: ['ReadWriteOnce'],
    ago: 60 * DAY,
    claim: { namespace: 'newsroom-staging', name: 'archive' },
  });
  draft.namespaces.push({ name: 'newsroom-staging' });
  draft.extras.push(({ find }) => {
    const claim = find('PersistentVolumeClaim', 'archive') as unknown as { spec: Record<string, unknown> };
    claim.spec['volumeName'] = 'archive-disk';
  });
  vague(draft, 'ServiceAvailabilityDisruption', 28, 'The archive is not available.');
  draft.expected = { root_cause: 'VolumeAlreadyBound', object: 'app/archive-sync', family: 'storage' };
  return draft;
}

function taint(): Draft {
  const draft = newFleet('schedule-taint', ['ingest'], ['mongodb', 'trips', 'positions']);
  for (const node of draft.nodes.filter(({ name }) => name.startsWith('worker'))) {
    node.labels = { ...node.labels, 'fleet.rollwerk.example/pool': 'realtime' };
    node.taints = [{ key: 'dedicated', value: 'realtime', effect: 'NoSchedule' }];
  }
  for (const { revisions } of draft.workloads)
    for (const { template } of revisions) template.spec.tolerations = [{ key: 'dedicated', operator: 'Equal', value: 'realtime', effect: 'NoSchedule' }];
  const ingest = workloadOf(draft, 'ingest');
  const fresh = recreate(ingest, 37, (template) => {
    template.spec.tolerations = [{ key: 'dedicated', operator: 'Equal', value: 'batch', effect: 'NoSchedule' }];
  });
  unschedulable(fresh, message('3 node(s) had untolerated taint {dedicated: realtime}', NOT_HELPFUL));
  podNotReady(draft, 'ingest', 21);
  draft.expected = { root_cause: 'TaintNotTolerated', object: 'app/ingest', family: 'scheduling' };
  return draft;
}

function nodeSelector(): Draft {
  const draft = newNewsroom('schedule-node-selector', ['imgproxy'], ['worker', 'redis', 'cms', 'ingress']);
  const imgproxy = workloadOf(draft, 'imgproxy');
  const fresh = recreate(imgproxy, 29, (template) => {
    template.spec.nodeSelector = { 'node.tagespost.example/cpu': 'avx512' };
  });
  unschedulable(fresh, message("3 node(s) didn't match Pod's node affinity/selector", NOT_HELPFUL));
  vague(draft, 'ServiceAvailabilityDisruption', 22, 'Images are not delivered.');
  draft.expected = { root_cause: 'NodeSelectorMismatch', object: 'app/imgproxy', family: 'scheduling' };
  return draft;
}

function affinity(): Draft {
  const draft = newTicketing('schedule-affinity', [], ['redis', 'seat-inventory']);
  const orders = workloadOf(draft, 'order-service');
  const fresh = rollOut(orders, 24, (template) => {
    template.spec.affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['rack-4', 'rack-5'] }] }],
        },
      },
    };
  });
  unschedulable(fresh, message("3 node(s) didn't match Pod's node affinity/selector", NOT_HELPFUL));
  rolloutStuck(draft, 'order-service', 3);
  draft.expected = { root_cause: 'NodeAffinityMismatch', object: 'app/order-service', family: 'scheduling' };
  return draft;
}

function antiAffinity(): Draft {
  const draft = newFleet('schedule-anti-affinity', [], ['trips', 'mongodb']);
  const positions = workloadOf(draft, 'positions');
  recreate(positions, 52, (template) => {
    template.spec.affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'positions' } }, topologyKey: 'kubernetes.io/hostname' }],
      },
    };
  });
  const spread = ['worker-1', 'worker-2', 'worker-3'];
  positions.replicas = 4;
  positions.pods = spread.map((node, at) => newPod(positions, 52 - at * 0.02, node));
  const extra = newPod(positions, 51.9, undefined);
  positions.pods.push(extra);
  unschedulable([extra], message("3 node(s) didn't match pod anti-affinity rules", NO_VICTIMS));
  replicasMismatch(draft, 'positions', 36);
  podNotReady(draft, 'positions', 36);
  draft.expected = { root_cause: 'PodAntiAffinityConflict', object: 'app/positions', family: 'scheduling' };
  return draft;
}

/** The node with the database's volume was cordoned, then the pod was deleted. */
function cordon(): Draft {
  const draft = newNewsroom('schedule-cordon', [], ['redis', 'worker', 'ingress']);
  nodeOf(draft, 'worker-2').unschedulable = true;
  const postgres = workloadOf(draft, 'postgres');
  const fresh = replacePods(postgres, 33);
  unschedulable(fresh, message('1 node(s) were unschedulable, 2 node(s) had volume node affinity conflict', NOT_HELPFUL));
  for (const pod of workloadOf(draft, 'cms').pods) pod.node = 'worker-1';
  statefulMismatch(draft, 'postgres', 17);
  draft.expected = { root_cause: 'NodeCordoned', object: 'node/worker-2', family: 'scheduling' };
  return draft;
}

function cpu(): Draft {
  const draft = newTicketing('schedule-cpu', ['pricing-service'], ['mysql', 'order-service', 'seat-inventory']);
  const pricing = workloadOf(draft, 'pricing-service');
  const fresh = rollOut(
    pricing,
    39,
    onMain((app) => {
      app.resources = resources('12', '384Mi', '768Mi');
    }),
  );
  unschedulable(fresh, message('3 Insufficient cpu', NO_VICTIMS));
  rolloutStuck(draft, 'pricing-service', 17);
  draft.expected = { root_cause: 'InsufficientCPU', object: 'app/pricing-service', family: 'scheduling' };
  return draft;
}

function memory(): Draft {
  const draft = newFleet('schedule-memory', ['kafka', 'ingest'], ['trips', 'mongodb', 'positions', 'edge-gateway']);
  const kafka = workloadOf(draft, 'kafka');
  const fresh = recreate(
    kafka,
    26,
    onMain((app) => {
      app.resources = resources('500m', '48Gi', '48Gi');
    }),
  );
  kafka.claims = [claimTemplate('data', '80Gi')];
  unschedulable(
    fresh,
    message('1 Insufficient memory, 2 node(s) had volume node affinity conflict', NO_VICTIMS.replace('1 Preemption', '3 Preemption').replace('3 No', '1 No')),
  );
  statefulMismatch(draft, 'kafka', 10);
  draft.expected = { root_cause: 'InsufficientMemory', object: 'app/kafka', family: 'scheduling' };
  return draft;
}

function hostPort(): Draft {
  const draft = newTicketing('schedule-host-port', ['web'], ['mysql', 'order-service', 'seat-inventory', 'redis']);
  const web = workloadOf(draft, 'web');
  recreate(
    web,
    43,
    onMain((app) => {
      app.ports = [{ name: 'http', containerPort: 8080, hostPort: 80, protocol: 'TCP' }];
    }),
  );
  web.replicas = 4;
  web.pods = ['worker-1', 'worker-2', 'worker-3'].map((node) => newPod(web, 43, node));
  const extra = newPod(web, 42.9, undefined);
  web.pods.push(extra);
  unschedulable([extra], message("3 node(s) didn't have free ports for the requested pod ports", NO_VICTIMS));
  podNotReady(draft, 'web', 27);
  draft.expected = { root_cause: 'HostPortConflict', object: 'app/web', family: 'scheduling' };
  return draft;
}

function topologySpread(): Draft {
  const draft = newNewsroom('schedule-spread', [], ['worker', 'redis', 'ingress']);
  const cms = workloadOf(draft, 'cms');
  const fresh = rollOut(cms, 31, (template) => {
    const [first] = template.spec.containers;
    if (first) first.image = `${DJANGO_IMAGE}:2026.4.3`;
    template.spec.topologySpreadConstraints = [
      { maxSkew: 1, topologyKey: 'topology.tagespost.example/room', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'cms' } } },
    ];
  });
  unschedulable(fresh, message("3 node(s) didn't match pod topology spread constraints (missing required label)", NOT_HELPFUL));
  rolloutStuck(draft, 'cms', 6);
  draft.expected = { root_cause: 'TopologySpreadUnsatisfied', object: 'app/cms', family: 'scheduling' };
  return draft;
}

export const placement = [
  classMissing,
  accessMode,
  capacity,
  claimSelector,
  occupied,
  taint,
  nodeSelector,
  affinity,
  antiAffinity,
  cordon,
  cpu,
  memory,
  hostPort,
  topologySpread,
];
