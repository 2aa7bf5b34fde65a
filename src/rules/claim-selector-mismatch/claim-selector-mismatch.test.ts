import { describe, expect, it } from 'vitest';
import { waitingClaimContract, waitingFor } from '#testing/claim-contract.ts';
import { claim, storageClass, volume } from '#testing/objects.ts';
import { event } from '#testing/world.ts';
import { claimSelectorMismatch } from './claim-selector-mismatch.ts';

const wanted = claim('data', { selector: { matchLabels: { disk: 'ssd' }, matchExpressions: [] } });
const judge = waitingFor(claimSelectorMismatch, wanted, {
  persistentvolumes: [volume('pv-1', {}, { labels: { disk: 'hdd' } })],
});

describe('claim-selector-mismatch', () => {
  waitingClaimContract(judge, wanted, 'certain', 'The selector of claim data (disk=ssd) does not match volume pv-1');

  it('is it when the class makes its volumes to measure', async () => {
    const chosen = claim('data', { selector: { matchLabels: { disk: 'ssd' }, matchExpressions: [] }, storageClassName: 'fast' });
    const said = event(chosen, 'ProvisioningFailed', 'failed to provision volume with StorageClass "fast": claim Selector is not supported');
    expect(await judge({ storageclasses: [storageClass('fast')], events: [said] }, chosen)).toMatchObject([
      { confidence: 'certain', claim: { title: expect.stringContaining('storage class fast makes its volumes to measure') } },
    ]);
  });

  it('is not it when something else keeps the volume away', async () =>
    expect(await judge({ persistentvolumes: [volume('pv-1', { capacity: { storage: '1Mi' } }, { labels: { disk: 'hdd' } })] })).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    ));
});
