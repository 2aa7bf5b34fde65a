import { describe, expect, it } from 'vitest';
import { circumstances, replicaSet } from '#testing/objects.ts';
import { askIn, event, pod, workload } from '#testing/world.ts';
import { quotaRequiresResources } from './quota-requires-resources.ts';

const MESSAGE = 'pods "checkout-1" is forbidden: failed quota: small: must specify limits.cpu for: app; requests.cpu for: app';
const judge = async (message: string, told = true, pods: readonly ReturnType<typeof pod>[] = []) => {
  const { subject, pods: own } = workload('checkout', pods);
  const conditions = told ? [{ type: 'ReplicaFailure', status: 'True', message, lastTransitionTime: '2026-03-01T11:50:00Z' }] : [];
  const set = replicaSet('checkout', { replicas: pods.length + (told ? 1 : 0), made: pods.length, conditions });
  return [
    await quotaRequiresResources.judge(
      subject,
      askIn({ pods: own, replicasets: [set], events: [event(set, 'FailedCreate', `Error creating: ${message}`)] }),
      circumstances,
    ),
  ].flat();
};

describe('quota-requires-resources', () => {
  it('is certain when the controller and its event say so', async () => {
    expect(await judge(MESSAGE)).toMatchObject([
      {
        verdict: 'found',
        confidence: 'certain',
        claim: {
          title: expect.stringContaining('Quota small wants containers to set what checkout does not: limits.cpu for: app'),
          since: '2026-03-01T11:50:00Z',
        },
      },
    ]);
  });

  it('is not it when the pods were created in the end', async () => {
    expect(await judge(MESSAGE, false, [pod('checkout-1', { metadata: { creationTimestamp: '2026-03-01T11:56:00Z' } })])).toEqual([]);
  });

  it('is not about other refusals', async () => expect(await judge('exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1')).toEqual([]));
});
