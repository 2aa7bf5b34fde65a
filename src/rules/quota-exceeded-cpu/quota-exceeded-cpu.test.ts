import { describe, expect, it } from 'vitest';
import { circumstances, quota, replicaSet } from '#testing/objects.ts';
import { askIn, event, only } from '#testing/world.ts';
import { quotaExceededCpu } from './quota-exceeded-cpu.ts';

const subject = { kind: 'Namespace', ref: { kind: 'Namespace', name: 'shop' } } as const;
const refusal = (resource: string) =>
  `pods "checkout-1" is forbidden: exceeded quota: small, requested: ${resource}=500m, used: ${resource}=10, limited: ${resource}=1`;
const refused = (resource = 'requests.cpu') =>
  replicaSet('checkout', {
    made: 0,
    conditions: [{ type: 'ReplicaFailure', status: 'True', message: refusal(resource), lastTransitionTime: '2026-03-01T11:50:00Z' }],
  });
const old = { creationTimestamp: '2026-01-01T00:00:00Z' };

describe('quota-exceeded-cpu', () => {
  it('is certain when a controller is refused for it', async () => {
    const set = refused();
    const world = {
      replicasets: [set],
      events: [event(set, 'FailedCreate', `Error creating: ${refusal('requests.cpu')}`)],
      resourcequotas: [quota('small', { 'requests.cpu': '1' }, { 'requests.cpu': '10' }, old)],
    };
    expect(only(await quotaExceededCpu.judge(subject, askIn(world), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: {
        title: 'Quota small of namespace shop allows requests.cpu of 1, 10 is used, and checkout wants 500m more',
        affects: [{ kind: 'Deployment', name: 'checkout' }],
      },
    });
  });

  it('is likely by the words of the controller alone', async () => {
    expect(
      only(await quotaExceededCpu.judge(subject, askIn({ replicasets: [refused()], gaps: { resourcequotas: 'forbidden' } }), circumstances)),
    ).toMatchObject({ verdict: 'found', confidence: 'likely' });
  });

  it('is ruled out when the quota is merely full, and has been so', async () => {
    const world = { resourcequotas: [quota('small', { 'requests.cpu': '1' }, { 'requests.cpu': '1' }, old)] };
    expect(only(await quotaExceededCpu.judge(subject, askIn(world), circumstances))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is possible when it was made full lately', async () => {
    const world = { resourcequotas: [quota('small', { 'requests.cpu': '1' }, { 'requests.cpu': '1' })] };
    expect(only(await quotaExceededCpu.judge(subject, askIn(world), circumstances))).toMatchObject({ verdict: 'found', confidence: 'possible' });
  });

  it('is not about refusals for other resources, nor about namespaces without such a quota', async () => {
    expect(await quotaExceededCpu.judge(subject, askIn({ replicasets: [refused('pods')] }), circumstances)).toEqual([]);
    expect(await quotaExceededCpu.judge(subject, askIn({ resourcequotas: [quota('small', { pods: '1' }, { pods: '1' })] }), circumstances)).toEqual([]);
  });

  it('is undecided when quotas cannot be read', async () => {
    expect(only(await quotaExceededCpu.judge(subject, askIn({ gaps: { resourcequotas: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
