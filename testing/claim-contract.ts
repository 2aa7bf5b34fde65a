import { expect, it } from 'vitest';
import type { Confidence } from '#domain/finding.ts';
import type { PersistentVolumeClaim } from '#domain/kubernetes/cluster.ts';
import type { Rule, Verdict } from '#rules/rule.ts';
import { circumstances, claim, claimSubject, replicaSet, storageClass, unplaced } from './objects.ts';
import { askIn, event, only, type World, workload } from './world.ts';

/** What rules about a claim that is not bound have in common. */

const mounting = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };

/** Judges a claim in some world. */
export type JudgeClaim = (more?: World, one?: PersistentVolumeClaim) => Promise<readonly Verdict[]>;

/** A world in which the pod of `db` waits for this claim; without word of its own, nobody knows a volume for it. */
export function waitingFor(rule: Rule, wanted: PersistentVolumeClaim, more: World): JudgeClaim {
  const { pods } = workload('db', [unplaced('db-1', '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', mounting)]);
  const said = event(wanted, 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
  const world: World = { pods, replicasets: [replicaSet('db')], events: [said], ...more };
  return async (changes = {}, one = wanted) => [await rule.judge(claimSubject(one), askIn({ ...world, ...changes }), circumstances)].flat();
}

/** Claims it in that world with this title, names the workload that waits, and holds back where nothing is wrong or nothing can be seen. */
export function waitingClaimContract(judge: JudgeClaim, wanted: PersistentVolumeClaim, confidence: Confidence, title: string): void {
  it(`is ${confidence}, and names the workload that waits`, async () => {
    expect(await judge()).toMatchObject([
      {
        verdict: 'found',
        confidence,
        claim: {
          title: expect.stringContaining(title),
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
}
