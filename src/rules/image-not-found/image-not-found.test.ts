import { describe, expect, it } from 'vitest';
import { askIn, event, NOW, only, pod, workload } from '#testing/world.ts';
import { imageNotFound } from './image-not-found.ts';

const circumstances = { now: NOW, onset: NOW };
const waiting = (message: string) =>
  pod('checkout-1', {
    status: {
      phase: 'Pending',
      conditions: [],
      containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff', message } }, lastState: {} }],
    },
  });

describe('image-not-found', () => {
  it('is certain when the kubelet waits and the registry said so', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off pulling image "registry.example/app:1.0"')]);
    const events = [
      event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": rpc error: code = NotFound desc = registry.example/app:1.0: not found'),
    ];
    const verdict = only(await imageNotFound.judge(subject, askIn({ pods, events }), circumstances));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('registry.example/app:1.0') } });
  });

  it('is undecided when the registry refused for another reason', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off')]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image: 401 Unauthorized')];
    expect(only(await imageNotFound.judge(subject, askIn({ pods, events }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });

  it('is ruled out when no container waits for its image', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    expect(only(await imageNotFound.judge(subject, askIn({ pods }), circumstances))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('checkout');
    expect(only(await imageNotFound.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
