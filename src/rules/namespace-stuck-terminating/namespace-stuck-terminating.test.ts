import { describe, expect, it } from 'vitest';
import type { Namespace } from '#domain/kubernetes/cluster.ts';
import { circumstances } from '#testing/objects.ts';
import { askIn, event, meta, only, pod } from '#testing/world.ts';
import { notApplicable } from '../rule.ts';
import { namespaceStuckTerminating } from './namespace-stuck-terminating.ts';

const subject = { kind: 'Namespace', ref: { kind: 'Namespace', name: 'shop' } } as const;
const namespace = (deletionTimestamp: string | undefined, conditions: Namespace['status']['conditions'] = []): Namespace => ({
  kind: 'Namespace',
  metadata: { ...meta('shop', { deletionTimestamp }), namespace: undefined },
  status: { phase: deletionTimestamp ? 'Terminating' : 'Active', conditions },
});
const judge = async (world: Parameters<typeof askIn>[0]) => only(await namespaceStuckTerminating.judge(subject, askIn(world), circumstances));
const EARLIER = '2026-03-01T11:00:00Z';

describe('namespace-stuck-terminating', () => {
  it('is certain where the namespace says what is left', async () => {
    const message = 'Some content in the namespace has finalizers remaining: example.com/guard in 1 resource instances';
    expect(await judge({ namespaces: [namespace(EARLIER, [{ type: 'NamespaceFinalizersRemaining', status: 'True', message }])] })).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: `Namespace shop was deleted and does not go away: ${message}`, since: EARLIER },
    });
  });

  it('names an API that does not answer before what is left because of it', async () => {
    const conditions = [
      { type: 'NamespaceContentRemaining', status: 'True', message: 'Some resources are remaining: pods. has 1 resource instances' },
      { type: 'NamespaceDeletionDiscoveryFailure', status: 'True', message: 'Discovery failed for some groups, 1 failing: metrics.k8s.io/v1beta1' },
    ];
    expect(await judge({ namespaces: [namespace(EARLIER, conditions)] })).toMatchObject({
      claim: { title: expect.stringContaining('metrics.k8s.io/v1beta1'), remedies: [{}, { command: 'kubectl get apiservices' }] },
    });
  });

  it('is likely where it does not say why', async () => {
    expect(await judge({ namespaces: [namespace(EARLIER)] })).toMatchObject({ verdict: 'found', confidence: 'likely' });
  });

  it('is not one that was deleted a minute ago, and not one that is there', async () => {
    for (const namespaces of [[namespace('2026-03-01T11:59:00Z')], [namespace(undefined)], []])
      expect(await namespaceStuckTerminating.judge(subject, askIn({ namespaces }), circumstances)).toBe(notApplicable);
  });

  it.each([
    ['a pod that should be gone', { pods: [pod('cart-1', { metadata: { deletionTimestamp: EARLIER } })] }, 1],
    [
      'a pod that could not be made',
      {
        pods: [pod('cart-1')],
        events: [event(pod('cart-1'), 'FailedCreate', 'unable to create new content in namespace shop because it is being terminated')],
      },
      1,
    ],
    ['nothing of it', { pods: [pod('cart-1')] }, 0],
  ])('is looked for where something hints at it: %s', async (_, world, verdicts) => {
    const verdict = await namespaceStuckTerminating.judge(subject, askIn({ ...world, namespaces: [namespace(EARLIER)] }), circumstances);
    expect([verdict].flat()).toHaveLength(verdicts);
  });

  it('is undecided where namespaces may not be listed', async () => {
    expect((await judge({ gaps: { namespaces: 'forbidden' } })).verdict).toBe('undecided');
  });
});
