import { describe, expect, it } from 'vitest';
import { askIn, container, NOW, only, pod, workload } from '#testing/world.ts';
import { diskFull } from './disk-full.ts';

const circumstances = { now: NOW, onset: NOW };
const spec = {
  containers: [container('db', { volumeMounts: [{ name: 'data', mountPath: '/var/lib/data' }] })],
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'db-data' } }],
};
const unwell = {
  conditions: [{ type: 'Ready', status: 'False' }],
  containerStatuses: [{ name: 'db', ready: false, restartCount: 0, state: { running: {} }, lastState: {} }],
};

describe('disk-full', () => {
  it('names the claim that is full', async () => {
    const { subject, pods } = workload('db', [pod('db-1', { spec, status: unwell })]);
    const logs = { 'shop/db-1/db': ['write /var/lib/data/wal/7: no space left on device'] };
    expect(only(await diskFull.judge(subject, askIn({ pods, logs }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { subject: { kind: 'PersistentVolumeClaim', name: 'db-data' } },
    });
  });

  it('is unsure where no volume is known', async () => {
    const { subject, pods } = workload('db', [pod('db-1', { spec: { containers: [container('db')] }, status: unwell })]);
    const logs = { 'shop/db-1/db': ['write /tmp/x: no space left on device'] };
    expect(only(await diskFull.judge(subject, askIn({ pods, logs }), circumstances))).toMatchObject({ confidence: 'possible' });
  });

  it('lets a complaint of a pod that is well, without a recent time, rest', async () => {
    const { subject, pods } = workload('db', [pod('db-1', { spec })]);
    const logs = { 'shop/db-1/db': ['2026-02-01T00:00:00Z ERROR write /var/lib/data/x: no space left on device'] };
    expect(await diskFull.judge(subject, askIn({ pods, logs }), circumstances)).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('db');
    expect(only(await diskFull.judge(subject, askIn({ gaps: { pods: 'timeout' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
