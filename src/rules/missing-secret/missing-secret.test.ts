import { describe, expect, it } from 'vitest';
import type { Container } from '#domain/kubernetes/pod.ts';
import { circumstances, podIn, secret } from '#testing/objects.ts';
import { askIn, container, event, only, pod, workload } from '#testing/world.ts';
import { missingSecret } from './missing-secret.ts';

const needing = (more: Partial<Container> = { envFrom: [{ secretRef: { name: 'settings' } }] }) => ({ containers: [container('app', more)] });
const stuck = (more?: Partial<Container>, message = 'secret "settings" not found') =>
  podIn('checkout-1', { waiting: { reason: 'CreateContainerConfigError', message } }, { spec: needing(more) });

describe('missing-secret', () => {
  it('is certain when the kubelet says so and the list agrees; and names what was meant', async () => {
    const { subject, pods } = workload('checkout', [stuck()]);
    const verdict = only(await missingSecret.judge(subject, askIn({ pods, secrets: [secret('setting')] }), circumstances));
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringMatching(/^Secret settings, .*envFrom of container app.*there is setting$/) },
    });
  });

  it('is likely by the list alone, and by the words alone', async () => {
    const { subject, pods } = workload('checkout', [stuck(undefined, '')]);
    expect(only(await missingSecret.judge(subject, askIn({ pods }), circumstances))).toMatchObject({ verdict: 'found', confidence: 'likely' });
    const told = workload('checkout', [stuck()]);
    expect(only(await missingSecret.judge(told.subject, askIn({ pods: told.pods, gaps: { secrets: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
    });
  });

  it('knows volumes, by the event of the mount', async () => {
    const volumes = [{ name: 'cfg', secret: { secretName: 'settings', items: [] } }];
    const one = podIn('checkout-1', { waiting: { reason: 'ContainerCreating' } }, { spec: { volumes } });
    const { subject, pods } = workload('checkout', [one]);
    const events = [event(pods[0]!, 'FailedMount', 'MountVolume.SetUp failed for volume "cfg" : secret "settings" not found')];
    expect(only(await missingSecret.judge(subject, askIn({ pods, events }), circumstances))).toMatchObject({
      confidence: 'certain',
      claim: { title: expect.stringContaining('volume cfg') },
    });
  });

  it('is ruled out when it exists by now', async () => {
    const { subject, pods } = workload('checkout', [stuck()]);
    expect(only(await missingSecret.judge(subject, askIn({ pods, secrets: [secret('settings')] }), circumstances))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not care about what is optional, nor about pods that run', async () => {
    const optional = workload('checkout', [stuck({ envFrom: [{ secretRef: { name: 'settings', optional: true } }] })]);
    expect(await missingSecret.judge(optional.subject, askIn({ pods: optional.pods }), circumstances)).toEqual([]);
    const running = workload('checkout', [pod('checkout-1', { spec: needing() })]);
    expect(await missingSecret.judge(running.subject, askIn({ pods: running.pods }), circumstances)).toEqual([]);
  });

  it('is undecided when neither list nor words tell', async () => {
    const { subject, pods } = workload('checkout', [stuck(undefined, '')]);
    expect(only(await missingSecret.judge(subject, askIn({ pods, gaps: { secrets: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
