import { describe, expect, it } from 'vitest';
import type { ContainerTermination } from '#domain/kubernetes/pod.ts';
import { askIn, container, NOW, only, pod, type World, workload } from '#testing/world.ts';
import { commandNotFound } from './command-not-found.ts';

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
  return commandNotFound.judge(subject, askIn({ pods, logs: { 'shop/web-1/app previous': log }, ...more.world }), circumstances);
}

describe('command-not-found', () => {
  it('is certain when the runtime says so', async () => {
    const message = 'exec: "/app/run": stat /app/run: no such file or directory: unknown';
    expect(only(await judge({ exitCode: 128, reason: 'StartError', message }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('/app/run') },
    });
  });

  it('is certain when a shell says so', async () => {
    expect(only(await judge({ exitCode: 127 }, ['/bin/sh: 1: gunicorn: not found']))).toMatchObject({ confidence: 'certain' });
  });

  it('is likely by the exit code alone', async () => {
    expect(only(await judge({ exitCode: 127 }))).toMatchObject({ confidence: 'likely' });
  });

  it('says nothing about other exit codes', async () => {
    expect(await judge({ exitCode: 1 }, ['config file not found'])).toEqual([]);
  });

  it('lets an old restart of a running container rest', async () => {
    expect(await judge({ exitCode: 127 }, [], { running: true })).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('web');
    expect(only(await commandNotFound.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
