import { describe, expect, it } from 'vitest';
import { circumstances, claim, claimSubject, replicaSet, storageClass, unplaced } from '#testing/objects.ts';
import { askIn, event, only, workload } from '#testing/world.ts';
import { provisioningFailed } from './provisioning-failed.ts';

const mounting = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const { pods } = workload('db', [unplaced('db-1', '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', mounting)]);
const wanted = claim('data', { storageClassName: 'fast' });
const world = {
  pods,
  replicasets: [replicaSet('db')],
  persistentvolumes: [],
  events: [event(wanted, 'ProvisioningFailed', 'failed to provision volume with StorageClass "fast": quota exceeded')],
  storageclasses: [storageClass('fast')],
};
const judge = async (more: Parameters<typeof askIn>[0] = {}, one = wanted) =>
  [await provisioningFailed.judge(claimSubject(one), askIn({ ...world, ...more }), circumstances)].flat();

describe('provisioning-failed', () => {
  it('is certain, and names the workload that waits', async () => {
    expect(await judge()).toMatchObject([
      {
        verdict: 'found',
        confidence: 'certain',
        claim: {
          title: expect.stringContaining('Storage class fast could not make a volume for claim data: failed to provision'),
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

  it('is undecided when the provisioner has not said why', async () => expect(await judge({ events: [] })).toMatchObject([{ verdict: 'undecided' }]));

  it('is not it when the class does not exist', async () => expect(await judge({ storageclasses: [] })).toEqual([]));
});
