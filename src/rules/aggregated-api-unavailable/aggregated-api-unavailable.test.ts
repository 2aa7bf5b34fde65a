import { describe, expect, it } from 'vitest';
import { askIn, meta, NOW, only, type World } from '#testing/world.ts';
import { aggregatedApiUnavailable } from './aggregated-api-unavailable.ts';

const circumstances = { now: NOW, onset: NOW };
const judge = async (world: World) =>
  aggregatedApiUnavailable.judge({ kind: 'Cluster', ref: { kind: 'Cluster', name: 'cluster' }, namespaces: ['shop'] }, askIn(world), circumstances);
const api = (status: string) => ({
  kind: 'APIService',
  metadata: meta('v1beta1.metrics.k8s.io', { namespace: undefined }),
  spec: { service: { namespace: 'kube-system', name: 'metrics-server' } },
  status: { conditions: [{ type: 'Available', status, reason: 'MissingEndpoints' }] },
});

describe('aggregated-api-unavailable', () => {
  it('names the Service that should answer', async () => {
    expect(only(await judge({ apiservices: [api('False')] }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { subject: { kind: 'Service', name: 'metrics-server' } },
    });
  });

  it('says nothing about an API that is available', async () => {
    expect(await judge({ apiservices: [api('True')] })).toEqual([]);
  });

  it('says nothing when they cannot be listed', async () => {
    expect(await judge({ gaps: { apiservices: 'forbidden' } })).toEqual([]);
  });
});
