import { describe, expect, it } from 'vitest';
import type { ServicePort } from '#domain/kubernetes/network.ts';
import type { Container } from '#domain/kubernetes/pod.ts';
import { askIn, container, NOW, only, pod, seenIn, service, type World } from '#testing/world.ts';
import { serviceTargetPortMismatch } from './service-target-port-mismatch.ts';

const circumstances = { now: NOW, onset: NOW };

async function judge(ports: readonly ServicePort[], more: Partial<Container>, world: Partial<World> = {}) {
  const object = service('web', { spec: { ports } });
  const pods = [pod('web-1', { metadata: { labels: { app: 'web' } }, spec: { containers: [container('app', more)] } })];
  return serviceTargetPortMismatch.judge(
    { kind: 'Service', ref: { kind: 'Service', namespace: 'shop', name: 'web' }, object, seenIn },
    askIn({ pods, ...world }),
    circumstances,
  );
}
const on8080 = { ports: [{ containerPort: 8080, name: 'http' }] };

describe('service-target-port-mismatch', () => {
  it('is certain when the log and the declared port agree on another one', async () => {
    const verdict = only(await judge([{ port: 80, targetPort: 9090 }], on8080, { logs: { 'shop/web-1/app': ['listening on :8080'] } }));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('9090') } });
    expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toContain('"targetPort":8080');
  });

  it('is certain about a port name that no container defines', async () => {
    expect(only(await judge([{ port: 80, targetPort: 'web' }], on8080))).toMatchObject({
      confidence: 'certain',
      claim: { title: expect.stringContaining('"web"') },
    });
  });

  it('is ruled out for a port that is declared, configured or probed', async () => {
    expect(only(await judge([{ port: 80, targetPort: 'http' }], on8080))).toMatchObject({ verdict: 'ruled-out' });
    expect(only(await judge([{ port: 80, targetPort: 9090 }], { env: [{ name: 'PORT', value: '9090' }] }))).toMatchObject({ verdict: 'ruled-out' });
    expect(only(await judge([{ port: 80, targetPort: 9090 }], { readinessProbe: { tcpSocket: { port: 9090 } } }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is ruled out for an undeclared port on which a program says that it listens', async () => {
    expect(only(await judge([{ port: 80, targetPort: 9090 }], on8080, { logs: { 'shop/web-1/app': ['metrics listening on :9090'] } }))).toMatchObject({
      verdict: 'ruled-out',
    });
  });

  it('is undecided when nothing tells the right port', async () => {
    expect(only(await judge([{ port: 80, targetPort: 9090 }], {}))).toMatchObject({ verdict: 'undecided' });
  });

  it('says less about one port among several', async () => {
    const verdict = only(
      await judge(
        [
          { port: 80, targetPort: 8080 },
          { port: 9100, targetPort: 9100 },
        ],
        { ports: [{ containerPort: 8080 }, { containerPort: 9000 }] },
      ),
    );
    expect(verdict).toMatchObject({ confidence: 'possible' });
  });

  it('leaves another transport protocol to the rule for it', async () => {
    expect(only(await judge([{ port: 80, targetPort: 'http', protocol: 'UDP' }], on8080))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not apply without pods, and is undecided when they cannot be listed', async () => {
    expect(await judge([{ port: 80 }], {}, { pods: [] })).toEqual([]);
    expect(only(await judge([{ port: 80 }], {}, { gaps: { pods: 'timeout' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
