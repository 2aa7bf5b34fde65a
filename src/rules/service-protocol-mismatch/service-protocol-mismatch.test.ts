import { describe, expect, it } from 'vitest';
import type { ServicePort } from '#domain/kubernetes/network.ts';
import type { Container } from '#domain/kubernetes/pod.ts';
import { askIn, container, NOW, only, pod, seenIn, service, type World } from '#testing/world.ts';
import { serviceProtocolMismatch } from './service-protocol-mismatch.ts';

const circumstances = { now: NOW, onset: NOW };

async function judge(ports: readonly ServicePort[], more: Partial<Container>, world: Partial<World> = {}) {
  const object = service('web', { spec: { ports } });
  const pods = [pod('web-1', { metadata: { labels: { app: 'web' } }, spec: { containers: [container('app', more)] } })];
  return serviceProtocolMismatch.judge(
    { kind: 'Service', ref: { kind: 'Service', namespace: 'shop', name: 'web' }, object, seenIn },
    askIn({ pods, ...world }),
    circumstances,
  );
}

describe('service-protocol-mismatch', () => {
  it('is certain when a probe reaches the port by TCP', async () => {
    const verdict = only(
      await judge([{ port: 80, targetPort: 8080, protocol: 'UDP' }], { ports: [{ containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 8080 } } }),
    );
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('UDP') } });
    expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toContain('/spec/ports/0/protocol');
  });

  it('is likely by the declaration alone, in both directions', async () => {
    expect(only(await judge([{ port: 53, targetPort: 5353, protocol: 'TCP' }], { ports: [{ containerPort: 5353, protocol: 'UDP' }] }))).toMatchObject({
      confidence: 'likely',
    });
  });

  it('is ruled out when both protocols are served, as DNS servers do', async () => {
    const both = {
      ports: [
        { containerPort: 53, protocol: 'UDP' },
        { containerPort: 53, protocol: 'TCP' },
      ],
    };
    expect(
      only(
        await judge(
          [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
          both,
        ),
      ),
    ).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is ruled out for a port that is not declared', async () => {
    expect(only(await judge([{ port: 80, targetPort: 8080, protocol: 'UDP' }], {}))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is undecided when pods cannot be listed', async () => {
    expect(only(await judge([{ port: 80 }], {}, { gaps: { pods: 'timeout' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
