import { describe, expect, it } from 'vitest';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { claim, volume } from '#testing/objects.ts';
import { container, meta, node, pod } from '#testing/world.ts';
import { type ClusterLists, clusterState, obstaclesOn, tolerates } from './node-fit.ts';

const lists = (more: Partial<ClusterLists> = {}) => clusterState({ nodes: [node('node-1')], pods: [], volumes: [], claims: [], ...more });
const kinds = (one: Pod, state = lists()) => obstaclesOn(state.nodes[0]!, one, state).map(({ kind }) => kind);
const wants = (cpu: string, memory = '1Gi') => ({
  nodeName: undefined,
  containers: [container('app', { resources: { requests: { cpu, memory }, limits: {} } })],
});

describe('obstaclesOn', () => {
  it('finds none for a pod that fits', () => expect(kinds(pod('a', { spec: wants('1') }))).toEqual([]));

  it('adds up what other pods have reserved, but not what finished ones had', () => {
    const there = pod('there', { spec: { ...wants('3.5'), nodeName: 'node-1' } });
    const done = pod('done', { spec: { ...wants('3.5'), nodeName: 'node-1' }, status: { phase: 'Succeeded' } });
    expect(kinds(pod('a', { spec: wants('1') }), lists({ pods: [there] }))).toEqual(['cpu']);
    expect(kinds(pod('a', { spec: wants('1') }), lists({ pods: [done] }))).toEqual([]);
  });

  it('counts pods against the limit of the node', () => {
    const small = node('node-1', { status: { allocatable: { cpu: '4', memory: '8Gi', pods: '1' } } });
    expect(kinds(pod('a', { spec: wants('1') }), lists({ nodes: [small], pods: [pod('there')] }))).toEqual(['pods']);
  });

  it('tells an extended resource that the node does not have', () => {
    const gpu = pod('a', {
      spec: { nodeName: undefined, containers: [container('app', { resources: { requests: {}, limits: { 'example.com/gpu': '1' } } })] },
    });
    expect(kinds(gpu)).toEqual(['resource']);
  });

  it('tells cordon, taint, control plane and a condition of the node apart', () => {
    const taints = [
      { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' },
      { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
      { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
      { key: 'soft', effect: 'PreferNoSchedule' },
    ];
    expect(kinds(pod('a', { spec: wants('1') }), lists({ nodes: [node('node-1', { spec: { unschedulable: true, taints } })] }))).toEqual([
      'cordoned',
      'taint',
      'control-plane',
      'unready',
    ]);
  });

  it('matches selectors and node affinity, with numbers and several terms', () => {
    const state = lists({ nodes: [node('node-1', { metadata: { labels: { disk: 'ssd', cores: '16' } } })] });
    const affinity = (operator: string, values: readonly string[]) => ({
      nodeAffinity: { required: [{ matchExpressions: [{ key: 'cores', operator, values }], matchFields: [] }] },
    });
    expect(kinds(pod('a', { spec: { ...wants('1'), nodeSelector: { disk: 'hdd' } } }), state)).toEqual(['selector']);
    expect(kinds(pod('a', { spec: { ...wants('1'), affinity: affinity('Gt', ['8']) } }), state)).toEqual([]);
    expect(kinds(pod('a', { spec: { ...wants('1'), affinity: affinity('Lt', ['8']) } }), state)).toEqual(['affinity']);
    expect(kinds(pod('a', { spec: { ...wants('1'), affinity: { nodeAffinity: { required: [{ matchExpressions: [], matchFields: [] }] } } } }), state)).toEqual([
      'affinity',
    ]);
  });

  it('keeps pods apart, whichever of the two asks for it', () => {
    const term = { labelSelector: { matchLabels: { app: 'db' }, matchExpressions: [] }, topologyKey: 'kubernetes.io/hostname', namespaces: [] };
    const labels = { metadata: { labels: { app: 'db' } } };
    const shy = { podAntiAffinity: { required: [term] } };
    expect(kinds(pod('a', { ...labels, spec: { ...wants('1'), affinity: shy } }), lists({ pods: [pod('b', labels)] }))).toEqual(['anti-affinity']);
    expect(kinds(pod('a', { ...labels, spec: wants('1') }), lists({ pods: [pod('b', { ...labels, spec: { affinity: shy } })] }))).toEqual(['anti-affinity']);
    expect(
      kinds(
        pod('a', { spec: { ...wants('1'), affinity: shy } }),
        lists({ pods: [pod('b', { metadata: { ...meta('b').labels, namespace: 'other', labels: { app: 'db' } } })] }),
      ),
    ).toEqual([]);
  });

  it('lets the first of a kind be alone, but not one that wants company of another kind', () => {
    const near = (app: string) => ({
      podAffinity: { required: [{ labelSelector: { matchLabels: { app }, matchExpressions: [] }, topologyKey: 'kubernetes.io/hostname', namespaces: [] }] },
    });
    const own = { metadata: { labels: { app: 'cache' } } };
    expect(kinds(pod('a', { ...own, spec: { ...wants('1'), affinity: near('cache') } }))).toEqual([]);
    expect(kinds(pod('a', { ...own, spec: { ...wants('1'), affinity: near('web') } }))).toEqual(['pod-affinity']);
  });

  it('knows where the volume of a claim may be used', () => {
    const state = lists({
      claims: [claim('data', { volumeName: 'pv-1' }, 'Bound')],
      volumes: [volume('pv-1', { nodeAffinity: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-9'] }] }] })],
    });
    const mounting = pod('a', { spec: { ...wants('1'), volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } });
    expect(kinds(mounting, state)).toEqual(['volume']);
  });

  it('knows that a host port can be held once', () => {
    const port = { containers: [container('app', { ports: [{ containerPort: 80, hostPort: 80 }] })] };
    expect(kinds(pod('a', { spec: { ...port, nodeName: undefined } }), lists({ pods: [pod('b', { spec: port })] }))).toEqual(['host-port']);
  });
});

describe('tolerates', () => {
  const taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
  it.each([
    [{ operator: 'Exists' }, true],
    [{ key: 'dedicated', operator: 'Exists' }, true],
    [{ key: 'dedicated', value: 'gpu' }, true],
    [{ key: 'dedicated', value: 'cpu' }, false],
    [{ key: 'dedicated', value: 'gpu', effect: 'NoExecute' }, false],
    [{ operator: 'Equal', value: 'gpu' }, false],
  ])('%o: %s', (toleration, expected) => expect(tolerates(toleration, taint)).toBe(expected));
});
