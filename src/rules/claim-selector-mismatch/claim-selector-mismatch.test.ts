import { describe, expect, it } from 'vitest';
import { circumstances, claim, claimSubject, replicaSet, storageClass, unplaced, volume } from '#testing/objects.ts';
import { askIn, event, only, workload } from '#testing/world.ts';
import { claimSelectorMismatch } from './claim-selector-mismatch.ts';

const mounting = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const { pods } = workload('db', [unplaced('db-1', '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', mounting)]);
const wanted = claim('data', { selector: { matchLabels: { disk: 'ssd' }, matchExpressions: [] } });
const world = {
  pods,
  replicasets: [replicaSet('db')],
  persistentvolumes: [volume('pv-1', {}, { labels: { disk: 'hdd' } })],
  events: [event(wanted, 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set')],
};
const judge = async (more: Parameters<typeof askIn>[0] = {}, one = wanted) =>
  [await claimSelectorMismatch.judge(claimSubject(one), askIn({ ...world, ...more }), circumstances)].flat();

describe('claim-selector-mismatch', () => {
  it('is certain, and names the workload that waits', async () => {
    expect(await judge()).toMatchObject([
      {
        verdict: 'found',
        confidence: 'certain',
        claim: {
          title: expect.stringContaining('The selector of claim data (disk=ssd) does not match volume pv-1'),
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

  it('is not it when something else keeps the volume away', async () =>
    expect(await judge({ persistentvolumes: [volume('pv-1', { capacity: { storage: '1Mi' } }, { labels: { disk: 'hdd' } })] })).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    ));
});
