import { describe, expect, it } from 'vitest';
import { waitingClaimContract, waitingFor } from '#testing/claim-contract.ts';
import { claim, storageClass } from '#testing/objects.ts';
import { event } from '#testing/world.ts';
import { provisioningFailed } from './provisioning-failed.ts';

const wanted = claim('data', { storageClassName: 'fast' });
const judge = waitingFor(provisioningFailed, wanted, {
  persistentvolumes: [],
  events: [event(wanted, 'ProvisioningFailed', 'failed to provision volume with StorageClass "fast": quota exceeded')],
  storageclasses: [storageClass('fast')],
});

describe('provisioning-failed', () => {
  waitingClaimContract(judge, wanted, 'certain', 'Storage class fast could not make a volume for claim data: failed to provision');

  it('is undecided when the provisioner has not said why', async () => expect(await judge({ events: [] })).toMatchObject([{ verdict: 'undecided' }]));

  it('leaves an access mode that the driver does not have to the rule about those', async () => {
    const shared = claim('data', { accessModes: ['ReadWriteMany'], storageClassName: 'fast' });
    const said = event(shared, 'ProvisioningFailed', 'failed to provision volume with StorageClass "fast": invalid access_mode, MULTI_NODE_MULTI_WRITER');
    expect(await judge({ events: [said] }, shared)).toMatchObject([{ verdict: 'undecided' }]);
  });

  it('is not it when the class does not exist', async () => expect(await judge({ storageclasses: [] })).toEqual([]));
});
