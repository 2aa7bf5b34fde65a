import { describe, expect, it } from 'vitest';
import type { ContainerTermination } from '#domain/kubernetes/pod.ts';
import { askIn, container, NOW, only, pod, type World, workload } from '#testing/world.ts';
import { applicationCrash } from './application-crash.ts';

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
  return applicationCrash.judge(subject, askIn({ pods, logs: { 'shop/web-1/app previous': log }, ...more.world }), circumstances);
}

describe('application-crash', () => {
  it('quotes the error that decides', async () => {
    const log = ['INFO starting', 'ERROR cannot parse config: unexpected key "colour" at line 3', 'INFO bye'];
    expect(only(await judge({ exitCode: 1 }, log))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('colour') },
    });
  });

  it('says that the log holds no error', async () => {
    expect(only(await judge({ exitCode: 2 }, ['hello']))).toMatchObject({ verdict: 'found', claim: { explanation: expect.stringContaining('no error') } });
  });

  it('leaves signals and missing commands to the rules for them', async () => {
    for (const exitCode of [126, 127, 134, 137, 139, 143]) expect(await judge({ exitCode })).toEqual([]);
  });

  it.each([
    ["Unhandled exception. System.InvalidOperationException: no service for type 'IClock' has been registered.", 'IClock'],
    ["thread 'main' panicked at src/main.rs:12:5:\ncannot read rates.toml", ''],
  ])('takes an exception that nobody caught for an error of the program, though its runtime ends by abort(): %s', async (line, said) => {
    expect(only(await judge({ exitCode: 134 }, line.split('\n')))).toMatchObject({ verdict: 'found', claim: { title: expect.stringContaining(said) } });
  });

  it('leaves memory that could not be had to the rule about aborts', async () => {
    expect(await judge({ exitCode: 134 }, ['Unhandled exception. System.OutOfMemoryException: Exception of type was thrown.'])).toEqual([]);
  });

  it('lets an old restart of a running container rest', async () => {
    expect(await judge({ exitCode: 1 }, [], { running: true })).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('web');
    expect(only(await applicationCrash.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
