import { describe, expect, it } from 'vitest';
import { circumstances, claim, unplaced, volume } from '#testing/objects.ts';
import { askIn, node, only, pod, workload } from '#testing/world.ts';
import { volumeNodeAffinityConflict } from './volume-node-affinity-conflict.ts';

describe('volume-node-affinity-conflict', () => {
  it('is certain when nodes and scheduler agree', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', '0/1 nodes are available: 1 node(s) had volume node affinity conflict.', {
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      }),
    ]);
    const verdict = only(
      await volumeNodeAffinityConflict.judge(
        subject,
        askIn({
          pods: [...pods],
          nodes: [node('node-1')],
          persistentvolumeclaims: [claim('data', { volumeName: 'pv-1' }, 'Bound')],
          persistentvolumes: [volume('pv-1', { nodeAffinity: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['gone'] }] }] })],
        }),
        circumstances,
      ),
    );
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('claim data on volume pv-1') } });
  });

  it('is not it when another reason keeps the pod off', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/1 nodes are available: 1 Insufficient example.com/fpga.')]);
    expect(await volumeNodeAffinityConflict.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await volumeNodeAffinityConflict.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await volumeNodeAffinityConflict.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
