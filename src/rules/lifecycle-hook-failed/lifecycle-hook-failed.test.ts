import { describe, expect, it } from 'vitest';
import { circumstances, podIn } from '#testing/objects.ts';
import { askIn, event, only, pod, type World, workload } from '#testing/world.ts';
import { lifecycleHookFailed } from './lifecycle-hook-failed.ts';

const MESSAGE = 'PostStartHook failed: exec [/bin/register] failed: exit status 1';

async function judge(reason: string, at: string | undefined, more: Partial<World> = {}) {
  const { subject, pods } = workload('web', [podIn('web-1', { waiting: { reason } })]);
  const events = at ? pods.map((one) => event(one, 'FailedPostStartHook', MESSAGE, { lastTimestamp: at })) : [];
  return lifecycleHookFailed.judge(subject, askIn({ pods, events, ...more }), circumstances);
}

describe('lifecycle-hook-failed', () => {
  it('is certain when the status and the kubelet agree, else likely', async () => {
    expect(only(await judge('PostStartHookError', '2026-03-01T11:58:00Z'))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('/bin/register') },
    });
    expect(only(await judge('CrashLoopBackOff', '2026-03-01T11:58:00Z'))).toMatchObject({ confidence: 'likely' });
  });

  it('says nothing about another crash, or a failure that is over', async () => {
    expect(await judge('CrashLoopBackOff', undefined)).toEqual([]);
    expect(await judge('CrashLoopBackOff', '2026-03-01T09:00:00Z')).toEqual([]);
    const { subject, pods } = workload('web', [pod('web-1')]);
    expect(await lifecycleHookFailed.judge(subject, askIn({ pods }), circumstances)).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await judge('PostStartHookError', undefined, { gaps: { pods: 'timeout' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
