import { describe, expect, it } from 'vitest';
import { autoscaler, circumstances, deployment } from '#testing/objects.ts';
import { askIn, seenIn } from '#testing/world.ts';
import { hpaTargetMissing } from './hpa-target-missing.ts';

const judge = async (more: Parameters<typeof autoscaler>[1], world: Parameters<typeof askIn>[0] = {}) => {
  const subject = {
    kind: 'HorizontalPodAutoscaler',
    ref: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'web' },
    object: autoscaler('web', more),
    seenIn,
  } as const;
  return [await hpaTargetMissing.judge(subject, askIn(world), circumstances)].flat();
};
const said = { status: { conditions: [{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message: 'deployments.apps "web" not found' }] } };

describe('hpa-target-missing', () => {
  it('is certain when list and autoscaler agree', async () => {
    expect(await judge(said, { deployments: [deployment('web-v2')] })).toMatchObject([
      { verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('is to scale Deployment web, which does not exist') } },
    ]);
  });

  it('goes by the autoscaler alone when the list cannot be read, or the kind is unknown', async () => {
    expect(await judge(said, { gaps: { deployments: 'forbidden' } })).toMatchObject([{ confidence: 'likely' }]);
    expect(await judge({ spec: { scaleTargetRef: { kind: 'Rollout', name: 'web' } } })).toEqual([]);
  });

  it('is ruled out when it exists, and undecided when nothing tells', async () => {
    expect(await judge({}, { deployments: [deployment('web')] })).toMatchObject([{ verdict: 'ruled-out' }]);
    expect(await judge({}, { gaps: { deployments: 'forbidden' } })).toMatchObject([{ verdict: 'undecided' }]);
  });
});
