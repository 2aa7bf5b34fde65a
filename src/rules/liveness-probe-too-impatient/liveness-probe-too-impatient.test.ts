import { describe, expect, it } from 'vitest';
import type { Probe } from '#domain/kubernetes/pod.ts';
import { askIn, container, event, NOW, only, pod, type World, workload } from '#testing/world.ts';
import { livenessProbeTooImpatient } from './liveness-probe-too-impatient.ts';

const circumstances = { now: NOW, onset: NOW };
const REFUSED = 'dial tcp 10.0.0.7:8080: connect: connection refused';

async function judge(timing: Partial<Probe>, more: Partial<World> = {}, port = 8080) {
  const one = pod('web-1', {
    spec: { containers: [container('app', { ports: [{ containerPort: 8080 }], livenessProbe: { tcpSocket: { port }, ...timing } })] },
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
    event(pods[0]!, 'Unhealthy', `Liveness probe failed: ${REFUSED}`, { count: 5 }),
    event(pods[0]!, 'Killing', 'Container app failed liveness probe, will be restarted', { type: 'Normal' }),
  ];
  return livenessProbeTooImpatient.judge(subject, askIn({ pods, events, ...more }), circumstances);
}

describe('liveness-probe-too-impatient', () => {
  it('is certain about a probe that kills two seconds after the start', async () => {
    const hasty = { initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 1 };
    expect(only(await judge(hasty))).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('2 s') } });
  });

  it('is less sure about half a minute', async () => {
    expect(only(await judge({ periodSeconds: 10, failureThreshold: 3 }))).toMatchObject({ verdict: 'found', confidence: 'possible' });
  });

  it('is ruled out for a patient probe: the program hangs', async () => {
    expect(only(await judge({ initialDelaySeconds: 120, periodSeconds: 10, failureThreshold: 6 }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('leaves a probe on a port that nobody serves to the rule about ports', async () => {
    expect(await judge({ initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 1 }, {}, 9999)).toEqual([]);
  });

  it('is undecided when events cannot be read', async () => {
    expect(only(await judge({}, { gaps: { events: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
