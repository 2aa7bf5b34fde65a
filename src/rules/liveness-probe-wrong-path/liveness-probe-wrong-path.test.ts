import { describe, expect, it } from 'vitest';
import { askIn, container, event, NOW, only, pod, workload } from '#testing/world.ts';
import { livenessProbeWrongPath } from './liveness-probe-wrong-path.ts';

const circumstances = { now: NOW, onset: NOW };

async function judge(status: number) {
  const one = pod('web-1', {
    spec: { containers: [container('app', { ports: [{ containerPort: 8080 }], livenessProbe: { httpGet: { port: 8080, path: '/healthz' } } })] },
    status: {
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [
        {
          name: 'app',
          ready: false,
          restartCount: 4,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 137, reason: 'Error', startedAt: '2026-03-01T11:54:30Z', finishedAt: '2026-03-01T11:55:00Z' } },
        },
      ],
    },
  });
  const { subject, pods } = workload('web', [one]);
  const events = [
    event(pods[0]!, 'Unhealthy', `Liveness probe failed: HTTP probe failed with statuscode: ${status}`, { count: 5 }),
    event(pods[0]!, 'Killing', 'Container app failed liveness probe, will be restarted', { type: 'Normal' }),
  ];
  return livenessProbeWrongPath.judge(subject, askIn({ pods, events }), circumstances);
}

describe('liveness-probe-wrong-path', () => {
  it('finds a path that the program does not have', async () => {
    expect(only(await judge(404))).toMatchObject({ verdict: 'found', confidence: 'likely', claim: { title: expect.stringContaining('/healthz') } });
  });

  it('finds a path that asks for credentials', async () => {
    expect(only(await judge(401))).toMatchObject({ verdict: 'found', claim: { explanation: expect.stringContaining('credentials') } });
  });

  it('leaves a program that says it is unwell alone', async () => {
    expect(await judge(503)).toEqual([]);
  });

  it('does not apply without an HTTP probe', async () => {
    const { subject, pods } = workload('web', [pod('web-1')]);
    expect(await livenessProbeWrongPath.judge(subject, askIn({ pods }), circumstances)).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('web');
    expect(only(await livenessProbeWrongPath.judge(subject, askIn({ gaps: { pods: 'timeout' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
