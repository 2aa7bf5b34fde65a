import { describe, expect, it } from 'vitest';
import { autoscaler, circumstances } from '#testing/objects.ts';
import { askIn, meta, seenIn } from '#testing/world.ts';
import { hpaMetricsUnavailable } from './hpa-metrics-unavailable.ts';

const judge = async (more: Parameters<typeof autoscaler>[1], world: Parameters<typeof askIn>[0] = {}) => {
  const subject = {
    kind: 'HorizontalPodAutoscaler',
    ref: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'web' },
    object: autoscaler('web', more),
    seenIn,
  } as const;
  return [await hpaMetricsUnavailable.judge(subject, askIn(world), circumstances)].flat();
};
const failing = (message: string, lastTransitionTime = '2026-03-01T11:00:00Z', reason = 'FailedGetResourceMetric') => ({
  status: { conditions: [{ type: 'ScalingActive', status: 'False', reason, message, lastTransitionTime }] },
});

describe('hpa-metrics-unavailable', () => {
  it('names the workload when a container has no request', async () => {
    expect(await judge(failing('failed to get cpu utilization: missing request for cpu in container app of Pod web-1'))).toMatchObject([
      {
        verdict: 'found',
        confidence: 'certain',
        claim: { title: 'Autoscaler web scales by cpu, but container app of web has no cpu request', subject: { kind: 'Deployment', name: 'web' } },
      },
    ]);
  });

  it('names the API when it is not available', async () => {
    const api = {
      kind: 'APIService',
      metadata: meta('v1beta1.metrics.k8s.io', { namespace: undefined }),
      spec: {},
      status: { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] },
    };
    expect(await judge(failing('unable to fetch metrics from resource metrics API'), { apiservices: [api] })).toMatchObject([
      { confidence: 'certain', claim: { subject: { kind: 'APIService', name: 'v1beta1.metrics.k8s.io' } } },
    ]);
  });

  it('is likely when it is not known why', async () =>
    expect(await judge(failing('no metrics returned'))).toMatchObject([{ verdict: 'found', confidence: 'likely' }]));

  it('gives fresh pods time, and does not mind being switched off', async () => {
    expect(await judge(failing('no metrics returned', '2026-03-01T11:58:00Z'))).toEqual([]);
    expect(await judge(failing('scaling is disabled since the replica count of the target is zero', undefined, 'ScalingDisabled'))).toMatchObject([
      { verdict: 'ruled-out' },
    ]);
  });

  it('is ruled out when metrics are read', async () => expect(await judge({})).toMatchObject([{ verdict: 'ruled-out' }]));
});
