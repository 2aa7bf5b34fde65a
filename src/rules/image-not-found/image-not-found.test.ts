import { describe, expect, it } from 'vitest';
import { circumstances, podIn } from '#testing/objects.ts';
import { askIn, container, event, only, pod, workload } from '#testing/world.ts';
import { imageNotFound } from './image-not-found.ts';

const waiting = (message: string, image = 'registry.example/app:1.0', reason = 'ImagePullBackOff') =>
  podIn('checkout-1', { waiting: { reason, message } }, { spec: { containers: [container('app', { image })] } });
const judge = async (one: ReturnType<typeof waiting>, words?: string, others: readonly ReturnType<typeof pod>[] = []) => {
  const { subject, pods } = workload('checkout', [one]);
  const events = words === undefined ? [] : [event(pods[0]!, 'Failed', words)];
  return only(await imageNotFound.judge(subject, askIn({ pods: [...pods, ...others], events }), circumstances));
};

describe('image-not-found', () => {
  it('is certain when the kubelet waits and the registry said so', async () => {
    const words = 'Failed to pull image "registry.example/app:1.0": rpc error: code = NotFound desc = registry.example/app:1.0: not found';
    expect(await judge(waiting('Back-off'), words)).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('registry.example/app:1.0') },
    });
  });

  it('is likely when an official image is refused: those are public', async () => {
    expect(await judge(waiting('unexpected status from HEAD request: 403 Forbidden', 'redis:8-alpinee', 'ErrImagePull'))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
    });
  });

  it('is likely when Docker Hub cannot tell private from missing, and nobody has credentials for it', async () => {
    const words = "pull access denied for acme/ap, repository does not exist or may require 'docker login'";
    expect(await judge(waiting(words, 'acme/ap:1', 'ErrImagePull'))).toMatchObject({ verdict: 'found', confidence: 'likely' });
  });

  it('is likely when a mirror refuses, and another tag of the same repository was pulled without credentials', async () => {
    const other = pod('other', { spec: { containers: [container('app', { image: 'registry.example/app:0.9' })] } });
    const words = 'unexpected status from HEAD request to https://mirror.example/v2/app/manifests/1.0?ns=registry.example: 403 Forbidden';
    expect(await judge(waiting(words, undefined, 'ErrImagePull'), undefined, [other])).toMatchObject({ verdict: 'found', confidence: 'likely' });
    expect(await judge(waiting('403 Forbidden', undefined, 'ErrImagePull'), undefined, [other])).toMatchObject({ verdict: 'undecided' });
  });

  it('reads an invalid name', async () => {
    const verdict = await judge(
      waiting('Failed to apply default image tag "a b": couldn\'t parse image name: invalid reference format', 'a b', 'InvalidImageName'),
    );
    expect(verdict).toMatchObject({ verdict: 'found', claim: { title: 'Image "a b" of container app is not a valid image name' } });
  });

  it('is undecided when the registry refused for another reason, or nothing is known', async () => {
    expect(await judge(waiting('Back-off'), 'Failed to pull image "registry.example/app:1.0": 401 Unauthorized')).toMatchObject({ verdict: 'undecided' });
    expect(await judge(waiting('Back-off'))).toMatchObject({ verdict: 'undecided' });
  });

  it('does not take the name of the image for an answer', async () => {
    expect(await judge(waiting('Back-off pulling image "registry.example/not-found:404"', 'registry.example/not-found:404'))).toMatchObject({
      verdict: 'undecided',
    });
  });

  it('is ruled out when no container waits for its image', async () => {
    expect(await judge(pod('checkout-1'))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('checkout');
    expect(only(await imageNotFound.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
