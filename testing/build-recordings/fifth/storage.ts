import { recreate, workloadOf } from '../draft.ts';
import { unschedulable } from '../faults.ts';
import { makeStorageClass } from '../make-cluster.ts';
import { addClaim, addStaticVolume, claimTemplate } from '../parts.ts';
import type { Draft, Workload } from '../shape.ts';
import { complain, incident, symptom } from './fleet.ts';
import { campus, clinic, feed, ledgerly } from './fleets.ts';

const FAMILY = 'scheduling';
const UNBOUND =
  '0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.';

type Claim = NonNullable<Parameters<typeof addClaim>[2]>;

/** The claim of the first pod of a StatefulSet is another one, and stays unbound. */
function instead(draft: Draft, workload: Workload, ago: number, claim: Claim): void {
  const name = `data-${workload.name}-0`;
  workload.claims = [claimTemplate('data', claim.size ?? '20Gi', claim.class ?? '')];
  draft.extras.push(({ world }) => {
    const claims = world.objects.get('PersistentVolumeClaim') ?? [];
    const old = claims.find(({ metadata }) => metadata.name === name);
    const volume = (old as unknown as { spec: { volumeName?: string } } | undefined)?.spec.volumeName;
    world.objects.set(
      'PersistentVolumeClaim',
      claims.filter((one) => one !== old),
    );
    world.objects.set(
      'PersistentVolume',
      (world.objects.get('PersistentVolume') ?? []).filter(({ metadata }) => metadata.name !== volume),
    );
  });
  addClaim(draft, name, { ...claim, ago });
  recreate(workload, ago, ({ spec }) => {
    spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: name } }];
  });
  workload.pods = workload.pods.slice(0, 1);
  unschedulable(workload.pods, UNBOUND);
}

/** A Deployment gets a volume by a claim of its own that stays unbound. */
function wants(draft: Draft, workload: Workload, name: string, ago: number, claim: Claim): void {
  addClaim(draft, name, { ...claim, ago });
  unschedulable(
    recreate(workload, ago, ({ spec }) => {
      spec.volumes = [{ name: 'files', persistentVolumeClaim: { claimName: name } }];
    }),
    UNBOUND,
  );
}

function manual(
  draft: Draft,
  name: string,
  size: string,
  storageClass: string,
  modes: readonly string[],
  more: { labels?: Record<string, string>; claim?: { namespace: string; name: string } } = {},
): void {
  addStaticVolume(draft, { name, size, class: storageClass, modes, ago: 30_000, phase: more.claim ? 'Bound' : 'Available', ...more });
}

