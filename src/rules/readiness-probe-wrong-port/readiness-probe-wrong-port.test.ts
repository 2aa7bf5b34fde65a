import { describe, expect, it } from 'vitest';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { askIn, container, event, NOW, only, pod, service, type World, workload } from '#testing/world.ts';
import { readinessProbeWrongPort } from './readiness-probe-wrong-port.ts';

const circumstances = { now: NOW, onset: NOW };
const REFUSED = 'Get "http://10.0.0.7:8081/": dial tcp 10.0.0.7:8081: connect: connection refused';

/** A pod in trouble by its readiness probe on port 8081; its program listens on 8080 unless said otherwise. */
function troubled(spec: Parameters<typeof container>[1] = {}): Pod {
  return pod('web-1', {
    spec: {
      containers: [container('app', { ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { port: 8081, path: '/' } }, ...spec })],
    },
    status: {
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { running: { startedAt: '2026-03-01T11:40:00Z' } }, lastState: {} }],
    },
  });
}

async function judge(one: Pod, more: Partial<World> = {}) {
  const { subject, pods } = workload('web', [one]);
  const events = [event(pods[0]!, 'Unhealthy', `Readiness probe failed: ${REFUSED}`, { count: 8 })];
  return readinessProbeWrongPort.judge(subject, askIn({ pods, events, ...more }), circumstances);
}

describe('readiness-probe-wrong-port', () => {
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

  it('reads the port of a command, and corrects it in the command', async () => {
    const readinessProbe = { exec: { command: ['pg_isready', '-U', 'shop', '-p', '5433'] } };
    const { subject, pods } = workload('web', [troubled({ readinessProbe, ports: [{ containerPort: 5432 }] })]);
    const events = [event(pods[0]!, 'Unhealthy', 'Readiness probe failed: /var/run/postgresql:5433 - no response', { count: 8 })];
    const logs = { 'shop/web-1/app': ['LOG:  listening on IPv4 address "0.0.0.0", port 5432'] };
    const verdict = only(await readinessProbeWrongPort.judge(subject, askIn({ pods, events, logs }), circumstances));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain' });
    expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toContain('"-p","5432"');
  });

  it('is certain about a port name that the container does not define', async () => {
    const { subject, pods } = workload('web', [troubled({ readinessProbe: { tcpSocket: { port: 'admin' } } })]);
    const events = [event(pods[0]!, 'Unhealthy', "Readiness probe errored: couldn't find port: admin")];
    expect(only(await readinessProbeWrongPort.judge(subject, askIn({ pods, events }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
    });
  });

  it('says nothing about a pod that failed while it started and is well now', async () => {
    const { subject, pods } = workload('web', [pod('web-1', { spec: { containers: [container('app', { readinessProbe: { httpGet: { port: 8081 } } })] } })]);
    const events = [event(pods[0]!, 'Unhealthy', `Readiness probe failed: ${REFUSED}`, { lastTimestamp: '2026-03-01T10:00:10Z' })];
    expect(await readinessProbeWrongPort.judge(subject, askIn({ pods, events, services: [service('web')] }), circumstances)).toEqual([]);
  });

  it('is undecided when events cannot be read', async () => {
    const { subject, pods } = workload('web', [troubled()]);
    expect(only(await readinessProbeWrongPort.judge(subject, askIn({ pods, gaps: { events: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
      gap: { reason: 'forbidden' },
    });
  });
});
