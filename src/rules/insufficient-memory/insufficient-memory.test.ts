import { describe, expect, it } from 'vitest';
import { circumstances, unplaced } from '#testing/objects.ts';
import { askIn, container, node, only, pod, workload } from '#testing/world.ts';
import { insufficientMemory } from './insufficient-memory.ts';

const asks = (requests: Readonly<Record<string, string>>) => ({ containers: [container('app', { resources: { requests, limits: {} } })] });
const sentence = '0/2 nodes are available: 1 node(s) were unschedulable, 1 Insufficient memory. preemption: 0/2 nodes are available.';
const nodes = [
  node('node-1'),
  node('master', { metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } }, spec: { unschedulable: true, taints: [] } }),
];

describe('insufficient-memory', () => {
  it('is certain that a request larger than any node can never be met', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', sentence, asks({ memory: '64Gi' }))]);
    const verdict = only(await insufficientMemory.judge(subject, askIn({ pods, nodes }), circumstances));
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('more than any node it may use has: the largest offers 8 GiB') },
    });
  });

  it('tells a full cluster from that', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', sentence, asks({ memory: '6Gi' }))]);
    const other = pod('other', { spec: asks({ memory: '6Gi' }) });
    const verdict = only(await insufficientMemory.judge(subject, askIn({ pods: [...pods, other], nodes }), circumstances));
    expect(verdict).toMatchObject({ confidence: 'certain', claim: { title: expect.stringContaining('no node it may use has that much left') } });
  });

  it('goes by the scheduler alone when nodes cannot be read', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', sentence)]);
    expect(only(await insufficientMemory.judge(subject, askIn({ pods, gaps: { nodes: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
    });
  });

  it('is possible only while a node is out of order: its room is what is missing', async () => {
    const { subject, pods } = workload('checkout', [unplaced('checkout-1', sentence, asks({ memory: '64Gi' }))]);
    const dead = node('node-2', { spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }] } });
    expect(only(await insufficientMemory.judge(subject, askIn({ pods, nodes: [...nodes, dead] }), circumstances))).toMatchObject({ confidence: 'possible' });
  });

  it('is not it when another reason keeps the pod off', async () => {
    const { subject, pods } = workload('checkout', [
      unplaced('checkout-1', "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", { nodeSelector: { disk: 'ssd' } }),
    ]);
    expect(await insufficientMemory.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)).toEqual([]);
  });

  it('says nothing about a pod that is placed', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect([await insufficientMemory.judge(subject, askIn({ pods, nodes: [node('node-1')] }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await insufficientMemory.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
