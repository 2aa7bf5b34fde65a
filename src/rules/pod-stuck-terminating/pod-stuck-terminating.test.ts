import { describe, expect, it } from 'vitest';
import type { ObjectMeta } from '#domain/kubernetes/meta.ts';
import { circumstances } from '#testing/objects.ts';
import { askIn, event, node, only, pod, type World, workload } from '#testing/world.ts';
import { podStuckTerminating } from './pod-stuck-terminating.ts';

async function judge(metadata: Partial<ObjectMeta> = {}, more: Partial<World> = {}) {
  const { subject, pods } = workload('db', [pod('db-0', { metadata: { deletionTimestamp: '2026-03-01T11:30:00Z', ...metadata } })]);
  return podStuckTerminating.judge(subject, askIn({ pods, nodes: [node('node-1')], ...more }), circumstances);
}

describe('pod-stuck-terminating', () => {
  it('names the finalizer that holds it', async () => {
    expect(only(await judge({ finalizers: ['example.com/backup'] }))).toMatchObject({
      confidence: 'likely',
      claim: { title: expect.stringContaining('finalizer example.com/backup') },
    });
  });

  it('tells what the kubelet says, and is less sure without it', async () => {
    const gone = pod('db-0');
    expect(
      only(
        await judge(
          {},
          {
            events: [
              event(gone, 'FailedKillPod', 'error killing pod: context deadline exceeded', {
                involvedObject: { kind: 'Pod', namespace: 'shop', name: 'db-0' },
              }),
            ],
          },
        ),
      ),
    ).toMatchObject({
      confidence: 'likely',
      claim: { title: expect.stringContaining('context deadline exceeded') },
    });
    expect(only(await judge())).toMatchObject({ confidence: 'possible' });
  });

  it('leaves pods on a lost node to the rules for it', async () => {
    const lost = node('node-1', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } });
    expect(only(await judge({}, { nodes: [lost] }))).toMatchObject({ verdict: 'undecided' });
  });

  it('gives a deleted pod time, and says nothing about others', async () => {
    expect(await judge({ deletionTimestamp: '2026-03-01T11:58:00Z' })).toEqual([]);
    expect(await judge({ deletionTimestamp: undefined })).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await judge({}, { gaps: { pods: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
