import { describe, expect, it } from 'vitest';
import { circumstances, unplaced } from '#testing/objects.ts';
import { askIn, node, only, pod, workload } from '#testing/world.ts';
import { taintNotTolerated } from './taint-not-tolerated.ts';

describe('taint-not-tolerated', () => {
  it('is certain when nodes and scheduler agree', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', '0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}.', {
        tolerations: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }],
      }),
    ]);
    const verdict = only(
      await taintNotTolerated.judge(
        subject,
        askIn({ pods: [...pods], nodes: [node('node-1', { spec: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] } })] }),
        circumstances,
      ),
    );
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('does not tolerate the taint of node-1: dedicated=gpu:NoSchedule') },
    });
  });

  it('is not it when another reason keeps the pod off', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/1 nodes are available: 1 Insufficient example.com/fpga.')]);
    expect(await taintNotTolerated.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('does not blame the taint of the control plane while there are workers', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', '0/2 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 Insufficient cpu.'),
    ]);
    expect(await taintNotTolerated.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('leaves the taints of a node in trouble to the rules about nodes', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.'),
    ]);
    const sick = node('node-1', { spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] } });
    expect(await taintNotTolerated.judge(subject, askIn({ pods, nodes: [sick] }), circumstances)).toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await taintNotTolerated.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await taintNotTolerated.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
