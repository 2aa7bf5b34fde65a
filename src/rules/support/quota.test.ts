import { describe, expect, it } from 'vitest';
import { isFull, leftOf, quotaKind, quotaRefusals } from './quota.ts';

describe('quotaKind', () => {
  it.each([
    ['cpu', 'cpu'],
    ['limits.cpu', 'cpu'],
    ['requests.memory', 'memory'],
    ['pods', 'pods'],
    ['count/pods', 'pods'],
    ['services.loadbalancers', 'services'],
    ['count/services', 'services'],
    ['requests.storage', 'storage'],
    ['persistentvolumeclaims', 'storage'],
    ['gold.storageclass.storage.k8s.io/requests.storage', 'storage'],
    ['requests.ephemeral-storage', 'storage'],
    ['count/deployments.apps', 'objects'],
    ['requests.nvidia.com/gpu', 'objects'],
  ])('%s is about %s', (resource, kind) => expect(quotaKind(resource)).toBe(kind));
});

describe('quotaRefusals', () => {
  it('reads every resource of the answer', () => {
    const text =
      'pods "a-1" is forbidden: exceeded quota: small, requested: limits.cpu=1,requests.cpu=500m, used: limits.cpu=2,requests.cpu=1, limited: limits.cpu=2,requests.cpu=1';
    expect(quotaRefusals(text)).toEqual([
      { quota: 'small', resource: 'limits.cpu', requested: '1', used: '2', hard: '2' },
      { quota: 'small', resource: 'requests.cpu', requested: '500m', used: '1', hard: '1' },
    ]);
  });
  it('reads nothing out of other refusals', () => expect(quotaRefusals('pods "a" is forbidden: violates PodSecurity')).toEqual([]));
});

describe('amounts', () => {
  it('compares quantities, not texts', () => {
    expect([isFull('1000m', '1'), isFull('900m', '1'), isFull(undefined, '1')]).toEqual([true, false, false]);
    expect([leftOf('1Gi', '3Gi'), leftOf('?', '1')]).toEqual([2 * 2 ** 30, undefined]);
  });
});
