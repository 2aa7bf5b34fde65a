import { describe, expect, it } from 'vitest';
import { circumstances, unplaced } from '#testing/objects.ts';
import { askIn, node, only, pod, workload } from '#testing/world.ts';
import { nodeSelectorMismatch } from './node-selector-mismatch.ts';

describe('node-selector-mismatch', () => {
  it('is certain when nodes and scheduler agree', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.", { nodeSelector: { disktype: 'sdd' } }),
    ]);
    const verdict = only(
      await nodeSelectorMismatch.judge(
        subject,
        askIn({ pods: [...pods], nodes: [node('node-1', { metadata: { labels: { disktype: 'ssd' } } }), node('node-2')] }),
        circumstances,
      ),
    );
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('No node has label disktype=sdd, which nodeSelector of checkout asks for; there is disktype=ssd') },
    });
  });

  it('is not it when another reason keeps the pod off', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/1 nodes are available: 1 Insufficient example.com/fpga.')]);
    expect(await nodeSelectorMismatch.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await nodeSelectorMismatch.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await nodeSelectorMismatch.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
