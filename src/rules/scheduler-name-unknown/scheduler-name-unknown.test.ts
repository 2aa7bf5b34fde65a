import { describe, expect, it } from 'vitest';
import { circumstances } from '#testing/objects.ts';
import { askIn, only, pod, workload } from '#testing/world.ts';
import { schedulerNameUnknown } from './scheduler-name-unknown.ts';

const unseen = (schedulerName: string | undefined, more = {}) =>
  pod('checkout-1', {
    metadata: { creationTimestamp: '2026-03-01T11:50:00Z', ...more },
    spec: { nodeName: undefined, schedulerName },
    status: { phase: 'Pending', conditions: [] },
  });
const judge = async (one: ReturnType<typeof unseen>, others: readonly ReturnType<typeof unseen>[] = []) => {
  const { subject, pods } = workload('checkout', [one]);
  return [await schedulerNameUnknown.judge(subject, askIn({ pods: [...pods, ...others] }), circumstances)].flat();
};

describe('scheduler-name-unknown', () => {
  it('is likely when no scheduler has looked at the pod for a while', async () => {
    expect(await judge(unseen('volcano'))).toMatchObject([
      { verdict: 'found', confidence: 'likely', claim: { title: expect.stringContaining('names scheduler "volcano"') } },
    ]);
  });

  it('is possible only when that scheduler has placed others', async () => {
    expect(await judge(unseen('volcano'), [pod('other', { spec: { schedulerName: 'volcano' } })])).toMatchObject([{ confidence: 'possible' }]);
  });

  it('is not about the default scheduler, nor about pods that are seconds old', async () => {
    expect(await judge(unseen('default-scheduler'))).toEqual([]);
    expect(await judge(unseen(undefined))).toEqual([]);
    expect(await judge(unseen('volcano', { creationTimestamp: '2026-03-01T11:59:50Z' }))).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await schedulerNameUnknown.judge(workload('checkout').subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
