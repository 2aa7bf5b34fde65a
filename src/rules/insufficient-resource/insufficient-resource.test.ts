import { describe, expect, it } from 'vitest';
import { circumstances, unplaced } from '#testing/objects.ts';
import { askIn, container, node, only, pod, workload } from '#testing/world.ts';
import { insufficientResource } from './insufficient-resource.ts';

describe('insufficient-resource', () => {
  it('is certain when nodes and scheduler agree', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', '0/1 nodes are available: 1 Insufficient example.com/gpu.', {
        containers: [container('app', { resources: { requests: {}, limits: { 'example.com/gpu': '1' } } })],
      }),
    ]);
    const verdict = only(await insufficientResource.judge(subject, askIn({ pods: [...pods], nodes: [node('node-1')] }), circumstances));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('requests example.com/gpu') } });
  });

  it('is not it when another reason keeps the pod off', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/1 nodes are available: 1 Insufficient example.com/fpga.')]);
    expect(await insufficientResource.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).not.toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await insufficientResource.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await insufficientResource.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
