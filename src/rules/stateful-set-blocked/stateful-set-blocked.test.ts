import { describe, expect, it } from 'vitest';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { circumstances, podIn, statefulSet } from '#testing/objects.ts';
import { askIn, pod, workload } from '#testing/world.ts';
import { statefulSetBlocked } from './stateful-set-blocked.ts';

const ref = { kind: 'StatefulSet', namespace: 'shop', name: 'db', uid: 'sts-db' };
const broken = (name: string, revision = 'r1') =>
  podIn(name, { waiting: { reason: 'CrashLoopBackOff' } }, { metadata: { labels: { 'controller-revision-hash': revision } } });
const judge = async (pods: readonly Pod[], more: Parameters<typeof statefulSet>[1] = {}) => {
  const { subject, pods: own } = workload('db', pods, { ref, desired: 3 });
  return [await statefulSetBlocked.judge(subject, askIn({ pods: own, statefulsets: [statefulSet('db', more)] }), circumstances)].flat();
};

describe('stateful-set-blocked', () => {
  it('is likely when a pod that is not ready keeps others from being made', async () => {
    expect(await judge([pod('db-0'), broken('db-1')])).toMatchObject([
      {
        verdict: 'found',
        confidence: 'likely',
        claim: { title: expect.stringContaining('Pod db-1 is not ready and holds up StatefulSet db: 1 pods after it') },
      },
    ]);
  });

  it('is certain when the pod is left over from a revision that was given up', async () => {
    const status = { currentRevision: 'r1', updateRevision: 'r3' };
    expect(await judge([pod('db-0'), pod('db-1'), broken('db-2', 'r2')], { status })).toMatchObject([
      { confidence: 'certain', claim: { title: 'Pod db-2 is stuck on an old revision and holds up the update of StatefulSet db' } },
    ]);
  });

  it('says nothing when nothing waits for the broken pod', async () => {
    expect(await judge([pod('db-0'), pod('db-1'), broken('db-2')])).toEqual([]);
    expect(await judge([pod('db-0'), broken('db-1')], { spec: { podManagementPolicy: 'Parallel' } })).toEqual([]);
  });

  it('is ruled out when every pod is ready', async () =>
    expect(await judge([pod('db-0'), pod('db-1'), pod('db-2')])).toMatchObject([{ verdict: 'ruled-out' }]));
});
