import { describe, expect, it } from 'vitest';
import { circumstances, podIn } from '#testing/objects.ts';
import { askIn, container, event, only, pod, workload } from '#testing/world.ts';
import { imageRegistryDns } from './image-registry-dns.ts';

const waiting = (message: string, spec = {}, reason = 'ImagePullBackOff') => podIn('checkout-1', { waiting: { reason, message } }, { spec });

describe('image-registry-dns', () => {
  it('is certain when the registry said so', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off pulling image', {})]);
    const events = [
      event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": dial tcp: lookup registry.example on 10.0.0.10:53: no such host'),
    ];
    expect(only(await imageRegistryDns.judge(subject, askIn({ pods, events }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('Registry host registry.example in image') },
    });
  });

  it('is not found when the pull fails for another reason', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off pulling image', {})]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": registry.example/app:1.0: not found')];
    expect([await imageRegistryDns.judge(subject, askIn({ pods, events }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is not found for a pod that runs, whatever its old events say', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    const events = [
      event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": dial tcp: lookup registry.example on 10.0.0.10:53: no such host'),
    ];
    expect([await imageRegistryDns.judge(subject, askIn({ pods, events }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('checkout');
    expect(only(await imageRegistryDns.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });

  it('blames the node when other images come from the same host', async () => {
    const { subject, pods } = workload('checkout', [waiting('lookup registry.example on 10.0.0.10:53: no such host', {}, 'ErrImagePull')]);
    const other = pod('other', { spec: { containers: [container('x', { image: 'registry.example/other:1' })] } });
    expect(only(await imageRegistryDns.judge(subject, askIn({ pods: [...pods, other] }), circumstances))).toMatchObject({
      confidence: 'likely',
      claim: { subject: { kind: 'Node', name: 'node-1' } },
    });
  });
});
