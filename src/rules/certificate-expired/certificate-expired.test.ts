import { describe, expect, it } from 'vitest';
import { circumstances, secret } from '#testing/objects.ts';
import { askIn, container, only, pod, service, type World, workload } from '#testing/world.ts';
import { certificateExpired } from './certificate-expired.ts';

const EXPIRED =
  'ERROR failed to connect to kafka:9092: tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-01T11:54:32Z is after 2026-03-01T00:00:00Z';
const server = pod('kafka-0', {
  metadata: { labels: { app: 'kafka' }, ownerReferences: [{ kind: 'StatefulSet', name: 'kafka', uid: 'sts', controller: true }] },
  spec: { volumes: [{ name: 'tls', secret: { secretName: 'kafka-tls' } }] as never },
  status: { podIP: '10.0.0.30' },
});

/** A client that says this in its log, beside a Service kafka. */
async function judge(line: string, more: World = {}) {
  const { subject, pods } = workload('positions', [
    pod('positions-1', { spec: { containers: [container('app', { env: [{ name: 'BROKER', value: 'kafka:9092' }] })] }, status: { conditions: [] } }),
  ]);
  const world: World = {
    pods: [...pods, server],
    services: [service('kafka', { spec: { ports: [{ port: 9092, targetPort: 9092, protocol: 'TCP' }] } })],
    secrets: [secret('kafka-tls', ['tls.crt', 'tls.key'])],
    logs: { 'shop/positions-1/app': [line, line, line, line] },
    ...more,
  };
  return certificateExpired.judge(subject, askIn(world), circumstances);
}

describe('certificate-expired', () => {
  it('names the workload that presents the expired certificate, since when, and where to look', async () => {
    expect(only(await judge(EXPIRED))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: {
        title: expect.stringContaining('kafka expired on 2026-03-01'),
        subject: { kind: 'StatefulSet', name: 'kafka' },
        since: '2026-03-01T00:00:00.000Z',
        remedies: [{ command: expect.stringContaining('kafka-tls') }, { command: expect.stringContaining('rollout restart statefulset/kafka') }],
      },
    });
  });

  it('blames the one that logs it when the other end said so', async () => {
    expect(only(await judge('ERROR kafka:9092: remote error: tls: expired certificate'))).toMatchObject({ claim: { subject: { name: 'positions' } } });
  });

  it('blames the client when a server refuses its certificate', async () => {
    const line = 'ERROR http: TLS handshake error from 10.0.0.30:51000: tls: failed to verify certificate: x509: certificate has expired or is not yet valid';
    expect(only(await judge(line))).toMatchObject({ claim: { subject: { kind: 'StatefulSet', name: 'kafka' } } });
  });

  it('is less sure of what is outside the cluster', async () => {
    const line = 'ERROR Get "https://api.example.com/": x509: certificate has expired or is not yet valid';
    expect(only(await judge(line))).toMatchObject({
      confidence: 'possible',
      claim: { title: expect.stringContaining('api.example.com'), subject: { name: 'positions' } },
    });
  });

  it('says nothing of a certificate that is not valid yet, of another TLS failure, or without one', async () => {
    expect(
      await judge('ERROR kafka:9092: x509: certificate has expired or is not yet valid: current time 2026-03-01T11:54:32Z is before 2026-04-01T00:00:00Z'),
    ).toEqual([]);
    expect(await judge('ERROR kafka:9092: x509: certificate signed by unknown authority')).toEqual([]);
    expect(await judge('INFO all is well')).toEqual([]);
  });
});
