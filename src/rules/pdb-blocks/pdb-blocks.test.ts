import { describe, expect, it } from 'vitest';
import { circumstances, disruptionBudget, podIn } from '#testing/objects.ts';
import { askIn, seenIn } from '#testing/world.ts';
import { pdbBlocks } from './pdb-blocks.ts';

const judge = async (status: Parameters<typeof disruptionBudget>[1], world: Parameters<typeof askIn>[0] = {}) => {
  const object = disruptionBudget('db', status);
  const subject = { kind: 'PodDisruptionBudget', ref: { kind: 'PodDisruptionBudget', namespace: 'shop', name: 'db' }, object, seenIn } as const;
  return [await pdbBlocks.judge(subject, askIn(world), circumstances)].flat();
};

describe('pdb-blocks', () => {
  it('names the pods that are not ready', async () => {
    const sick = podIn('db-1', { waiting: {} }, { metadata: { labels: { app: 'db' } } });
    expect(await judge({ currentHealthy: 1 }, { pods: [sick] })).toMatchObject([
      { verdict: 'found', claim: { title: 'Disruption budget db is not met: 1 of 2 pods that it demands are healthy', affects: [{ name: 'db-1' }] } },
    ]);
  });

  it('is ruled out when it is met, even if it allows no disruption', async () => {
    expect(await judge({ currentHealthy: 2, disruptionsAllowed: 0 })).toMatchObject([{ verdict: 'ruled-out' }]);
  });

  it('says nothing about a budget without pods', async () => expect(await judge({ expectedPods: 0, currentHealthy: 0 })).toEqual([]));

  it('is undecided when pods cannot be listed', async () =>
    expect(await judge({ currentHealthy: 1 }, { gaps: { pods: 'forbidden' } })).toMatchObject([{ verdict: 'undecided' }]));
});
