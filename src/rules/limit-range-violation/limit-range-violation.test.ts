import { describe, expect, it } from 'vitest';
import { circumstances, replicaSet } from '#testing/objects.ts';
import { askIn, event, pod, workload } from '#testing/world.ts';
import { limitRangeViolation } from './limit-range-violation.ts';

const MESSAGE = 'pods "checkout-1" is forbidden: [maximum cpu usage per Container is 800m, but limit is 2]';
const judge = async (message: string, told = true, pods: readonly ReturnType<typeof pod>[] = []) => {
  const { subject, pods: own } = workload('checkout', pods);
  const conditions = told ? [{ type: 'ReplicaFailure', status: 'True', message, lastTransitionTime: '2026-03-01T11:50:00Z' }] : [];
  const set = replicaSet('checkout', { replicas: pods.length + (told ? 1 : 0), made: pods.length, conditions });
  return [
    await limitRangeViolation.judge(
      subject,
      askIn({ pods: own, replicasets: [set], events: [event(set, 'FailedCreate', `Error creating: ${message}`)] }),
      circumstances,
    ),
  ].flat();
};

describe('limit-range-violation', () => {
  it('is certain when the controller and its event say so', async () => {
    expect(await judge(MESSAGE)).toMatchObject([
      {
        verdict: 'found',
        confidence: 'certain',
        claim: { title: expect.stringContaining('maximum cpu usage per Container is 800m, but limit is 2'), since: '2026-03-01T11:50:00Z' },
      },
    ]);
  });

  it('is not it when the pods were created in the end', async () => {
    expect(await judge(MESSAGE, false, [pod('checkout-1', { metadata: { creationTimestamp: '2026-03-01T11:56:00Z' } })])).toEqual([]);
  });

  it('is not about other refusals', async () => expect(await judge('exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1')).toEqual([]));
});
