import { describe, expect, it } from 'vitest';
import { circumstances, unplaced } from '#testing/objects.ts';
import { askIn, node, only, pod, workload } from '#testing/world.ts';
import { topologySpreadUnsatisfied } from './topology-spread-unsatisfied.ts';

describe('topology-spread-unsatisfied', () => {
  it('is likely when nodes and scheduler agree', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints.", {
        topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }],
      }),
    ]);
    const verdict = only(await topologySpreadUnsatisfied.judge(subject, askIn({ pods: [...pods], nodes: [node('node-1')] }), circumstances));
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('at most 1 pod more per zone than elsewhere') },
    });
  });

  it('is not it when another reason keeps the pod off', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/1 nodes are available: 1 Insufficient example.com/fpga.')]);
    expect(await topologySpreadUnsatisfied.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await topologySpreadUnsatisfied.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await topologySpreadUnsatisfied.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
