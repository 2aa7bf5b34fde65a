import { describe, expect, it } from 'vitest';
import { waitingClaimContract, waitingFor } from '#testing/claim-contract.ts';
import { claim, volume } from '#testing/objects.ts';
import { claimCapacityMismatch } from './claim-capacity-mismatch.ts';

const wanted = claim('data', { requests: { storage: '3Gi' } });
const judge = waitingFor(claimCapacityMismatch, wanted, {
  persistentvolumes: [volume('pv-1'), volume('pv-2', { claimRef: { namespace: 'shop', name: 'x' } }, { phase: 'Bound' })],
});

describe('claim-capacity-mismatch', () => {
  waitingClaimContract(judge, wanted, 'certain', 'Claim data requests 3Gi, but volume pv-1 has 1Gi');

  it('is not it when something else keeps the volume away', async () =>
    expect(await judge({ persistentvolumes: [volume('pv-1', { capacity: { storage: '5Gi' }, accessModes: ['ReadOnlyMany'] })] })).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    ));
});
