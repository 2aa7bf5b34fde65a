import { describe, expect, it } from 'vitest';
import { fluxMark, helmRelease } from '#testing/deliveries.ts';
import { deployment } from '#testing/objects.ts';
import { askIn, NOW, type World } from '#testing/world.ts';
import { helmReleaseFailed } from './helm-release-failed.ts';

const namespace = { kind: 'Namespace', ref: { kind: 'Namespace', name: 'shop' } } as const;
const deployments = [deployment('web', { metadata: fluxMark('helm', 'shop', 'checkout') })];
const judge = async (world: World) => [await helmReleaseFailed.judge(namespace, askIn({ deployments, ...world }), { now: NOW, onset: NOW })].flat();
const condition = (type: string, status: string, reason: string, message: string, at = '11:45') => ({
  ...{ type, status, reason, message, lastTransitionTime: `2026-03-01T${at}:00Z` },
});
const failedUpgrade = condition('Released', 'False', 'UpgradeFailed', 'Helm upgrade failed for release shop/checkout with chart checkout@1.3.0: timed out');

describe('helm-release-failed', () => {
  it('is found with why the upgrade failed, also after it was rolled back', async () => {
    const rolledBack = [
      condition('Ready', 'False', 'RollbackSucceeded', 'Helm rollback to previous release shop/checkout.v1 succeeded', '11:50'),
      condition('Remediated', 'True', 'RollbackSucceeded', 'Helm rollback to previous release shop/checkout.v1 succeeded', '11:50'),
      failedUpgrade,
    ];
    for (const conditions of [[condition('Ready', 'False', 'UpgradeFailed', failedUpgrade.message), failedUpgrade], rolledBack]) {
      expect(await judge({ helmreleases: [helmRelease('checkout', { conditions })] })).toMatchObject([
        {
          verdict: 'found',
          claim: {
            title: expect.stringMatching(/^Flux could not release HelmRelease shop\/checkout \(1\.3\.0\): Helm upgrade failed/),
            since: '2026-03-01T11:45:00Z',
            affects: [{ kind: 'Deployment', name: 'web' }],
          },
        },
      ]);
    }
  });

  it('is found while the failed upgrade is tried again, and when only a test failed', async () => {
    const again = [condition('Ready', 'Unknown', 'Progressing', "Running 'upgrade' action", '11:58'), failedUpgrade];
    expect(await judge({ helmreleases: [helmRelease('checkout', { conditions: again })] })).toMatchObject([{ verdict: 'found' }]);
    const tested = [condition('Released', 'True', 'UpgradeSucceeded', ''), condition('TestSuccess', 'False', 'TestFailed', 'pod checkout-test failed')];
    expect(await judge({ helmreleases: [helmRelease('checkout', { conditions: tested })] })).toMatchObject([
      { claim: { title: expect.stringContaining('pod checkout-test failed') } },
    ]);
  });

  it('does not blame a release that worked for being recent, nor for a test that failed before it', async () => {
    expect(await judge({ helmreleases: [helmRelease('checkout')] })).toMatchObject([{ verdict: 'ruled-out' }]);
    const stale = [condition('Ready', 'True', 'UpgradeSucceeded', ''), condition('TestSuccess', 'False', 'TestFailed', 'of another release', '10:00')];
    expect(await judge({ helmreleases: [helmRelease('checkout', { conditions: stale })] })).toMatchObject([{ verdict: 'ruled-out' }]);
  });

  it('is undecided where HelmReleases may not be read', async () => {
    expect(await judge({ gaps: { helmreleases: 'forbidden' } })).toMatchObject([{ verdict: 'undecided' }]);
  });

  it('says nothing of what Flux has not released', async () => {
    expect(await judge({ deployments: [deployment('web')], helmreleases: [helmRelease('checkout', { conditions: [failedUpgrade] })] })).toEqual([]);
  });
});
