import { describe, expect, it } from 'vitest';
import { circumstances, podIn, secret } from '#testing/objects.ts';
import { askIn, container, event, only, pod, workload } from '#testing/world.ts';
import { imagePullSecretMissing } from './image-pull-secret-missing.ts';

const waiting = (message: string, spec = {}, reason = 'ImagePullBackOff') => podIn('checkout-1', { waiting: { reason, message } }, { spec });

describe('image-pull-secret-missing', () => {
  it('is likely when the registry said so', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off pulling image', {})]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": failed to authorize: 403 Forbidden')];
    expect(only(await imagePullSecretMissing.judge(subject, askIn({ pods, events }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('neither the pod nor ServiceAccount default has a pull secret') },
    });
  });

  it('is not found when the pull fails for another reason', async () => {
    const { subject, pods } = workload('checkout', [waiting('Back-off pulling image', {})]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": registry.example/app:1.0: not found')];
    expect([await imagePullSecretMissing.judge(subject, askIn({ pods, events }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is not found for a pod that runs, whatever its old events say', async () => {
    const { subject, pods } = workload('checkout', [pod('checkout-1')]);
    const events = [event(pods[0]!, 'Failed', 'Failed to pull image "registry.example/app:1.0": failed to authorize: 403 Forbidden')];
    expect([await imagePullSecretMissing.judge(subject, askIn({ pods, events }), circumstances)].flat()).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('checkout');
    expect(only(await imagePullSecretMissing.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });

  it('is certain when the pod names a secret that does not exist', async () => {
    const { subject, pods } = workload('checkout', [waiting('401 Unauthorized', { imagePullSecrets: ['team'] }, 'ErrImagePull')]);
    const verdict = only(await imagePullSecretMissing.judge(subject, askIn({ pods, secrets: [secret('other')] }), circumstances));
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('Pull secret team of checkout does not exist') },
    });
  });

  it('goes by the words of the kubelet when secrets cannot be read', async () => {
    const { subject, pods } = workload('checkout', [waiting('401 Unauthorized', { imagePullSecrets: ['team'] }, 'ErrImagePull')]);
    const events = [
      event(pods[0]!, 'FailedToRetrieveImagePullSecret', 'Unable to retrieve some image pull secrets (team); attempting to pull the image may not succeed.'),
    ];
    const verdict = only(await imagePullSecretMissing.judge(subject, askIn({ pods, events, gaps: { secrets: 'forbidden' } }), circumstances));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain' });
  });

  it('is undecided when the secret is there and was refused', async () => {
    const { subject, pods } = workload('checkout', [waiting('401 Unauthorized', { imagePullSecrets: ['team'] }, 'ErrImagePull')]);
    expect(only(await imagePullSecretMissing.judge(subject, askIn({ pods, secrets: [secret('team')] }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });

  it('is likely although an older tag was pulled without credentials: registries refuse repositories, not tags', async () => {
    const { subject, pods } = workload('checkout', [waiting('401 Unauthorized', {}, 'ErrImagePull')]);
    const same = pod('other', { spec: { containers: [container('app', { image: 'registry.example/app:0.9' })] } });
    expect(only(await imagePullSecretMissing.judge(subject, askIn({ pods: [...pods, same] }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
    });
  });

  it('is undecided when a mirror refuses an image of which another tag is public', async () => {
    const words = 'unexpected status from HEAD request to https://mirror.example/v2/app/manifests/1.0?ns=registry.example: 403 Forbidden';
    const { subject, pods } = workload('checkout', [waiting(words, {}, 'ErrImagePull')]);
    const same = pod('other', { spec: { containers: [container('app', { image: 'registry.example/app:0.9' })] } });
    expect(only(await imagePullSecretMissing.judge(subject, askIn({ pods: [...pods, same] }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
