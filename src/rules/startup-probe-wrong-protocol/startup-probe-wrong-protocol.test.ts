import { describe, expect, it } from 'vitest';
import type { Pod, Probe } from '#domain/kubernetes/pod.ts';
import { askIn, container, event, NOW, only, pod, type World, workload } from '#testing/world.ts';
import { startupProbeWrongProtocol } from './startup-probe-wrong-protocol.ts';

const circumstances = { now: NOW, onset: NOW };
const HTTP2 = String.raw`Get "http://10.0.0.7:9000/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\x00\x00\x06\x04"`;

function troubled(probe: Probe): Pod {
  return pod('web-1', {
    spec: { containers: [container('app', { ports: [{ containerPort: 9000 }], startupProbe: probe })] },
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
}

async function judge(probe: Probe, failure: string, more: Partial<World> = {}) {
  const { subject, pods } = workload('web', [troubled(probe)]);
  const events = [
    event(pods[0]!, 'Unhealthy', `Startup probe failed: ${failure}`, { count: 5 }),
    event(pods[0]!, 'Killing', 'Container app failed startup probe, will be restarted', { type: 'Normal' }),
  ];
  return startupProbeWrongProtocol.judge(subject, askIn({ pods, events, ...more }), circumstances);
}

describe('startup-probe-wrong-protocol', () => {
  it('finds an HTTP probe that a gRPC server answers', async () => {
    const logs = { 'shop/web-1/app': ['starting gRPC server on :9000'] };
    const verdict = only(await judge({ httpGet: { port: 9000 } }, HTTP2, { logs }));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('gRPC') } });
    expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toContain('"httpGet":null');
  });

  it('finds an HTTPS probe of a plain server by its answer alone', async () => {
    expect(
      only(await judge({ httpGet: { port: 9000, scheme: 'HTTPS' } }, 'Get "https://10.0.0.7:9000/": http: server gave HTTP response to HTTPS client')),
    ).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
    });
  });

  it('says nothing when nobody answers: the program may not be up', async () => {
    expect(await judge({ httpGet: { port: 9000 } }, 'dial tcp 10.0.0.7:9000: connect: connection refused')).toEqual([]);
  });

  it('says nothing about TCP probes, which speak no protocol', async () => {
    expect(await judge({ tcpSocket: { port: 9000 } }, 'dial tcp 10.0.0.7:9000: connect: connection refused')).toEqual([]);
  });

  it('is undecided when events cannot be read', async () => {
    expect(only(await judge({ httpGet: { port: 9000 } }, HTTP2, { gaps: { events: 'timeout' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