export const storage = [
  incident('volume-of-another', campus, ['VolumeAlreadyBound', 'mariadb', FAMILY], (draft) => {
    manual(draft, 'nas-vol-12', '40Gi', '', ['ReadWriteOnce'], { claim: { namespace: 'campus-test', name: 'data-mariadb-0' } });
    instead(draft, workloadOf(draft, 'mariadb'), 25, {
      class: '',
      size: '40Gi',
      volume: 'nas-vol-12',
      pending: { reason: 'FailedBinding', message: 'volume "nas-vol-12" already bound to a different claim.' },
    });
    draft.extras.push(({ find }) => {
      Object.assign(find('PersistentVolumeClaim', 'data-mariadb-0')['spec'] as object, { volumeName: 'nas-vol-12' });
    });
    complain(workloadOf(draft, 'lms'), 22, 0.9, [
      '[%S] production.ERROR: SQLSTATE[HY000] [2002] Connection refused (Connection: mysql, SQL: select * from `courses` where `id` = 2210 limit 1)',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'lms' }, 'lms answers with errors.');
  }),
  incident('volume-taken-deployment', clinic, ['VolumeAlreadyBound', 'archiver', FAMILY], (draft) => {
    manual(draft, 'pacs-share', '500Gi', 'pacs', ['ReadWriteMany'], { claim: { namespace: 'clinic-prod', name: 'viewer-files' } });
    draft.extras.push(({ world }) => makeStorageClass(world, 'pacs', 'kubernetes.io/no-provisioner', 'Immediate', false));
    wants(draft, workloadOf(draft, 'archiver'), 'archive-files', 48, {
      class: 'pacs',
      size: '500Gi',
      modes: ['ReadWriteMany'],
      volume: 'pacs-share',
      pending: { reason: 'FailedBinding', message: 'volume "pacs-share" already bound to a different claim.' },
    });
    draft.extras.push(({ find }) => {
      Object.assign(find('PersistentVolumeClaim', 'archive-files')['spec'] as object, { volumeName: 'pacs-share' });
    });
  }),
  incident('access-mode-requested', ledgerly, ['ClaimAccessModeMismatch', 'rel-ledgerly-redis', FAMILY], (draft) => {
    manual(draft, 'redis-old-disk', '8Gi', 'manual', ['ReadWriteOnce']);
    draft.extras.push(({ world }) => makeStorageClass(world, 'manual', 'kubernetes.io/no-provisioner', 'Immediate', false));
    instead(draft, workloadOf(draft, 'rel-ledgerly-redis'), 14, {
      class: 'manual',
      size: '8Gi',
      modes: ['ReadWriteMany'],
      volume: 'redis-old-disk',
      pending: { reason: 'VolumeMismatch', message: 'Cannot bind to requested volume "redis-old-disk": incompatible accessMode' },
    });
    draft.extras.push(({ find }) => {
      Object.assign(find('PersistentVolumeClaim', 'data-rel-ledgerly-redis-0')['spec'] as object, { volumeName: 'redis-old-disk' });
    });
    complain(workloadOf(draft, 'rel-ledgerly-web'), 12, 0.7, [
      'E, [%I #1] ERROR -- : RedisClient::CannotConnectError (Connection refused - connect(2) for 10.43.7.40:6379)',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'rel-ledgerly-web' }, 'The web tier answers with errors.');
  }),
  incident('access-mode-driver', feed, ['ClaimAccessModeMismatch', 'media-03', FAMILY], (draft) => {
    draft.extras.push(({ world }) => makeStorageClass(world, 'ebs-gp3', 'ebs.csi.aws.com', 'Immediate', false));
    wants(draft, workloadOf(draft, 'media-03'), 'media-cache', 11, {
      class: 'ebs-gp3',
      size: '200Gi',
      modes: ['ReadWriteMany'],
      pending: {
        by: 'ebs.csi.aws.com_ebs-csi-controller-5c9f_1b0a',
        reason: 'ProvisioningFailed',
        message:
          'failed to provision volume with StorageClass "ebs-gp3": rpc error: code = InvalidArgument desc = Volume capabilities MULTI_NODE_MULTI_WRITER not supported. Only AccessModes[ReadWriteOnce] supported.',
      },
    });
  }),
  incident('capacity-requested', clinic, ['ClaimCapacityTooLarge', 'mysql', FAMILY], (draft) => {
    manual(draft, 'san-lun-4', '50Gi', 'san', ['ReadWriteOnce']);
    draft.extras.push(({ world }) => makeStorageClass(world, 'san', 'kubernetes.io/no-provisioner', 'Immediate', false));
    instead(draft, workloadOf(draft, 'mysql'), 30, {
      class: 'san',
      size: '80Gi',
      volume: 'san-lun-4',
      pending: { reason: 'VolumeMismatch', message: 'Cannot bind to requested volume "san-lun-4": requested PV is too small' },
    });
    draft.extras.push(({ find }) => {
      Object.assign(find('PersistentVolumeClaim', 'data-mysql-0')['spec'] as object, { volumeName: 'san-lun-4' });
    });
    complain(workloadOf(draft, 'intake'), 27, 0.8, [
      "%, WARN  [io.agroal.pool] (agroal-11) Datasource '<default>': Communications link failure",
      '%, ERROR [org.hib.eng.jdb.spi.SqlExceptionHelper] (executor-thread-3) Acquisition timeout while waiting for new connection',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'intake' }, 'intake answers with errors.');
  }),
  incident('capacity-no-class', feed, ['ClaimCapacityTooLarge', 'media-03', FAMILY], (draft) => {
    manual(draft, 'disk-a', '100Gi', '', ['ReadWriteOnce']);
    manual(draft, 'disk-b', '250Gi', '', ['ReadWriteOnce']);
    wants(draft, workloadOf(draft, 'media-03'), 'media-originals', 37, {
      class: '',
      size: '300Gi',
      pending: { type: 'Normal', reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' },
    });
  }),
  incident('selector-of-claim', ledgerly, ['ClaimSelectorMismatch', 'rel-ledgerly-search', FAMILY], (draft) => {
    manual(draft, 'nvme-es-1', '50Gi', '', ['ReadWriteOnce'], { labels: { purpose: 'elastic', zone: 'b' } });
    instead(draft, workloadOf(draft, 'rel-ledgerly-search'), 20, {
      class: '',
      size: '50Gi',
      selector: { matchLabels: { purpose: 'elasticsearch' } },
      pending: { type: 'Normal', reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' },
    });
  }),
  incident('selector-expression', campus, ['ClaimSelectorMismatch', 'mongo', FAMILY], (draft) => {
    for (const at of [1, 2]) manual(draft, `rack-disk-${at}`, '64Gi', 'racks', ['ReadWriteOnce'], { labels: { tier: 'bronze' } });
    draft.extras.push(({ world }) => makeStorageClass(world, 'racks', 'kubernetes.io/no-provisioner', 'Immediate', false));
    instead(draft, workloadOf(draft, 'mongo'), 16, {
      class: 'racks',
      size: '30Gi',
      selector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['silver', 'gold'] }] },
      pending: { type: 'Normal', reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' },
    });
    complain(workloadOf(draft, 'chat'), 14, 1, [
      '{"level":50,"time":%M,"pid":1,"hostname":"%P","err":{"type":"MongoServerSelectionError","message":"connect ECONNREFUSED 10.43.14.2:27017"},"msg":"could not save message"}',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'chat' }, 'chat answers with errors.');
  }),
  incident('class-typo', ledgerly, ['StorageClassMissing', 'rel-ledgerly-postgresql', FAMILY], (draft) => {
    instead(draft, workloadOf(draft, 'rel-ledgerly-postgresql'), 10, {
      class: 'standart',
      size: '60Gi',
      pending: { reason: 'ProvisioningFailed', message: 'storageclass.storage.k8s.io "standart" not found' },
    });
    complain(workloadOf(draft, 'rel-ledgerly-web'), 9, 0.6, [
      'F, [%I #1] FATAL -- : ActiveRecord::ConnectionNotEstablished (connection to server at "10.43.2.71", port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n):',
    ]);
    symptom(draft, 'ProbeFailed', { target: 'https://app.ledgerly.example/up' }, 'The address does not answer.');
  }),
  incident('class-of-other-cloud', feed, ['StorageClassMissing', 'media-03', FAMILY], (draft) => {
    manual(draft, 'spare', '400Gi', 'managed-csi', ['ReadWriteOnce']);
    wants(draft, workloadOf(draft, 'media-03'), 'media-originals', 90, {
      class: 'managed-csi-premium',
      size: '300Gi',
      pending: { reason: 'ProvisioningFailed', message: 'storageclass.storage.k8s.io "managed-csi-premium" not found' },
    });
  }),
];
