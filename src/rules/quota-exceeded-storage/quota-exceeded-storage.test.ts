import { describe, expect, it } from 'vitest';
import { circumstances, quota, replicaSet, statefulSet, unplaced, volume } from '#testing/objects.ts';
import { askIn, event, only, workload } from '#testing/world.ts';
import { quotaExceededStorage } from './quota-exceeded-storage.ts';

const subject = { kind: 'Namespace', ref: { kind: 'Namespace', name: 'shop' } } as const;
const old = { creationTimestamp: '2026-01-01T00:00:00Z' };
const mounting = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const { pods } = workload('db', [unplaced('db-1', '0/1 nodes are available: persistentvolumeclaim "data" not found.', mounting)]);
const judge = async (hard: string, used: string, size: string, world: Parameters<typeof askIn>[0] = {}) => {
  const resourcequotas = [quota('small', { 'requests.storage': hard }, { 'requests.storage': used }, old)];
  return only(
    await quotaExceededStorage.judge(
      subject,
      askIn({ pods, resourcequotas, replicasets: [replicaSet('db')], persistentvolumes: [volume('pv-1', { capacity: { storage: size } })], ...world }),
      circumstances,
    ),
  );
};

describe('quota-exceeded-storage', () => {
  it('is certain when a StatefulSet is refused its claim', async () => {
    const set = statefulSet('db', { status: { replicas: 0 } });
    const message =
      'create Pod db-0 in StatefulSet db failed error: failed to create PVC data-db-0: persistentvolumeclaims "data-db-0" is forbidden: exceeded quota: small, requested: requests.storage=10Gi, used: requests.storage=0, limited: requests.storage=1Gi';
    expect(await judge('1Gi', '0', '1Gi', { statefulsets: [set], events: [event(set, 'FailedCreate', message)] })).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('db wants 10Gi more') },
    });
  });

  it('is likely when nothing is left and a claim that a pod waits for is missing', async () => {
    expect(await judge('1Gi', '1Gi', '1Gi')).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: {
        title: expect.stringContaining('too little for claim data, which is missing'),
        affects: expect.arrayContaining([expect.objectContaining({ kind: 'Deployment', name: 'db' })]),
      },
    });
  });

  it('is possible when what is left is less than the smallest free volume', async () => {
    expect(await judge('1Gi', '0', '5Gi')).toMatchObject({ verdict: 'found', confidence: 'possible' });
  });

  it('is ruled out when there is room for it', async () => expect(await judge('10Gi', '0', '5Gi')).toMatchObject({ verdict: 'ruled-out' }));

  it('is ruled out when no claim is missing', async () => expect(await judge('1Gi', '0', '5Gi', { pods: [] })).toMatchObject({ verdict: 'ruled-out' }));
});
