import { describe, expect, it } from 'vitest';
import { circumstances, podIn } from '#testing/objects.ts';
import { askIn, event, only, pod, workload } from '#testing/world.ts';
import { imagePullRateLimited } from './image-pull-rate-limited.ts';

const waiting = (message: string, spec = {}, reason = 'ImagePullBackOff') => podIn('checkout-1', { waiting: { reason, message } }, { spec });

describe('image-pull-rate-limited', () => {
  it('is certain when the registry said so', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off pulling image', {})]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": toomanyrequests: You have reached your pull rate limit')];
    expect(only(await imagePullRateLimited.judge(subject, askIn({ pods, events }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('limits the rate of pulls') },
    });
  });

  it('is not found when the pull fails for another reason', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off pulling image', {})]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": registry.example/app:1.0: not found')];
    expect([await imagePullRateLimited.judge(subject, askIn({ pods, events }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is not found for a pod that runs, whatever its old events say', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": toomanyrequests: You have reached your pull rate limit')];
    expect([await imagePullRateLimited.judge(subject, askIn({ pods, events }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('checkout');
    expect(only(await imagePullRateLimited.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
