import { describe, expect, it } from 'vitest';
import { waitingClaimContract, waitingFor } from '#testing/claim-contract.ts';
import { claim, volume } from '#testing/objects.ts';
import { claimAccessModeMismatch } from './claim-access-mode-mismatch.ts';

const wanted = claim('data', { accessModes: ['ReadWriteMany'] });
const judge = waitingFor(claimAccessModeMismatch, wanted, {
  persistentvolumes: [volume('pv-1')],
});

describe('claim-access-mode-mismatch', () => {
  waitingClaimContract(judge, wanted, 'certain', 'Claim data asks for ReadWriteMany, but volume pv-1 offers ReadWriteOnce only');

  it('is not it when something else keeps the volume away', async () =>
    expect(await judge({ persistentvolumes: [volume('pv-1', { capacity: { storage: '1Mi' }, accessModes: ['ReadWriteMany'] })] })).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    ));
});
