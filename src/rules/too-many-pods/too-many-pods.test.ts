import { describe, expect, it } from 'vitest';
import { circumstances, unplaced } from '#testing/objects.ts';
import { askIn, node, only, pod, workload } from '#testing/world.ts';
import { tooManyPods } from './too-many-pods.ts';

describe('too-many-pods', () => {
  it('is certain when nodes and scheduler agree', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/1 nodes are available: 1 Too many pods.', {})]);
    const verdict = only(
      await tooManyPods.judge(
        subject,
        askIn({ pods: [...pods, pod('other')], nodes: [node('node-1', { status: { allocatable: { cpu: '4', memory: '8Gi', pods: '1' } } })] }),
        circumstances,
      ),
    );
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('node-1 run as many pods as they may (1 of 1)') },
    });
  });

  it('is not it when another reason keeps the pod off', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/1 nodes are available: 1 Insufficient example.com/fpga.')]);
    expect(await tooManyPods.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await tooManyPods.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await tooManyPods.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
