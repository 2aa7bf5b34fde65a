import { describe, expect, it } from 'vitest';
import { circumstances, replicaSet, serviceAccount } from '#testing/objects.ts';
import { askIn, event, pod, workload } from '#testing/world.ts';
import { missingServiceAccount } from './missing-service-account.ts';

const MESSAGE = 'pods "checkout-abc-" is forbidden: error looking up service account shop/chekout: serviceaccount "chekout" not found';
const conditions = [{ type: 'ReplicaFailure', status: 'True', message: MESSAGE, lastTransitionTime: '2026-03-01T11:50:00Z' }];
const judge = async (set: ReturnType<typeof replicaSet>, world: Parameters<typeof askIn>[0] = {}) =>
  [
    await missingServiceAccount.judge(
      workload('checkout').subject,
      askIn({ replicasets: [set], events: [event(set, 'FailedCreate', `Error creating: ${MESSAGE}`)], ...world }),
      circumstances,
    ),
  ].flat();

describe('missing-service-account', () => {
  it('is certain when pods are refused and the account is not there', async () => {
    expect(await judge(replicaSet('checkout', { made: 0, conditions }), { serviceaccounts: [serviceAccount('checkout')] })).toMatchObject([
      {
        verdict: 'found',
        confidence: 'certain',
        claim: { title: 'ServiceAccount chekout, which checkout names, does not exist in namespace shop; there is checkout' },
      },
    ]);
  });

  it('is likely when accounts cannot be read', async () => {
    expect(await judge(replicaSet('checkout', { made: 0, conditions }), { gaps: { serviceaccounts: 'forbidden' } })).toMatchObject([
      { verdict: 'found', confidence: 'likely' },
    ]);
  });

  it('is undecided when the account exists by now', async () => {
    expect(await judge(replicaSet('checkout', { made: 0, conditions }), { serviceaccounts: [serviceAccount('chekout')] })).toMatchObject([
      { verdict: 'undecided' },
    ]);
  });

  it('is not about the stumbling of a start that is over', async () => {
    const { pods } = workload('checkout', [pod('checkout-1')]);
    expect(await judge(replicaSet('checkout'), { pods })).toEqual([]);
  });
});
