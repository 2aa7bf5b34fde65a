import { describe, expect, it } from 'vitest';
import { circumstances, unplaced } from '#testing/objects.ts';
import { askIn, node, only, pod, workload } from '#testing/world.ts';
import { nodeCordoned } from './node-cordoned.ts';

const cordoned = (name: string, labels = {}) =>
  node(name, { metadata: { labels }, spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] } });

describe('node-cordoned', () => {
  it('is certain when every node is cordoned; the workload is what fits nowhere', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/2 nodes are available: 2 node(s) were unschedulable.')]);
    const verdict = only(await nodeCordoned.judge(subject, askIn({ pods, nodes: [cordoned('node-1'), cordoned('node-2')] }), circumstances));
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: 'All 2 nodes (node-1 and node-2) are cordoned, and checkout fits nowhere else' },
    });
    expect(verdict).not.toHaveProperty('claim.subject');
  });

  it('names what pins the pod to the cordoned node', async () => {
    const message = "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) were unschedulable.";
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', message, { nodeSelector: { disk: 'ssd' } })]);
    const verdict = only(await nodeCordoned.judge(subject, askIn({ pods, nodes: [node('node-1'), cordoned('node-2', { disk: 'ssd' })] }), circumstances));
    expect(verdict).toMatchObject({ claim: { title: 'Node node-2 is cordoned, and checkout may run nowhere else (nodeSelector disk=ssd)' } });
  });

  it('names the node when it alone keeps several workloads waiting', async () => {
    const message = '0/1 nodes are available: 1 node(s) were unschedulable.';
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', message)]);
    const other = workload('cart', [unplaced('cart-1', message)]);
    const verdict = only(await nodeCordoned.judge(subject, askIn({ pods: [...pods, ...other.pods], nodes: [cordoned('node-1')] }), circumstances));
    expect(verdict).toMatchObject({ claim: { subject: { kind: 'Node', name: 'node-1' } } });
  });

  it("names the node when the pod's volume is there", async () => {
    const message = '0/2 nodes are available: 1 node(s) had volume node affinity conflict, 1 node(s) were unschedulable.';
    const { subject, pods } = workload('db', [unplaced('db-0', message)]);
    expect(only(await nodeCordoned.judge(subject, askIn({ pods, nodes: [node('node-1'), cordoned('node-2')] }), circumstances))).toMatchObject({
      claim: { subject: { kind: 'Node', name: 'node-2' }, title: 'Node node-2 is cordoned, and db may run nowhere else (its volume is there)' },
    });
  });

  it('is not it when a spare node is cordoned and the others are full', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', '0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.')]);
    expect(await nodeCordoned.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await nodeCordoned.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await nodeCordoned.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
