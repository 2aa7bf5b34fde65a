import { describe, expect, it } from 'vitest';
import { claim, storageClass, volume } from '#testing/objects.ts';
import { meta } from '#testing/world.ts';
import { classNameOf, isDynamic, mismatches, waitsForConsumer } from './claim-fit.ts';

describe('mismatches', () => {
  it.each([
    ['nothing', {}, {}, {}, []],
    ['the class', { storageClassName: 'fast' }, {}, {}, ['class']],
    ['the size', { requests: { storage: '2Gi' } }, {}, {}, ['size']],
    ['an access mode', { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] }, {}, {}, ['access-mode']],
    ['the volume mode', { volumeMode: 'Block' }, {}, {}, ['volume-mode']],
    ['the labels', { selector: { matchLabels: { disk: 'ssd' }, matchExpressions: [] } }, {}, { labels: { disk: 'hdd' } }, ['selector']],
    ['another claim', {}, { claimRef: { namespace: 'shop', name: 'other' } }, { phase: 'Bound' }, ['occupied']],
    ['a claim of the same name that is gone', {}, { claimRef: { namespace: 'shop', name: 'data', uid: 'old' } }, { phase: 'Released' }, ['unusable']],
    ['nothing when it is reserved for this claim', {}, { claimRef: { namespace: 'shop', name: 'data' } }, {}, []],
    ['nothing when it is larger', {}, { capacity: { storage: '10Gi' } }, {}, []],
  ])('finds %s', (_, wants, has, more, expected) => {
    const one = claim('data', wants);
    expect(mismatches(one, volume('pv', has, more), one.spec.storageClassName ?? '')).toEqual(expected);
  });
});

describe('classes', () => {
  const usual = storageClass('usual', { metadata: meta('usual', { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }) });
  it('takes the default only where the claim says nothing', () => {
    expect(classNameOf(claim('a', { storageClassName: undefined }), [usual])).toBe('usual');
    expect(classNameOf(claim('a', { storageClassName: '' }), [usual])).toBe('');
  });
  it('knows which are made to measure, and which wait for a pod', () => {
    const local = storageClass('local', { provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' });
    expect([isDynamic('usual', [usual, local]), isDynamic('local', [usual, local]), isDynamic('gone', [])]).toEqual([true, false, false]);
    expect(waitsForConsumer('local', [local])).toBe(true);
  });
});
