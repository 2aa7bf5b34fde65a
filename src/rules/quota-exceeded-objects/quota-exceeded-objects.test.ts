import { describe, expect, it } from 'vitest';
import { circumstances, quota, replicaSet } from '#testing/objects.ts';
import { askIn, event, only } from '#testing/world.ts';
import { quotaExceededObjects } from './quota-exceeded-objects.ts';

const subject = { kind: 'Namespace', ref: { kind: 'Namespace', name: 'shop' } } as const;
const refusal = (resource: string) =>
  `pods "checkout-1" is forbidden: exceeded quota: small, requested: ${resource}=1, used: ${resource}=5, limited: ${resource}=5`;
const refused = (resource = 'count/jobs.batch') =>
  replicaSet('checkout', {
    made: 0,
    conditions: [{ type: 'ReplicaFailure', status: 'True', message: refusal(resource), lastTransitionTime: '2026-03-01T11:50:00Z' }],
  });
const old = { creationTimestamp: '2026-01-01T00:00:00Z' };

describe('quota-exceeded-objects', () => {
  it('is certain when a controller is refused for it', async () => {
    const set = refused();
    const world = {
      replicasets: [set],
      events: [event(set, 'FailedCreate', `Error creating: ${refusal('count/jobs.batch')}`)],
      resourcequotas: [quota('small', { 'count/jobs.batch': '5' }, { 'count/jobs.batch': '5' }, old)],
    };
    expect(only(await quotaExceededObjects.judge(subject, askIn(world), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: {
        title: 'Quota small of namespace shop allows 5 jobs, 5 are used, and checkout wants 1 more',
        affects: [{ kind: 'Deployment', name: 'checkout' }],
      },
    });
  });

  it('is likely by the words of the controller alone', async () => {
    expect(
      only(await quotaExceededObjects.judge(subject, askIn({ replicasets: [refused()], gaps: { resourcequotas: 'forbidden' } }), circumstances)),
    ).toMatchObject({ verdict: 'found', confidence: 'likely' });
  });

  it('is ruled out when the quota is merely full, and has been so', async () => {
    const world = { resourcequotas: [quota('small', { 'count/jobs.batch': '5' }, { 'count/jobs.batch': '5' }, old)] };
    expect(only(await quotaExceededObjects.judge(subject, askIn(world), circumstances))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is possible when it was made full lately', async () => {
    const world = { resourcequotas: [quota('small', { 'count/jobs.batch': '5' }, { 'count/jobs.batch': '5' })] };
    expect(only(await quotaExceededObjects.judge(subject, askIn(world), circumstances))).toMatchObject({ verdict: 'found', confidence: 'possible' });
  });

  it('is not about refusals for other resources, nor about namespaces without such a quota', async () => {
    expect(await quotaExceededObjects.judge(subject, askIn({ replicasets: [refused('pods')] }), circumstances)).toEqual([]);
    expect(await quotaExceededObjects.judge(subject, askIn({ resourcequotas: [quota('small', { pods: '1' }, { pods: '1' })] }), circumstances)).toEqual([]);
  });

  it('is undecided when quotas cannot be read', async () => {
    expect(only(await quotaExceededObjects.judge(subject, askIn({ gaps: { resourcequotas: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
