import { describe, expect, it } from 'vitest';
import { circumstances, unplaced } from '#testing/objects.ts';
import { askIn, container, node, only, pod, workload } from '#testing/world.ts';
import { hostPortConflict } from './host-port-conflict.ts';

const web = { containers: [container('app', { ports: [{ containerPort: 80, hostPort: 80 }] })] };

describe('host-port-conflict', () => {
  it('is certain when nodes and scheduler agree', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.", web),
    ]);
    const verdict = only(
      await hostPortConflict.judge(subject, askIn({ pods: [...pods, pod('other', { spec: web })], nodes: [node('node-1')] }), circumstances),
    );
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('Host port 80/TCP of checkout is taken on node-1') },
    });
  });

  it('is not it when another reason keeps the pod off', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/1 nodes are available: 1 Insufficient example.com/fpga.')]);
    expect(await hostPortConflict.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await hostPortConflict.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await hostPortConflict.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
