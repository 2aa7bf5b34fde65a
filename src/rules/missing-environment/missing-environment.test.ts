import { describe, expect, it } from 'vitest';
import { askIn, container, NOW, only, pod, workload } from '#testing/world.ts';
import { missingEnvironment } from './missing-environment.ts';

const circumstances = { now: NOW, onset: '2026-03-01T11:40:00Z' };

async function judge(log: readonly string[], env: readonly { readonly name: string; readonly value?: string }[] = []) {
  const { subject, pods } = workload('web', [
    pod('web-1', {
      spec: { containers: [container('app', { env })] },
      status: {
        containerStatuses: [
          {
            name: 'app',
            ready: false,
            restartCount: 3,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, finishedAt: '2026-03-01T11:58:00Z' } },
          },
        ],
      },
    }),
  ]);
  return missingEnvironment.judge(subject, askIn({ pods, logs: { 'shop/web-1/app previous': log } }), circumstances);
}

describe('missing-environment', () => {
  it('is certain when the container has no such variable', async () => {
    expect(only(await judge(["KeyError: 'DATABASE_URL'"]))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('DATABASE_URL') },
    });
  });

  it('reads the fields that pydantic lists below its message, and those of a Job whose pods have all failed', async () => {
    const log = [
      'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings',
      'model_bucket',
      "  Field required [type=missing, input_value={'a': 'b'}, input_type=dict]",
    ];
    expect(only(await judge(log))).toMatchObject({ verdict: 'found', claim: { title: expect.stringContaining('MODEL_BUCKET is missing') } });
    const { subject, pods } = workload('retrain', [
      pod('retrain-1', {
        spec: { containers: [container('app')], restartPolicy: 'Never' },
        status: {
          phase: 'Failed',
          containerStatuses: [
            { name: 'app', ready: false, restartCount: 0, state: { terminated: { exitCode: 1, finishedAt: '2026-03-01T11:58:00Z' } }, lastState: {} },
          ],
        },
      }),
    ]);
    const world = askIn({ pods, logs: { 'shop/retrain-1/app': ["KeyError: 'MODEL_BUCKET'"] } });
    expect(only(await missingEnvironment.judge(subject, world, circumstances))).toMatchObject({
      verdict: 'found',
      claim: { title: expect.stringContaining('MODEL_BUCKET is missing') },
    });
  });

  it('is less sure when there is one of that name', async () => {
    expect(only(await judge(["KeyError: 'DATABASE_URL'"], [{ name: 'DATABASE_URL', value: '' }]))).toMatchObject({ confidence: 'likely' });
  });

  it('tells the variable that a missing property is set by, less surely: a file may set it too', async () => {
    expect(only(await judge(["Could not resolve placeholder 'app.kafka-url' in value"]))).toMatchObject({
      confidence: 'likely',
      claim: { title: expect.stringContaining('APP_KAFKAURL is missing') },
    });
  });

  it('says nothing about another crash', async () => {
    expect(await judge(['panic: out of range'])).toEqual([]);
  });

  it('does not apply while nothing crashes', async () => {
    const { subject, pods } = workload('web', [pod('web-1')]);
    expect(await missingEnvironment.judge(subject, askIn({ pods }), circumstances)).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('web');
    expect(only(await missingEnvironment.judge(subject, askIn({ gaps: { pods: 'timeout' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
