import { describe, expect, it } from 'vitest';
import { circumstances, podIn, secret } from '#testing/objects.ts';
import { askIn, event, only, pod, workload } from '#testing/world.ts';
import { imageAccessDenied } from './image-access-denied.ts';

const waiting = (message: string, spec = {}, reason = 'ImagePullBackOff') => podIn('checkout-1', { waiting: { reason, message } }, { spec });

describe('image-access-denied', () => {
  it('is certain when the registry said so', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off pulling image', { imagePullSecrets: ['team-registry'] })]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": 401 Unauthorized')];
    expect(only(await imageAccessDenied.judge(subject, askIn({ pods, events, secrets: [secret('team-registry')] }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('although pull secret team-registry is given') },
    });
  });

  it('is not found when the pull fails for another reason', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off pulling image', { imagePullSecrets: ['team-registry'] })]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": registry.example/app:1.0: not found')];
    expect([await imageAccessDenied.judge(subject, askIn({ pods, events }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is not found for a pod that runs, whatever its old events say', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": 401 Unauthorized')];
    expect([await imageAccessDenied.judge(subject, askIn({ pods, events }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('checkout');
    expect(only(await imageAccessDenied.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });

  it('leaves a pull secret that does not exist to its own rule', async () => {
    const { subject, pods } = workload('checkout', [waiting('401 Unauthorized', { imagePullSecrets: ['team-registry'] }, 'ErrImagePull')]);
    const world = { pods, secrets: [secret('other')] };
    expect(only(await imageAccessDenied.judge(subject, askIn(world), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
