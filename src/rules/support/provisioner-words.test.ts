import { describe, expect, it } from 'vitest';
import { claim } from '#testing/objects.ts';
import { refusedPart } from './provisioner-words.ts';

const shared = claim('data', { accessModes: ['ReadWriteMany'] });

describe('refusedPart', () => {
  it.each([
    ['EBS', 'rpc error: code = InvalidArgument desc = Volume capabilities MULTI_NODE_MULTI_WRITER not supported. Only AccessModes[ReadWriteOnce] supported.'],
    ['an in-tree plug-in', 'invalid AccessModes [ReadWriteMany]: only AccessModes [ReadWriteOnce ReadOnlyMany] are supported'],
    ['local-path', 'NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes'],
    ['Azure Disk', 'rpc error: code = InvalidArgument desc = mountVolume is not supported for access mode: MULTI_NODE_MULTI_WRITER'],
    ['iSCSI', 'rpc error: code = InvalidArgument desc = invalid access_mode, MULTI_NODE_MULTI_WRITER'],
    ['GCE', 'rpc error: code = InvalidArgument desc = VolumeCapabilities is invalid: specified multi writer with mount access type'],
    ['Ceph', 'rpc error: code = InvalidArgument desc = multi node access modes are only supported on rbd `block` type volumes'],
    ['Hetzner', 'rpc error: code = InvalidArgument desc = capability at index 0 is not supported'],
  ])('hears from %s that the access mode is refused', (_, words) => expect(refusedPart(words, shared)).toBe('access-mode'));

  it.each([
    'rpc error: code = ResourceExhausted desc = volume limit of the project reached',
    'rpc error: code = Internal desc = Could not create volume in EC2: UnauthorizedOperation: You are not authorized to perform this operation',
    'rpc error: code = InvalidArgument desc = invalid option: replicas',
  ])('takes other errors for others: %s', (words) => expect(refusedPart(words, shared)).toBeUndefined());

  it('does not hear about a mode that every driver has', () =>
    expect(refusedPart('access mode of the storage account is not supported', claim('data', { accessModes: ['ReadWriteOnce'] }))).toBeUndefined());

  it('hears that a selector is refused', () => {
    const chosen = claim('data', { selector: { matchLabels: { disk: 'ssd' }, matchExpressions: [] } });
    expect(refusedPart('claim.Spec.Selector is not supported for dynamic provisioning on AWS', chosen)).toBe('selector');
    expect(refusedPart('claim Selector is not supported', shared)).toBeUndefined();
  });
});
