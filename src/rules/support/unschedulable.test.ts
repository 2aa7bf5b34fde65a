import { describe, expect, it } from 'vitest';
import type { Node } from '#domain/kubernetes/cluster.ts';
import { claim, unplaced, volume } from '#testing/objects.ts';
import { container, NOW, node, pod } from '#testing/world.ts';
import { clusterState } from './node-fit.ts';
import { blockage, isUnschedulable } from './unschedulable.ts';

const state = (nodes: readonly Node[]) => clusterState({ nodes, pods: [], volumes: [], claims: [] });
const greedy = { containers: [container('app', { resources: { requests: { cpu: '32' }, limits: {} } })] };
const master = node('master', {
  metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } },
  spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] },
});
const cordoned = (name: string, labels = {}) => node(name, { metadata: { labels }, spec: { unschedulable: true, taints: [] } });

describe('blockage', () => {
  it('leaves a closed control plane out of account', () => {
    const one = unplaced(
      'a',
      '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient cpu.',
      greedy,
    );
    expect(blockage(one, state([master, node('w1'), node('w2')]))).toMatchObject({ kinds: ['cpu'], nodes: ['w1', 'w2'], told: 'both', contested: false });
  });

  it('blames the cordon only among the nodes that the pod is meant for', () => {
    const one = unplaced('a', "0/3 nodes are available: 2 node(s) didn't match Pod's node affinity/selector, 1 node(s) were unschedulable.", {
      nodeSelector: { disk: 'ssd' },
    });
    expect(blockage(one, state([node('w1'), node('w2'), cordoned('w3', { disk: 'ssd' })]))).toMatchObject({ kinds: ['cordoned'], nodes: ['w3'] });
  });

  it('blames the selector when the only node that meets it is a closed control plane', () => {
    const labelled = node('master', { metadata: { labels: { 'kubernetes.io/role': 'master', disk: 'ssd' } }, spec: { unschedulable: true, taints: [] } });
    expect(blockage(unplaced('a', '', { nodeSelector: { disk: 'ssd' } }), state([labelled, node('w1')]))).toMatchObject({
      kinds: ['selector'],
      nodes: ['w1'],
      told: 'nodes',
    });
  });

  it('blames the volume when it is where the selector does not lead, and the selector when it leads nowhere', () => {
    const on = (name: string): Node => node(name, { metadata: { labels: { 'kubernetes.io/hostname': name } } });
    const lists = {
      nodes: [on('w1'), on('w2'), on('w3')],
      pods: [],
      claims: [claim('data', { volumeName: 'pv-1' }, 'Bound')],
      volumes: [volume('pv-1', { nodeAffinity: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['w2'] }] }] })],
    };
    const held = (host: string) =>
      unplaced('a', '', { nodeSelector: { 'kubernetes.io/hostname': host }, volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] });
    expect(blockage(held('w1'), clusterState(lists))).toMatchObject({ kinds: ['volume'], nodes: ['w1'] });
    expect(blockage(held('w9'), clusterState(lists))).toMatchObject({ kinds: ['selector'] });
  });

  it('prefers another reason to a cordon on as many nodes, and says that it is contested', () => {
    expect(blockage(unplaced('a', '', greedy), state([node('w1'), cordoned('w2')]))).toMatchObject({ kinds: ['cpu'] });
  });

  it('names all reasons when each node has the same several', () => {
    const tainted = node('w1', { spec: { taints: [{ key: 'x', effect: 'NoSchedule' }] } });
    expect(blockage(unplaced('a', '', greedy), state([tainted]))?.kinds).toEqual(['cpu', 'taint']);
  });

  it('remembers nodes that are out of order', () => {
    const dead = node('w2', { spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }] } });
    expect(blockage(unplaced('a', '', greedy), state([node('w1'), dead]))).toMatchObject({ kinds: ['cpu'], lost: ['w2'] });
    expect(blockage(unplaced('a', '', {}), state([dead]))).toMatchObject({ kinds: ['unready'] });
  });

  it('goes by the sentence when the nodes cannot be read, and when it names what they do not show', () => {
    const one = unplaced('a', '0/2 nodes are available: 2 Insufficient memory.');
    expect(blockage(one, undefined)).toMatchObject({ kinds: ['memory'], told: 'scheduler' });
    expect(blockage(one, state([cordoned('w1')]))).toMatchObject({ kinds: ['memory'], told: 'scheduler' });
  });

  it('tells affinity from selector by the pod, and leaves it open where a taint kept a node out before that filter', () => {
    const said = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.";
    const required = [{ matchExpressions: [{ key: 'disk', operator: 'In' as const, values: ['ssd'] }], matchFields: [] }];
    const affinity = { nodeAffinity: { required } };
    expect(blockage(unplaced('a', said, { affinity }), undefined)).toMatchObject({ kinds: ['affinity'], contested: false });
    expect(blockage(unplaced('a', said, { nodeSelector: { disk: 'ssd' } }), undefined)).toMatchObject({ kinds: ['selector'], contested: false });
    const tainted =
      "0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 2 node(s) didn't match Pod's node affinity/selector.";
    expect(blockage(unplaced('a', tainted, { nodeSelector: { disk: 'ssd' } }), undefined)).toMatchObject({ contested: true });
  });

  it('says nothing about a pod that waits for its volumes, or without a word from anybody', () => {
    expect(blockage(unplaced('a', '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'), state([cordoned('w1')]))).toBeUndefined();
    expect(blockage(unplaced('a', ''), state([node('w1')]))).toBeUndefined();
  });
});

describe('isUnschedulable', () => {
  it('leaves out pods that are placed, going, gated, or seconds old', () => {
    expect(isUnschedulable(unplaced('a', 'x'), NOW)).toBe(true);
    expect(isUnschedulable(pod('a'), NOW)).toBe(false);
    expect(isUnschedulable(unplaced('a', 'x', {}, { deletionTimestamp: NOW }), NOW)).toBe(false);
    expect(isUnschedulable(unplaced('a', 'x', {}, { creationTimestamp: '2026-03-01T11:59:55Z' }), NOW)).toBe(false);
    expect(
      isUnschedulable(
        pod('a', {
          spec: { nodeName: undefined },
          status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
        }),
        NOW,
      ),
    ).toBe(false);
  });
});
