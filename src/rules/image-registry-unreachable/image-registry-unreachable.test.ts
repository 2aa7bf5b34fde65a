import { describe, expect, it } from 'vitest';
import { circumstances, podIn } from '#testing/objects.ts';
import { askIn, container, event, only, pod, workload } from '#testing/world.ts';
import { imageRegistryUnreachable } from './image-registry-unreachable.ts';

const waiting = (message: string, spec = {}, reason = 'ImagePullBackOff') => podIn('checkout-1', { waiting: { reason, message } }, { spec });

describe('image-registry-unreachable', () => {
  it('is certain when the registry said so', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off pulling image', {})]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": dial tcp 192.0.2.4:443: connect: connection refused')];
    expect(only(await imageRegistryUnreachable.judge(subject, askIn({ pods, events }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('refuses connections from node node-1') },
    });
  });

  it('is not found when the pull fails for another reason', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off pulling image', {})]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": registry.example/app:1.0: not found')];
    expect([await imageRegistryUnreachable.judge(subject, askIn({ pods, events }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is not found for a pod that runs, whatever its old events say', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": dial tcp 192.0.2.4:443: connect: connection refused')];
    expect([await imageRegistryUnreachable.judge(subject, askIn({ pods, events }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('checkout');
    expect(only(await imageRegistryUnreachable.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });

  it('blames the node when several registries cannot be reached from it', async () => {
    const { subject, pods } = workload('checkout', [waiting('dial tcp 192.0.2.4:443: i/o timeout', {}, 'ErrImagePull')]);
    const other = podIn(
      'other',
      { waiting: { reason: 'ErrImagePull', message: 'dial tcp 192.0.2.9:443: i/o timeout' } },
      { spec: { containers: [container('x', { image: 'elsewhere.example/x:1' })] } },
    );
    expect(only(await imageRegistryUnreachable.judge(subject, askIn({ pods: [...pods, other] }), circumstances))).toMatchObject({
      claim: { subject: { kind: 'Node', name: 'node-1' } },
    });
  });
});
