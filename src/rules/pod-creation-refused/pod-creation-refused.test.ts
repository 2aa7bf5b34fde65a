import { describe, expect, it } from 'vitest';
import { circumstances, replicaSet } from '#testing/objects.ts';
import { askIn, event, pod, workload } from '#testing/world.ts';
import { podCreationRefused } from './pod-creation-refused.ts';

const MESSAGE = 'Internal error occurred: something new';
const judge = async (message: string, told = true, pods: readonly ReturnType<typeof pod>[] = []) => {
  const { subject, pods: own } = workload('checkout', pods);
  const conditions = told ? [{ type: 'ReplicaFailure', status: 'True', message, lastTransitionTime: '2026-03-01T11:50:00Z' }] : [];
  const set = replicaSet('checkout', { replicas: pods.length + (told ? 1 : 0), made: pods.length, conditions });
  return [
    await podCreationRefused.judge(
      subject,
      askIn({ pods: own, replicasets: [set], events: [event(set, 'FailedCreate', `Error creating: ${message}`)] }),
      circumstances,
    ),
  ].flat();
};

describe('pod-creation-refused', () => {
  it('is certain when the controller and its event say so', async () => {
    expect(await judge(MESSAGE)).toMatchObject([
      {
        verdict: 'found',
        confidence: 'certain',
        claim: { title: expect.stringContaining('1 pod of checkout cannot be created: Internal error occurred: something new'), since: '2026-03-01T11:50:00Z' },
      },
    ]);
  });

  it('is not it when the pods were created in the end', async () => {
    expect(await judge(MESSAGE, false, [pod('checkout-1', { metadata: { creationTimestamp: '2026-03-01T11:56:00Z' } })])).toEqual([]);
  });

  it('is not about a workload that has what it wants', async () => expect(await judge(MESSAGE, false)).toEqual([]));
});
