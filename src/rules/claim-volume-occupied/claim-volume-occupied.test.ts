import { describe, expect, it } from 'vitest';
import { circumstances, claim, claimSubject, replicaSet, storageClass, unplaced, volume } from '#testing/objects.ts';
import { askIn, event, only, workload } from '#testing/world.ts';
import { claimVolumeOccupied } from './claim-volume-occupied.ts';

const mounting = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const { pods } = workload('db', [unplaced('db-1', '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', mounting)]);
const wanted = claim('data', {});
const world = {
  pods,
  replicasets: [replicaSet('db')],
  persistentvolumes: [volume('pv-1', { claimRef: { namespace: 'shop', name: 'other' } }, { phase: 'Bound' })],
  events: [event(wanted, 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set')],
};
const judge = async (more: Parameters<typeof askIn>[0] = {}, one = wanted) =>
  [await claimVolumeOccupied.judge(claimSubject(one), askIn({ ...world, ...more }), circumstances)].flat();

describe('claim-volume-occupied', () => {
  it('is likely, and names the workload that waits', async () => {
    expect(await judge()).toMatchObject([
      {
        verdict: 'found',
        confidence: 'likely',
        claim: {
          title: expect.stringContaining('pv-1 belongs to claim shop/other'),
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

  it('is certain when the claim asks for that very volume', async () => {
    expect(await judge({}, claim('data', { volumeName: 'pv-1' }))).toMatchObject([{ confidence: 'certain' }]);
  });

  it('knows a volume that keeps the reservation of a deleted claim', async () => {
    const released = volume('pv-1', { claimRef: { namespace: 'shop', name: 'data', uid: 'old' } }, { phase: 'Released' });
    expect(await judge({ persistentvolumes: [released] })).toMatchObject([
      { claim: { title: expect.stringContaining('pv-1 is Released, still reserved for claim shop/data') } },
    ]);
  });

  it('is not it while a free volume is nearer', async () => {
    expect(await judge({ persistentvolumes: [...world.persistentvolumes, volume('pv-2', { capacity: { storage: '1Mi' } })] })).toEqual([]);
  });
});
