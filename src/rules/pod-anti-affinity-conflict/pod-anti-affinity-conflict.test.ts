import { describe, expect, it } from 'vitest';
import { circumstances, unplaced } from '#testing/objects.ts';
import { askIn, node, only, pod, workload } from '#testing/world.ts';
import { podAntiAffinityConflict } from './pod-anti-affinity-conflict.ts';

describe('pod-anti-affinity-conflict', () => {
  it('is certain when nodes and scheduler agree', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.", {
        affinity: {
          podAntiAffinity: {
            required: [{ labelSelector: { matchLabels: { app: 'checkout' }, matchExpressions: [] }, topologyKey: 'kubernetes.io/hostname', namespaces: [] }],
          },
        },
      }),
    ]);
    const verdict = only(
      await podAntiAffinityConflict.judge(
        subject,
        askIn({ pods: [...pods, pod('checkout-0', { metadata: { labels: { app: 'checkout' } } })], nodes: [node('node-1')] }),
        circumstances,
      ),
    );
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('one per kubernetes.io/hostname is allowed, and checkout-0 is there') },
    });
  });

  it('is not it when another reason keeps the pod off', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/1 nodes are available: 1 Insufficient example.com/fpga.')]);
    expect(await podAntiAffinityConflict.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await podAntiAffinityConflict.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await podAntiAffinityConflict.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
