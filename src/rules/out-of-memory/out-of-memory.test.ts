import { describe, expect, it } from 'vitest';
import type { ContainerStatus } from '#domain/kubernetes/pod.ts';
import { askIn, container, event, NOW, only, pod, workload } from '#testing/world.ts';
import { outOfMemory } from './out-of-memory.ts';

const circumstances = { now: NOW, onset: '2026-03-01T11:40:00Z' };
const limited = { containers: [container('app', { resources: { requests: {}, limits: { memory: '128Mi' } } })] };
const killed = (startedAt: string, finishedAt: string, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: 'app',
  ready: false,
  restartCount: 4,
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, startedAt, finishedAt } },
  ...more,
});
const judge = (status: ContainerStatus, spec = limited) => {
  const { subject, pods } = workload('checkout', [pod('checkout-1', { spec, status: { containerStatuses: [status] } })]);
  return outOfMemory.judge(subject, askIn({ pods }), circumstances);
};

describe('out-of-memory', () => {
  it('tells a limit that is too low at the start', async () => {
    expect(only(await judge(killed('2026-03-01T11:55:00Z', '2026-03-01T11:55:20Z')))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('128Mi'), explanation: expect.stringContaining('to start') },
    });
  });

  it('tells memory that grew for hours', async () => {
    expect(only(await judge(killed('2026-03-01T06:00:00Z', '2026-03-01T11:55:20Z')))).toMatchObject({
      claim: { explanation: expect.stringContaining('leak') },
    });
  });

  it('finds a limit in which not even the runtime fits', async () => {
    const { subject, pods } = workload('checkout', [
      pod('checkout-1', {
        spec: { containers: [container('app', { resources: { requests: {}, limits: { memory: '5Mi' } } })] },
        status: {
          phase: 'Pending',
          conditions: [],
          containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } }, lastState: {} }],
        },
      }),
    ]);
    const events = [
      event(pods[0]!, 'FailedCreatePodSandBox', 'Failed to create pod sandbox: runc create failed: container init was OOM-killed (memory limit too low?)'),
    ];
    expect(only(await outOfMemory.judge(subject, askIn({ pods, events }), circumstances))).toMatchObject({
      confidence: 'certain',
      claim: { title: expect.stringContaining('5Mi') },
    });
  });

  it('is unsure without a limit', async () => {
    expect(only(await judge(killed('2026-03-01T11:50:00Z', '2026-03-01T11:55:20Z'), { containers: [container('app')] }))).toMatchObject({
      confidence: 'possible',
    });
  });

  it('lets a kill of yesterday rest', async () => {
    const old = killed('2026-02-27T10:00:00Z', '2026-02-28T10:00:00Z', { ready: true, state: { running: { startedAt: '2026-02-28T10:00:01Z' } } });
    expect(only(await judge(old))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('checkout');
    expect(only(await outOfMemory.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
