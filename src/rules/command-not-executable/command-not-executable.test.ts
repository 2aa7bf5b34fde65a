import { describe, expect, it } from 'vitest';
import type { ContainerTermination } from '#domain/kubernetes/pod.ts';
import { askIn, container, NOW, only, pod, type World, workload } from '#testing/world.ts';
import { commandNotExecutable } from './command-not-executable.ts';

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
  return commandNotExecutable.judge(subject, askIn({ pods, logs: { 'shop/web-1/app previous': log }, ...more.world }), circumstances);
}

describe('command-not-executable', () => {
  it('is certain when the runtime says so', async () => {
    const message = 'exec: "/app/run": permission denied: unknown';
    expect(only(await judge({ exitCode: 128, reason: 'StartError', message }))).toMatchObject({ verdict: 'found', confidence: 'certain' });
  });

  it('is likely by the exit code alone', async () => {
    expect(only(await judge({ exitCode: 126 }))).toMatchObject({ confidence: 'likely' });
  });

  it('leaves a program that is refused a file alone', async () => {
    expect(await judge({ exitCode: 1 }, ['open /data/x: permission denied'])).toEqual([]);
  });

  it('lets an old restart of a running container rest', async () => {
    expect(await judge({ exitCode: 126 }, [], { running: true })).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('web');
    expect(only(await commandNotExecutable.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
