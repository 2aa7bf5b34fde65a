import { describe, expect, it } from 'vitest';
import { circumstances, unplaced } from '#testing/objects.ts';
import { askIn, node, only, pod, workload } from '#testing/world.ts';
import { nodeAffinityMismatch } from './node-affinity-mismatch.ts';

describe('node-affinity-mismatch', () => {
  it('is certain when nodes and scheduler agree', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", {
        affinity: { nodeAffinity: { required: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }], matchFields: [] }] } },
      }),
    ]);
    const verdict = only(
      await nodeAffinityMismatch.judge(subject, askIn({ pods: [...pods], nodes: [node('node-1', { metadata: { labels: { zone: 'c' } } })] }), circumstances),
    );
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('zone In (a, b)') } });
  });

  it('is not it when another reason keeps the pod off', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/1 nodes are available: 1 Insufficient example.com/fpga.')]);
    expect(await nodeAffinityMismatch.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('leaves a label that nodeSelector asks for to its own rule', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", { nodeSelector: { disk: 'ssd' } }),
    ]);
    expect(await nodeAffinityMismatch.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)).toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await nodeAffinityMismatch.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await nodeAffinityMismatch.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
