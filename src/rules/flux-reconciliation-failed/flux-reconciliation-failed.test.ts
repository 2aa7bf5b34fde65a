import { describe, expect, it } from 'vitest';
import { fluxMark, kustomization } from '#testing/deliveries.ts';
import { deployment } from '#testing/objects.ts';
import { askIn, NOW, type World } from '#testing/world.ts';
import { fluxReconciliationFailed } from './flux-reconciliation-failed.ts';

const namespace = { kind: 'Namespace', ref: { kind: 'Namespace', name: 'shop' } } as const;
const deployments = [deployment('web', { metadata: fluxMark('kustomize', 'flux-system', 'shop') })];
const judge = async (world: World) => [await fluxReconciliationFailed.judge(namespace, askIn({ deployments, ...world }), { now: NOW, onset: NOW })].flat();
const ready = (status: string, reason: string, message: string) => ({
  conditions: [{ type: 'Ready', status, reason, message, lastTransitionTime: '2026-03-01T11:45:00Z' }],
});

describe('flux-reconciliation-failed', () => {
  it('is found with what Flux says of it', async () => {
    const status = ready('False', 'BuildFailed', 'kustomize build failed: no matches for Id Deployment.v1.apps/checkout.[noNs]; failed to find unique target');
    expect(await judge({ kustomizations: [kustomization('shop', status)] })).toMatchObject([
      {
        verdict: 'found',
        claim: {
          title: expect.stringMatching(/^Flux could not apply Kustomization flux-system\/shop \(main@sha1:9b8a7c6\): kustomize build failed/),
          subject: { kind: 'Kustomization', namespace: 'flux-system', name: 'shop' },
          since: '2026-03-01T11:45:00Z',
          affects: [{ kind: 'Deployment', name: 'web' }],
        },
      },
    ]);
  });

  it('does not blame what was applied lately, nor what is being applied', async () => {
    expect(await judge({ kustomizations: [kustomization('shop')] })).toMatchObject([{ verdict: 'ruled-out' }]);
    expect(await judge({ kustomizations: [kustomization('shop', ready('Unknown', 'Progressing', 'Reconciliation in progress'))] })).toMatchObject([
      { verdict: 'ruled-out' },
    ]);
  });

  it('is undecided where Kustomizations may not be read', async () => {
    expect(await judge({ gaps: { kustomizations: 'forbidden' } })).toMatchObject([{ verdict: 'undecided' }]);
  });

  it('says nothing of what Flux has not delivered', async () => {
    expect(await judge({ deployments: [deployment('web')], kustomizations: [kustomization('shop', ready('False', 'BuildFailed', ''))] })).toEqual([]);
  });
});
