import { describe, expect, it } from 'vitest';
import { circumstances, claim, claimSubject, replicaSet, storageClass, unplaced, volume } from '#testing/objects.ts';
import { askIn, event, only, workload } from '#testing/world.ts';
import { claimUnbound } from './claim-unbound.ts';

const mounting = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const { pods } = workload('db', [unplaced('db-1', '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', mounting)]);
const wanted = claim('data', { requests: { storage: '3Gi' }, accessModes: ['ReadWriteMany'] });
const world = {
  pods,
  replicasets: [replicaSet('db')],
  persistentvolumes: [volume('pv-1')],
  events: [event(wanted, 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set')],
};
const judge = async (more: Parameters<typeof askIn>[0] = {}, one = wanted) =>
  [await claimUnbound.judge(claimSubject(one), askIn({ ...world, ...more }), circumstances)].flat();

describe('claim-unbound', () => {
  it('is certain, and names the workload that waits', async () => {
    expect(await judge()).toMatchObject([
      {
        verdict: 'found',
        confidence: 'certain',
        claim: {
          title: expect.stringContaining('the nearest volume, pv-1, differs in size and access mode'),
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

  it('says that there is no volume at all', async () =>
    expect(await judge({ persistentvolumes: [] })).toMatchObject([{ claim: { title: expect.stringContaining('there is no volume at all') } }]));

  it('leaves a claim alone that is about to be bound', async () => {
    expect(await judge({ events: [], persistentvolumes: [volume('pv-2', { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteMany'] })] })).toEqual([]);
  });
});
