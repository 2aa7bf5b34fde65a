import { describe, expect, it } from 'vitest';
import { circumstances } from '#testing/objects.ts';
import { askIn, event, only, pod, type World, workload } from '#testing/world.ts';
import { podEvicted } from './pod-evicted.ts';

const PRESSURE =
  'The node was low on resource: memory. Threshold quantity: 100Mi, available: 60Mi. Container app was using 900Mi, request is 64Mi, has larger consumption of memory. ';

async function judge(message: string, at = '2026-03-01T11:50:00Z', more: Partial<World> = {}) {
  const { subject, pods } = workload('web', [pod('web-1', { status: { phase: 'Failed', reason: 'Evicted', message, conditions: [], containerStatuses: [] } })]);
  const events = pods.map((one) => event(one, 'Evicted', message, { lastTimestamp: at }));
  return podEvicted.judge(subject, askIn({ pods, events, ...more }), circumstances);
}

describe('pod-evicted', () => {
  it('names the node, the resource and who used most of it', async () => {
    expect(only(await judge(PRESSURE))).toMatchObject({
      verdict: 'found',
      claim: {
        title: 'A pod of web was evicted from node node-1, which ran short of memory',
        explanation: expect.stringContaining('Container app used 900Mi with a request of 64Mi'),
      },
    });
  });

  it('tells a pod that is over its own limit apart', async () => {
    expect(only(await judge('Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. '))).toMatchObject({
      claim: { title: expect.stringContaining('more local storage than they may') },
    });
  });

  it('lets old evictions rest', async () => {
    expect(await judge(PRESSURE, '2026-02-27T11:50:00Z')).toEqual([]);
  });

  it('says nothing of pods that run, and is undecided when pods cannot be listed', async () => {
    const { subject, pods } = workload('web', [pod('web-1')]);
    expect(await podEvicted.judge(subject, askIn({ pods }), circumstances)).toEqual([]);
    expect(only(await judge(PRESSURE, undefined, { gaps: { pods: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
