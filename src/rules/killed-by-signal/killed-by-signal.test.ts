import { describe, expect, it } from 'vitest';
import type { ContainerTermination } from '#domain/kubernetes/pod.ts';
import { askIn, container, event, meta, NOW, only, pod, type World, workload } from '#testing/world.ts';
import { killedBySignal } from './killed-by-signal.ts';

const circumstances = { now: NOW, onset: '2026-03-01T11:40:00Z' };

/** A container of web that ended so, again and again. */
async function judge(
  ended: Partial<ContainerTermination>,
  log: readonly string[] = [],
  more: { readonly world?: World; readonly restarts?: number; readonly running?: boolean } = {},
) {
  const one = pod('web-1', {
    spec: { containers: [container('app', { command: ['/app/run'] })], restartPolicy: 'Always' },
    status: {
      containerStatuses: [
        {
          name: 'app',
          ready: more.running ?? false,
          restartCount: more.restarts ?? 5,
          state: more.running ? { running: { startedAt: '2026-03-01T10:00:00Z' } } : { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: {
            terminated: {
              exitCode: 1,
              reason: 'Error',
              startedAt: '2026-03-01T11:57:00Z',
              finishedAt: more.running ? '2026-03-01T09:59:00Z' : '2026-03-01T11:57:05Z',
              ...ended,
            },
          },
        },
      ],
    },
  });
  const { subject, pods } = workload('web', [one]);
  return killedBySignal.judge(subject, askIn({ pods, logs: { 'shop/web-1/app previous': log }, ...more.world }), circumstances);
}

describe('killed-by-signal', () => {
  it('finds a kill that nobody claims', async () => {
    expect(only(await judge({ exitCode: 137 }))).toMatchObject({ verdict: 'found', confidence: 'possible' });
  });

  it('leaves a kill by the kernel for memory to the rule for it', async () => {
    expect(await judge({ exitCode: 137, reason: 'OOMKilled' })).toEqual([]);
  });

  it('leaves a kill by a probe to the rules for probes', async () => {
    const events = [event({ kind: 'Pod', metadata: meta('web-1', { uid: undefined }) }, 'Killing', 'Container app failed liveness probe, will be restarted')];
    expect(await judge({ exitCode: 137 }, [], { world: { events } })).toEqual([]);
  });

  it('lets an old restart of a running container rest', async () => {
    expect(await judge({ exitCode: 137 }, [], { running: true })).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('web');
    expect(only(await killedBySignal.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
