import { describe, expect, it } from 'vitest';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { askIn, container, event, NOW, only, pod, service, type World, workload } from '#testing/world.ts';
import { startupProbeWrongPort } from './startup-probe-wrong-port.ts';

const circumstances = { now: NOW, onset: NOW };
const REFUSED = 'Get "http://10.0.0.7:8081/": dial tcp 10.0.0.7:8081: connect: connection refused';

/** A pod in trouble by its startup probe on port 8081; its program listens on 8080 unless said otherwise. */
function troubled(spec: Parameters<typeof container>[1] = {}): Pod {
  return pod('web-1', {
    spec: {
      containers: [container('app', { ports: [{ containerPort: 8080 }], startupProbe: { httpGet: { port: 8081, path: '/' } }, ...spec })],
    },
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

async function judge(one: Pod, more: Partial<World> = {}) {
  const { subject, pods } = workload('web', [one]);
  const events = [
    event(pods[0]!, 'Unhealthy', `Startup probe failed: ${REFUSED}`, { count: 8 }),
    event(pods[0]!, 'Killing', 'Container app failed startup probe, will be restarted', { type: 'Normal' }),
  ];
  return startupProbeWrongPort.judge(subject, askIn({ pods, events, ...more }), circumstances);
}

describe('startup-probe-wrong-port', () => {
  it('is certain when the log and the declared port agree on another one', async () => {
    const verdict = only(await judge(troubled(), { logs: { 'shop/web-1/app': ['server listening on 0.0.0.0:8080'] } }));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('8081') } });
    expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toContain('"port":8080');
  });

  it('says less when only the declaration speaks for the other port', async () => {
    expect(only(await judge(troubled()))).toMatchObject({ verdict: 'found', confidence: 'possible' });
  });

  it('is ruled out when the port is the declared one: then the program is not up', async () => {
    expect(only(await judge(troubled({ ports: [{ containerPort: 8081 }] })))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('counts the ports of a sidecar, which shares the address', async () => {
    const withSidecar = troubled();
    const both = {
      ...withSidecar,
      spec: { ...withSidecar.spec, containers: [...withSidecar.spec.containers, container('proxy', { ports: [{ containerPort: 8081 }] })] },
    };
    expect(only(await judge(both))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is certain about a port name that the container does not define', async () => {
    const { subject, pods } = workload('web', [troubled({ startupProbe: { tcpSocket: { port: 'admin' } } })]);
    const events = [
      event(pods[0]!, 'Unhealthy', "Startup probe errored: couldn't find port: admin"),
      event(pods[0]!, 'Killing', 'Container app failed startup probe, will be restarted', { type: 'Normal' }),
    ];
    expect(only(await startupProbeWrongPort.judge(subject, askIn({ pods, events }), circumstances))).toMatchObject({ verdict: 'found', confidence: 'certain' });
  });

  it('says nothing about a pod that failed while it started and is well now', async () => {
    const { subject, pods } = workload('web', [pod('web-1', { spec: { containers: [container('app', { startupProbe: { httpGet: { port: 8081 } } })] } })]);
    const events = [event(pods[0]!, 'Unhealthy', `Startup probe failed: ${REFUSED}`, { lastTimestamp: '2026-03-01T10:00:10Z' })];
    expect(await startupProbeWrongPort.judge(subject, askIn({ pods, events, services: [service('web')] }), circumstances)).toEqual([]);
  });

  it('is undecided when events cannot be read', async () => {
    const { subject, pods } = workload('web', [troubled()]);
    expect(only(await startupProbeWrongPort.judge(subject, askIn({ pods, gaps: { events: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
      gap: { reason: 'forbidden' },
    });
  });
});
