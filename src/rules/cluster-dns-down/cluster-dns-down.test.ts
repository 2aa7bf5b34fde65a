import { describe, expect, it } from 'vitest';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import { askIn, meta, NOW, only, pod, podSpec, service, type World } from '#testing/world.ts';
import { clusterDnsDown } from './cluster-dns-down.ts';

const circumstances = { now: NOW, onset: NOW };
const judge = async (world: World) =>
  clusterDnsDown.judge({ kind: 'Cluster', ref: { kind: 'Cluster', name: 'cluster' }, namespaces: ['shop'] }, askIn(world), circumstances);
const labels = { 'k8s-app': 'kube-dns' };
const dns = (ready: string) => pod('coredns-1', { metadata: { namespace: 'kube-system', labels }, status: { conditions: [{ type: 'Ready', status: ready }] } });
const coredns = (replicas: number): Deployment => ({
  kind: 'Deployment',
  metadata: meta('coredns', { namespace: 'kube-system', labels }),
  spec: { replicas, selector: { matchLabels: labels, matchExpressions: [] }, template: { metadata: meta('', { labels }), spec: podSpec() }, strategy: {} },
  status: { replicas, updatedReplicas: replicas, readyReplicas: 0, availableReplicas: 0, unavailableReplicas: replicas, conditions: [] },
});

describe('cluster-dns-down', () => {
  it('is certain when no DNS pod is ready', async () => {
    expect(only(await judge({ deployments: [coredns(1)], pods: [dns('False'), pod('web-1')] }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { subject: { kind: 'Deployment', name: 'coredns' }, affects: [{ name: 'web-1' }] },
    });
  });

  it('finds a DNS that is scaled to zero', async () => {
    expect(only(await judge({ deployments: [coredns(0)] }))).toMatchObject({ claim: { title: expect.stringContaining('scaled to zero') } });
  });

  it('finds a Service whose endpoints do not lead to the pods', async () => {
    const world: World = {
      deployments: [coredns(1)],
      pods: [dns('True')],
      services: [service('kube-dns', { metadata: { namespace: 'kube-system', labels } })],
      endpoints: [{ kind: 'EndpointSlice', metadata: meta('kube-dns', { namespace: 'kube-system' }), addresses: [], ports: [] }],
    };
    expect(only(await judge(world))).toMatchObject({ confidence: 'likely', claim: { subject: { kind: 'Service', name: 'kube-dns' } } });
  });

  it('is ruled out when a DNS pod is ready', async () => {
    expect(only(await judge({ deployments: [coredns(1)], pods: [dns('True')] }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('says nothing about a cluster whose DNS cannot be seen', async () => {
    expect(await judge({})).toEqual([]);
    expect(await judge({ gaps: { deployments: 'forbidden' } })).toEqual([]);
  });
});
