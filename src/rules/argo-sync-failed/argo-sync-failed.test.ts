import { describe, expect, it } from 'vitest';
import { application, argoMark, failedSync, REVISIONS } from '#testing/deliveries.ts';
import { deployment } from '#testing/objects.ts';
import { askIn, NOW, type World } from '#testing/world.ts';
import { argoSyncFailed } from './argo-sync-failed.ts';

const namespace = { kind: 'Namespace', ref: { kind: 'Namespace', name: 'shop' } } as const;
const deployments = [deployment('web', { metadata: argoMark('checkout', 'web') })];
const judge = async (world: World) => [await argoSyncFailed.judge(namespace, askIn({ deployments, ...world }), { now: NOW, onset: NOW })].flat();

describe('argo-sync-failed', () => {
  it('is found with what the API server refused, since when, and whom it concerns', async () => {
    expect(await judge({ applications: [application('checkout', failedSync)] })).toMatchObject([
      {
        verdict: 'found',
        claim: {
          title:
            'Argo CD could not sync Application argocd/checkout (9b8a7c6): Deployment shop/checkout: Deployment.apps "checkout" is invalid: spec.selector: field is immutable',
          subject: { kind: 'Application', namespace: 'argocd', name: 'checkout' },
          since: '2026-03-01T11:50:00Z',
          affects: [{ kind: 'Deployment', namespace: 'shop', name: 'web' }],
          remedies: [{ command: 'kubectl -n argocd describe applications.argoproj.io/checkout', risk: 'none' }],
        },
      },
    ]);
  });

  it('is found where Argo CD cannot even compare', async () => {
    const conditions = [{ type: 'ComparisonError', message: 'failed to generate manifest: chart not found', lastTransitionTime: '2026-03-01T11:30:00Z' }];
    expect(await judge({ applications: [application('checkout', { conditions })] })).toMatchObject([
      { verdict: 'found', claim: { title: expect.stringContaining('chart not found'), since: '2026-03-01T11:30:00Z' } },
    ]);
  });

  it('does not blame a sync that worked for being recent, nor one under way', async () => {
    expect(await judge({ applications: [application('checkout')] })).toMatchObject([{ verdict: 'ruled-out' }]);
    const running = { operationState: { phase: 'Running', startedAt: '2026-03-01T11:59:00Z', operation: { sync: { revision: REVISIONS[1] } } } };
    expect(await judge({ applications: [application('checkout', running)] })).toMatchObject([{ verdict: 'ruled-out' }]);
  });

  it('does not tell of a sync that failed days before the trouble began', async () => {
    const conditions = [{ type: 'ComparisonError', message: 'chart not found', lastTransitionTime: '2026-02-20T11:30:00Z' }];
    expect(await judge({ applications: [application('checkout', { conditions })] })).toMatchObject([
      { verdict: 'ruled-out', why: expect.stringContaining('2026-02-20T11:30:00Z, long before this began') },
    ]);
  });

  it('does not blame an Application that only knows of warnings', async () => {
    const conditions = [{ type: 'OrphanedResourceWarning', message: 'Application has 1 orphaned resources' }];
    expect(await judge({ applications: [application('checkout', { conditions })] })).toMatchObject([{ verdict: 'ruled-out' }]);
  });

  it('is undecided where Applications may not be read', async () => {
    expect(await judge({ gaps: { applications: 'forbidden' } })).toMatchObject([{ verdict: 'undecided', gap: { reason: 'forbidden' } }]);
  });

  it('says nothing of what Argo CD has not delivered', async () => {
    expect(await judge({ deployments: [deployment('web')], gaps: { applications: 'forbidden' } })).toEqual([]);
  });
});
