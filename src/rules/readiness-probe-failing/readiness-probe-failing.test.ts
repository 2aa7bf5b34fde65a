import { describe, expect, it } from 'vitest';
import { askIn, container, event, NOW, only, pod, workload } from '#testing/world.ts';
import { readinessProbeFailing } from './readiness-probe-failing.ts';

const circumstances = { now: NOW, onset: NOW };
const spec = { containers: [container('app', { readinessProbe: { httpGet: { port: 8080, path: '/ready' } } })] };

describe('readiness-probe-failing', () => {
  it('finds a program that says it is not ready', async () => {
    const { subject, pods } = workload('web', [
      pod('web-1', {
        spec,
        status: {
          conditions: [{ type: 'Ready', status: 'False' }],
          containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { running: { startedAt: '2026-03-01T11:00:00Z' } }, lastState: {} }],
        },
      }),
    ]);
    const events = [event(pods[0]!, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503')];
    expect(only(await readinessProbeFailing.judge(subject, askIn({ pods, events }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('503') },
    });
  });

  it('is ruled out for a pod that only failed in its first seconds', async () => {
    const { subject, pods } = workload('web', [pod('web-1', { spec })]);
    const events = [event(pods[0]!, 'Unhealthy', 'Readiness probe failed: connection refused', { lastTimestamp: '2026-03-01T10:00:06Z' })];
    expect(only(await readinessProbeFailing.judge(subject, askIn({ pods, events }), circumstances))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not apply without a readiness probe', async () => {
    const { subject, pods } = workload('web', [pod('web-1')]);
    expect(await readinessProbeFailing.judge(subject, askIn({ pods }), circumstances)).toEqual([]);
  });

  it('is undecided when events cannot be read', async () => {
    const { subject, pods } = workload('web', [pod('web-1', { spec })]);
    expect(only(await readinessProbeFailing.judge(subject, askIn({ pods, gaps: { events: 'timeout' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
