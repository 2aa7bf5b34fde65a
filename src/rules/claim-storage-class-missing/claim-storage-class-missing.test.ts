import { describe, expect, it } from 'vitest';
import { circumstances, claim, claimSubject, replicaSet, storageClass, unplaced, volume } from '#testing/objects.ts';
import { askIn, event, only, workload } from '#testing/world.ts';
import { claimStorageClassMissing } from './claim-storage-class-missing.ts';

const mounting = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const { pods } = workload('db', [unplaced('db-1', '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', mounting)]);
const wanted = claim('data', { storageClassName: 'fasst' });
const world = {
  pods,
  replicasets: [replicaSet('db')],
  persistentvolumes: [volume('pv-1')],
  events: [event(wanted, 'ProvisioningFailed', 'storageclass.storage.k8s.io "fasst" not found')],
  storageclasses: [storageClass('fast')],
};
const judge = async (more: Parameters<typeof askIn>[0] = {}, one = wanted) =>
  [await claimStorageClassMissing.judge(claimSubject(one), askIn({ ...world, ...more }), circumstances)].flat();

describe('claim-storage-class-missing', () => {
  it('is certain, and names the workload that waits', async () => {
    expect(await judge()).toMatchObject([
      {
        verdict: 'found',
        confidence: 'certain',
        claim: {
          title: expect.stringContaining('names storage class "fasst", which does not exist; there is "fast"'),
          subject: { kind: 'Deployment', name: 'db' },
          affects: expect.arrayContaining([expect.objectContaining({ kind: 'PersistentVolumeClaim', name: 'data' })]),
        },
      },
    ]);
  });

  it('says nothing about a claim that is bound', async () => expect(await judge({}, { ...wanted, status: { ...wanted.status, phase: 'Bound' } })).toEqual([]));

  it('is undecided about a claim that nobody waits for, and when pods cannot be listed', async () => {
    expect(await judge({ pods: [] })).toMatchObject([{ verdict: 'undecided' }]);
    expect(only(await judge({ gaps: { pods: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });

  it('says nothing about a claim that waits for its first consumer', async () => {
    const late = claim('data', { storageClassName: 'late' });
    const silent = workload('db', [unplaced('db-1', '0/1 nodes are available: 1 Insufficient cpu.', mounting)]);
    const classes = [storageClass('late', { volumeBindingMode: 'WaitForFirstConsumer' })];
    expect(await judge({ pods: silent.pods, storageclasses: classes, events: [] }, late)).toEqual([]);
  });

  it('knows a class that no volume has', async () => {
    const classes = [storageClass('fasst', { provisioner: 'kubernetes.io/no-provisioner' })];
    expect(await judge({ storageclasses: classes })).toMatchObject([
      { verdict: 'found', claim: { title: 'Claim data is for storage class "fasst", but volume pv-1 has class ""' } },
    ]);
  });

  it('is not it when volumes are made for that class', async () => expect(await judge({ storageclasses: [storageClass('fasst')] })).toEqual([]));

  it('is undecided when classes cannot be read and nobody says a word', async () => {
    expect(await judge({ gaps: { storageclasses: 'forbidden' }, events: [], persistentvolumes: [] })).toMatchObject([{ verdict: 'undecided' }]);
  });
});
