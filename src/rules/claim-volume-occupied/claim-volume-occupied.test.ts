import { describe, expect, it } from 'vitest';
import { waitingClaimContract, waitingFor } from '#testing/claim-contract.ts';
import { claim, volume } from '#testing/objects.ts';
import { claimVolumeOccupied } from './claim-volume-occupied.ts';

const wanted = claim('data', {});
const persistentvolumes = [volume('pv-1', { claimRef: { namespace: 'shop', name: 'other' } }, { phase: 'Bound' })];
const judge = waitingFor(claimVolumeOccupied, wanted, {
  persistentvolumes,
});

describe('claim-volume-occupied', () => {
  waitingClaimContract(judge, wanted, 'likely', 'pv-1 belongs to claim shop/other');

  it('is certain when the claim asks for that very volume', async () => {
    expect(await judge({}, claim('data', { volumeName: 'pv-1' }))).toMatchObject([{ confidence: 'certain' }]);
  });

  it('knows a volume that keeps the reservation of a deleted claim', async () => {
    const released = volume('pv-1', { claimRef: { namespace: 'shop', name: 'data', uid: 'old' } }, { phase: 'Released' });
    expect(await judge({ persistentvolumes: [released] })).toMatchObject([
      { claim: { title: expect.stringContaining('pv-1 is Released, still reserved for claim shop/data') } },
    ]);
  });

  it('is not it while a free volume is nearer', async () => {
    expect(await judge({ persistentvolumes: [...persistentvolumes, volume('pv-2', { capacity: { storage: '1Mi' } })] })).toEqual([]);
  });
});
