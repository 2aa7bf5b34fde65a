import { describe, expect, it } from 'vitest';
import { waitingClaimContract, waitingFor } from '#testing/claim-contract.ts';
import { claim, storageClass, volume } from '#testing/objects.ts';
import { event } from '#testing/world.ts';
import { claimStorageClassMissing } from './claim-storage-class-missing.ts';

const wanted = claim('data', { storageClassName: 'fasst' });
const judge = waitingFor(claimStorageClassMissing, wanted, {
  persistentvolumes: [volume('pv-1')],
  events: [event(wanted, 'ProvisioningFailed', 'storageclass.storage.k8s.io "fasst" not found')],
  storageclasses: [storageClass('fast')],
});

describe('claim-storage-class-missing', () => {
  waitingClaimContract(judge, wanted, 'certain', 'names storage class "fasst", which does not exist; there is "fast"');

  it('knows a class that no volume has', async () => {
    const classes = [storageClass('fasst', { provisioner: 'kubernetes.io/no-provisioner' })];
    expect(await judge({ storageclasses: classes })).toMatchObject([
      { verdict: 'found', claim: { title: 'Claim data is for storage class "fasst", but volume pv-1 has class ""' } },
    ]);
  });

  it('is not it when volumes are made for that class', async () => expect(await judge({ storageclasses: [storageClass('fasst')] })).toEqual([]));

  it('is undecided when classes cannot be read and nobody says a word', async () => {
    expect(await judge({ gaps: { storageclasses: 'forbidden' }, events: [], persistentvolumes: [] })).toMatchObject([{ verdict: 'undecided' }]);
  });
});
