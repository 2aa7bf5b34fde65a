import { describe, expect, it } from 'vitest';
import { container, event, meta } from '#testing/world.ts';
import { containerOf, failedProbe, patienceSeconds, probeTarget, readFailure } from './probes.ts';

describe('readFailure', () => {
  const cases: readonly (readonly [string, Record<string, unknown>])[] = [
    ['Get "http://10.0.0.1:80/": dial tcp 10.0.0.1:80: connect: connection refused', { kind: 'no-connection' }],
    ['timeout: failed to connect service "10.0.0.1:80" within 1s: context deadline exceeded', { kind: 'no-connection' }],
    ['dial tcp 10.0.0.1:80: i/o timeout', { kind: 'no-connection' }],
    ['Get "http://10.0.0.1:80/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)', { kind: 'too-slow' }],
    ['timeout: health rpc did not complete within 1s', { kind: 'too-slow' }],
    ['command "/probe" timed out', { kind: 'too-slow' }],
    ['HTTP probe failed with statuscode: 404', { kind: 'status', status: 404 }],
    [String.raw`malformed HTTP response "\x00\x00\x06\x04"`, { kind: 'other-protocol', speaks: 'grpc' }],
    ['malformed HTTP response "-ERR unknown command"', { kind: 'other-protocol', speaks: 'unknown' }],
    ['http: server gave HTTP response to HTTPS client', { kind: 'other-protocol', speaks: 'http' }],
    ['error reading server preface: http2: frame too large', { kind: 'other-protocol', speaks: 'http' }],
    ['error: this server does not implement the grpc health protocol', { kind: 'no-health-service' }],
    ['service unhealthy (responded with "NOT_SERVING")', { kind: 'said-no' }],
    ['/var/run/postgresql:5433 - no response', { kind: 'no-connection' }],
    ["error: 'Can't connect to MySQL server on '127.0.0.1:3307' (111)'", { kind: 'no-connection' }],
    ['Get "http://10.0.0.1:6379/": EOF', { kind: 'hung-up' }],
    ["couldn't find port: admin", { kind: 'no-such-port-name' }],
    ['', { kind: 'other' }],
  ];
  it.each(cases)('%s', (message, failure) => {
    expect(readFailure(message)).toEqual(failure);
  });
});

describe('probeTarget', () => {
  const app = container('app', { ports: [{ containerPort: 8080, name: 'http' }] });

  it('resolves names through the container, and keeps unknown ones unresolved', () => {
    expect(probeTarget(app, { httpGet: { port: 'http' } })).toMatchObject({ protocol: 'http', number: 8080, path: '/' });
    expect(probeTarget(app, { tcpSocket: { port: 'admin' } }).number).toBeUndefined();
    expect(probeTarget(app, { httpGet: { port: '9090', scheme: 'HTTPS' } })).toMatchObject({ protocol: 'https', number: 9090 });
  });

  it('reads the port that a command asks', () => {
    expect(probeTarget(app, { exec: { command: ['grpc_health_probe', '-addr=:5050'] } }).number).toBe(5050);
    expect(probeTarget(app, { exec: { command: ['wget', '-qO-', 'http://localhost:3000/live'] } }).number).toBe(3000);
    expect(probeTarget(app, { exec: { command: ['cat', '/tmp/healthy'] } }).number).toBeUndefined();
  });

  it.each([
    ['pg_isready -U cms -p 5433', 5433],
    ['sh -c exec pg_isready -h 127.0.0.1 -p 5433 && true', 5433],
    ['redis-cli -p 6380 ping', 6380],
    ['mysqladmin ping -P 3307 -ppassword1', 3307],
    ['mongosh --port 27018 --eval 1', 27_018],
    ['nc -z -w 2 localhost 9093', 9093],
    ['bash -c </dev/tcp/127.0.0.1/8081', 8081],
    ['pg_isready -h postgres -p 5433', undefined],
    ['mysqladmin ping -p12345', undefined],
  ])('reads the port of %s', (line, port) => {
    expect(probeTarget(app, { exec: { command: line.split(' ') } }).number).toBe(port);
  });
});

it('adds up how long a probe waits, with the defaults of Kubernetes', () => {
  expect(patienceSeconds({})).toBe(21);
  expect(patienceSeconds({ initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 1 })).toBe(2);
});

it('knows which probe and which container an event is about', () => {
  const one = event({ kind: 'Pod', metadata: meta('web-1') }, 'Unhealthy', 'Startup probe failed: x');
  expect(failedProbe(one)).toBe('startup');
  expect(failedProbe({ ...one, reason: 'BackOff' })).toBeUndefined();
  expect(containerOf({ ...one, involvedObject: { ...one.involvedObject, fieldPath: 'spec.containers{app}' } })).toBe('app');
});
