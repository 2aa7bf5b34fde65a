import { describe, expect, it } from 'vitest';
import { waitingClaimContract, waitingFor } from '#testing/claim-contract.ts';
import { claim, volume } from '#testing/objects.ts';
import { claimUnbound } from './claim-unbound.ts';

const wanted = claim('data', { requests: { storage: '3Gi' }, accessModes: ['ReadWriteMany'] });
const judge = waitingFor(claimUnbound, wanted, {
  persistentvolumes: [volume('pv-1')],
});

describe('claim-unbound', () => {
  waitingClaimContract(judge, wanted, 'certain', 'the nearest volume, pv-1, differs in size and access mode');

  it('says that there is no volume at all', async () =>
    expect(await judge({ persistentvolumes: [] })).toMatchObject([{ claim: { title: expect.stringContaining('there is no volume at all') } }]));

  it('is less sure where volumes cannot be read', async () =>
    expect(await judge({ gaps: { persistentvolumes: 'forbidden' } })).toMatchObject([{ verdict: 'found', confidence: 'likely' }]));

  it('leaves a claim alone that is about to be bound', async () => {
    expect(await judge({ events: [], persistentvolumes: [volume('pv-2', { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteMany'] })] })).toEqual([]);
  });
});
