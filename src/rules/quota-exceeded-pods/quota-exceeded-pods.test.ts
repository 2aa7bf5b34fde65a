import { describe, expect, it } from 'vitest';
import { circumstances, quota, replicaSet } from '#testing/objects.ts';
import { askIn, event, only } from '#testing/world.ts';
import { quotaExceededPods } from './quota-exceeded-pods.ts';

const subject = { kind: 'Namespace', ref: { kind: 'Namespace', name: 'shop' } } as const;
const refusal = (resource: string) =>
  `pods "checkout-1" is forbidden: exceeded quota: small, requested: ${resource}=1, used: ${resource}=10, limited: ${resource}=10`;
const refused = (resource = 'pods') =>
  replicaSet('checkout', {
    made: 0,
    conditions: [{ type: 'ReplicaFailure', status: 'True', message: refusal(resource), lastTransitionTime: '2026-03-01T11:50:00Z' }],
  });
const old = { creationTimestamp: '2026-01-01T00:00:00Z' };

describe('quota-exceeded-pods', () => {
  it('is certain when a controller is refused for it', async () => {
    const set = refused();
    const world = {
      replicasets: [set],
      events: [event(set, 'FailedCreate', `Error creating: ${refusal('pods')}`)],
      resourcequotas: [quota('small', { pods: '10' }, { pods: '10' }, old)],
    };
    expect(only(await quotaExceededPods.judge(subject, askIn(world), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: {
        title: 'Quota small of namespace shop allows 10 pods, 10 are used, and checkout wants 1 more',
        affects: [{ kind: 'Deployment', name: 'checkout' }],
      },
    });
  });

  it('is likely by the words of the controller alone', async () => {
    expect(
      only(await quotaExceededPods.judge(subject, askIn({ replicasets: [refused()], gaps: { resourcequotas: 'forbidden' } }), circumstances)),
    ).toMatchObject({ verdict: 'found', confidence: 'likely' });
  });

  it('is ruled out when the quota is merely full, and has been so', async () => {
    const world = { resourcequotas: [quota('small', { pods: '10' }, { pods: '10' }, old)] };
    expect(only(await quotaExceededPods.judge(subject, askIn(world), circumstances))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is possible when it was made full lately', async () => {
    const world = { resourcequotas: [quota('small', { pods: '10' }, { pods: '10' })] };
    expect(only(await quotaExceededPods.judge(subject, askIn(world), circumstances))).toMatchObject({ verdict: 'found', confidence: 'possible' });
  });

  it('is not about refusals for other resources, nor about namespaces without such a quota', async () => {
    expect(await quotaExceededPods.judge(subject, askIn({ replicasets: [refused('requests.cpu')] }), circumstances)).toEqual([]);
    expect(
      await quotaExceededPods.judge(subject, askIn({ resourcequotas: [quota('small', { 'requests.cpu': '1' }, { 'requests.cpu': '1' })] }), circumstances),
    ).toEqual([]);
  });

  it('is undecided when quotas cannot be read', async () => {
    expect(only(await quotaExceededPods.judge(subject, askIn({ gaps: { resourcequotas: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
