import { describe, expect, it } from 'vitest';
import type { ContainerTermination } from '#domain/kubernetes/pod.ts';
import { askIn, container, NOW, only, pod, type World, workload } from '#testing/world.ts';
import { containerAborted } from './container-aborted.ts';

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
  return containerAborted.judge(subject, askIn({ pods, logs: { 'shop/web-1/app previous': log }, ...more.world }), circumstances);
}

describe('container-aborted', () => {
  it('finds exit code 134', async () => {
    expect(only(await judge({ exitCode: 134 }, ['terminate called after throwing an instance of std::bad_alloc']))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
    });
  });

  it('leaves an exception that nobody caught to the rule about errors of programs', async () => {
    expect(await judge({ exitCode: 134 }, ['Unhandled exception. System.InvalidOperationException: cannot start'])).toEqual([]);
  });

  it('says nothing about other ends', async () => {
    expect(await judge({ exitCode: 1 })).toEqual([]);
  });

  it('lets an old restart of a running container rest', async () => {
    expect(await judge({ exitCode: 134 }, [], { running: true })).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('web');
    expect(only(await containerAborted.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
