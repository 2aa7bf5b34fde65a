import { describe, expect, it } from 'vitest';
import { saidObstacles } from './scheduler-words.ts';

const kinds = (message: string) => saidObstacles(message).map(({ kind, nodes }) => `${nodes} ${kind}`);

describe('saidObstacles', () => {
  it.each([
    [
      '0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu. preemption: 0/4 nodes are available: 4 No preemption victims found.',
      ['1 cordoned', '3 cpu'],
    ],
    [
      "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't match Pod's node affinity/selector.",
      ['1 control-plane', '2 selector'],
    ],
    ["0/2 nodes are available: 2 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate.", ['2 taint']],
    ['0/2 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 1 Too many pods.', ['1 unready', '1 pods']],
    ["0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.", ['3 anti-affinity']],
    ["0/3 nodes are available: 3 node(s) didn't match pod affinity rules.", ['3 pod-affinity']],
    ["0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints.", ['3 spread']],
    ['0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4', ['4 unbound-claim']],
    ['0/4 nodes are available: persistentvolumeclaim "data" not found.', ['4 missing-claim']],
    ['0/1 nodes are available: 1 node(s) had volume node affinity conflict.', ['1 volume']],
    ["0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.", ['1 host-port']],
    ['0/1 nodes are available: 1 Insufficient example.com/gpu.', ['1 resource']],
    ['0/1 nodes are available: 1 something new.', ['1 other']],
    ['no nodes available to schedule pods', []],
    ['', []],
  ])('%s', (message, expected) => expect(kinds(message)).toEqual(expected));
});
