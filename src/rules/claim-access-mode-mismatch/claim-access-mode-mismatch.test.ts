import { describe, expect, it } from 'vitest';
import { waitingClaimContract, waitingFor } from '#testing/claim-contract.ts';
import { claim, storageClass, volume } from '#testing/objects.ts';
import { event } from '#testing/world.ts';
import { claimAccessModeMismatch } from './claim-access-mode-mismatch.ts';

const wanted = claim('data', { accessModes: ['ReadWriteMany'] });
const judge = waitingFor(claimAccessModeMismatch, wanted, {
  persistentvolumes: [volume('pv-1')],
});

describe('claim-access-mode-mismatch', () => {
  waitingClaimContract(judge, wanted, 'certain', 'Claim data asks for ReadWriteMany, but volume pv-1 offers ReadWriteOnce only');

  it('is it when the provisioner of the class refuses the mode', async () => {
    const shared = claim('data', { accessModes: ['ReadWriteMany'], storageClassName: 'fast' });
    const said = event(shared, 'ProvisioningFailed', 'failed to provision volume with StorageClass "fast": invalid access_mode, MULTI_NODE_MULTI_WRITER');
    expect(await judge({ storageclasses: [storageClass('fast')], events: [said] }, shared)).toMatchObject([
      {
        confidence: 'certain',
        claim: { title: 'Claim data asks for ReadWriteMany, which storage class fast cannot provide', subject: { kind: 'Deployment', name: 'db' } },
      },
    ]);
  });

  it('is not it when something else keeps the volume away', async () =>
    expect(await judge({ persistentvolumes: [volume('pv-1', { capacity: { storage: '1Mi' }, accessModes: ['ReadWriteMany'] })] })).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    ));
});
