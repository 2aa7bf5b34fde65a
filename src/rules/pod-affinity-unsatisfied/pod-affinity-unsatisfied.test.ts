import { describe, expect, it } from 'vitest';
import { circumstances, unplaced } from '#testing/objects.ts';
import { askIn, node, only, pod, workload } from '#testing/world.ts';
import { podAffinityUnsatisfied } from './pod-affinity-unsatisfied.ts';

describe('pod-affinity-unsatisfied', () => {
  it('is certain when nodes and scheduler agree', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', "0/1 nodes are available: 1 node(s) didn't match pod affinity rules.", {
        affinity: {
          podAffinity: {
            required: [{ labelSelector: { matchLabels: { app: 'cache' }, matchExpressions: [] }, topologyKey: 'kubernetes.io/hostname', namespaces: [] }],
          },
        },
      }),
    ]);
    const verdict = only(await podAffinityUnsatisfied.judge(subject, askIn({ pods: [...pods], nodes: [node('node-1')] }), circumstances));
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('pods with app=cache in the same kubernetes.io/hostname') },
    });
  });

  it('is not it when another reason keeps the pod off', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/1 nodes are available: 1 Insufficient example.com/fpga.')]);
    expect(await podAffinityUnsatisfied.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await podAffinityUnsatisfied.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await podAffinityUnsatisfied.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
