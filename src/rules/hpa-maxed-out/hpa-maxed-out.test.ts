import { describe, expect, it } from 'vitest';
import { autoscaler, circumstances } from '#testing/objects.ts';
import { askIn, seenIn } from '#testing/world.ts';
import { hpaMaxedOut } from './hpa-maxed-out.ts';

const judge = async (more: Parameters<typeof autoscaler>[1], world: Parameters<typeof askIn>[0] = {}) => {
  const subject = {
    kind: 'HorizontalPodAutoscaler',
    ref: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'web' },
    object: autoscaler('web', more),
    seenIn,
  } as const;
  return [await hpaMaxedOut.judge(subject, askIn(world), circumstances)].flat();
};
const maxed = (lastTransitionTime = '2026-03-01T11:00:00Z', spec = {}) => ({
  spec,
  status: { currentReplicas: 5, desiredReplicas: 5, conditions: [{ type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas', lastTransitionTime }] },
});

describe('hpa-maxed-out', () => {
  it('is certain when it has been at its maximum for a while', async () => {
    expect(await judge(maxed())).toMatchObject([
      {
        verdict: 'found',
        confidence: 'certain',
        claim: { title: expect.stringContaining('at its maximum of 5 replicas'), affects: [{ kind: 'Deployment', name: 'web' }] },
      },
    ]);
  });

  it('lets a short peak pass, and a number that is fixed on purpose', async () => {
    expect(await judge(maxed('2026-03-01T11:55:00Z'))).toEqual([]);
    expect(await judge(maxed(undefined, { minReplicas: 5 }))).toEqual([]);
  });

  it('is ruled out below the maximum, and at the minimum', async () => {
    expect(await judge({})).toMatchObject([{ verdict: 'ruled-out' }]);
    expect(await judge({ status: { conditions: [{ type: 'ScalingLimited', status: 'True', reason: 'TooFewReplicas' }] } })).toMatchObject([
      { verdict: 'ruled-out' },
    ]);
  });
});
