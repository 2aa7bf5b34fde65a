import { describe, expect, it } from 'vitest';
import { circumstances, replicaSet } from '#testing/objects.ts';
import { askIn, meta } from '#testing/world.ts';
import { admissionWebhookFailed } from './admission-webhook-failed.ts';

const subject = { kind: 'Namespace', ref: { kind: 'Namespace', name: 'shop' } } as const;
const MESSAGE =
  'Internal error occurred: failed calling webhook "inject.example.com": failed to call webhook: Post "https://injector.mesh.svc:443/inject": no endpoints available for service "injector"';
const set = (message: string) => replicaSet('checkout', { made: 0, conditions: [{ type: 'ReplicaFailure', status: 'True', message }] });
const configuration = {
  kind: 'MutatingWebhookConfiguration',
  metadata: meta('injector', { namespace: undefined }),
  webhooks: [{ name: 'inject.example.com', failurePolicy: 'Fail', service: { namespace: 'mesh', name: 'injector' } }],
};

describe('admission-webhook-failed', () => {
  it('names the configuration and what is behind it', async () => {
    expect(
      await admissionWebhookFailed.judge(subject, askIn({ replicasets: [set(MESSAGE)], mutatingwebhookconfigurations: [configuration] }), circumstances),
    ).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: {
        title: expect.stringContaining('inject.example.com does not answer (Service mesh/injector)'),
        subject: { kind: 'MutatingWebhookConfiguration', name: 'injector' },
        affects: [{ kind: 'Deployment', name: 'checkout' }],
      },
    });
  });

  it('is found without the right to read configurations', async () => {
    const world = { replicasets: [set(MESSAGE)], gaps: { mutatingwebhookconfigurations: 'forbidden', validatingwebhookconfigurations: 'forbidden' } } as const;
    expect(await admissionWebhookFailed.judge(subject, askIn(world), circumstances)).toMatchObject({ verdict: 'found' });
  });

  it('is not about a webhook that answers no', async () => {
    expect(await admissionWebhookFailed.judge(subject, askIn({ replicasets: [set('admission webhook "x" denied the request: no')] }), circumstances)).toEqual(
      [],
    );
  });
});
