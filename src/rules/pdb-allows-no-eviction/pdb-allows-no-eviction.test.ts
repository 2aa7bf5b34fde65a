import { describe, expect, it } from 'vitest';
import { circumstances, disruptionBudget } from '#testing/objects.ts';
import { askIn, node, only, pod, seenIn } from '#testing/world.ts';
import { pdbAllowsNoEviction } from './pdb-allows-no-eviction.ts';

const onNode = (nodeName: string) => pod('db-0', { metadata: { labels: { app: 'db' } }, spec: { nodeName } });
const nodes = [node('node-1', { spec: { unschedulable: true } }), node('node-2')];
const tight = { currentHealthy: 2, desiredHealthy: 2, expectedPods: 2, disruptionsAllowed: 0 };
const judge = async (status: Parameters<typeof disruptionBudget>[1], world: Parameters<typeof askIn>[0] = {}) => {
  const object = disruptionBudget('db', status);
  const subject = { kind: 'PodDisruptionBudget', ref: { kind: 'PodDisruptionBudget', namespace: 'shop', name: 'db' }, object, seenIn } as const;
  return [await pdbAllowsNoEviction.judge(subject, askIn({ nodes, pods: [onNode('node-1')], ...world }), circumstances)].flat();
};

describe('pdb-allows-no-eviction', () => {
  it('finds a budget that demands every pod while one is on a node that is being drained', async () => {
    expect(await judge(tight)).toMatchObject([{ verdict: 'found', claim: { title: expect.stringContaining('node node-1 cannot be drained of db-0') } }]);
  });

  it('is ruled out while nobody drains a node of its pods', async () => {
    expect(await judge(tight, { pods: [onNode('node-2')] })).toMatchObject([{ verdict: 'ruled-out' }]);
    expect(only(await judge(tight, { nodes: [node('node-1')] }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('leaves sick pods to the other rule, and says nothing where there is room', async () => {
    expect(await judge({ ...tight, currentHealthy: 1 })).toEqual([]);
    expect(await judge({ ...tight, disruptionsAllowed: 1 })).toEqual([]);
  });

  it('is undecided when nodes cannot be listed', async () => {
    expect(await judge(tight, { gaps: { nodes: 'forbidden' } })).toMatchObject([{ verdict: 'undecided' }]);
  });
});
