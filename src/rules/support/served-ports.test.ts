import { describe, expect, it } from 'vitest';
import { container, podSpec } from '#testing/world.ts';
import { configuredPorts, loggedPorts, resolveTargetPort, servedPorts } from './served-ports.ts';

const logged = (...lines: readonly string[]) => loggedPorts({ lines: lines.map((text) => ({ at: null, text })), truncated: false }).map(({ port }) => port);

describe('loggedPorts', () => {
  it.each([
    ['Ad Service started, listening on 9555', 9555],
    ['{"message":"starting to listen on tcp: \\"[::]:5050\\""}', 5050],
    ['starting grpc server at :3550', 3550],
    ['PaymentService gRPC server started on port 50051', 50051],
    ['Tomcat started on port(s): 8080 (http) with context path', 8080],
    ['Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)', 8000],
    ['Now listening on: http://[::]:7070', 7070],
    ['listening on IPv4 address "0.0.0.0", port 5432', 5432],
    ['Running mode=standalone, port=6379.', 6379],
    ['mysqld: ready for connections. Version: 8.4.0  socket: /var/run/mysqld.sock  port: 3306', 3306],
  ])('%s', (line, port) => {
    expect(logged(line)).toContain(port);
  });

  it.each([
    'connected to redis:6379',
    'failed to listen on :8080: address already in use',
    'started in 4.213 seconds',
    '2026-03-01 12:30:45 request served in 20 ms',
  ])('finds no port in: %s', (line) => {
    expect(logged(line)).toEqual([]);
  });

  it('costs little on hostile lines', () => {
    const began = performance.now();
    logged(`listening ${'1'.repeat(200_000)}`, `listening ${' :'.repeat(100_000)}`);
    expect(performance.now() - began).toBeLessThan(200);
  });
});

describe('configuredPorts', () => {
  const ports = (env: readonly { readonly name: string; readonly value: string }[], args: readonly string[] = []) =>
    configuredPorts(container('app', { env, args })).map(({ port }) => port);

  it('reads what a program is told to listen on', () => {
    expect(ports([{ name: 'PORT', value: '8080' }])).toEqual([8080]);
    expect(ports([{ name: 'ASPNETCORE_URLS', value: 'http://+:8080;https://+:8443' }])).toEqual([8080, 8443]);
    expect(ports([], ['--port=9000'])).toEqual([9000]);
    expect(ports([], ['--listen', '0.0.0.0:9001'])).toEqual([9001]);
  });

  it('does not take the port of a dependency for its own', () => {
    expect(ports([{ name: 'DB_PORT', value: '5432' }], ['--redis-host=redis:6379', '-c', 'x'])).toEqual([]);
  });

  it('ignores what is no port', () => {
    expect(
      ports([
        { name: 'PORT', value: '99999' },
        { name: 'HTTP_PORT', value: 'tcp://10.0.0.1' },
      ]),
    ).toEqual([]);
  });
});

it('counts the ports of sidecars, not of init containers that end', () => {
  const spec = podSpec({
    initContainers: [container('init', { ports: [{ containerPort: 1 }] }), container('side', { restartPolicy: 'Always', ports: [{ containerPort: 15020 }] })],
    containers: [container('app', { ports: [{ containerPort: 8080, name: 'http' }] })],
  });
  expect(servedPorts(spec).map(({ port }) => port)).toEqual([8080, 15020]);
  expect(resolveTargetPort('http', 'TCP', spec)).toBe(8080);
  expect(resolveTargetPort('http', 'UDP', spec)).toBeUndefined();
  expect(resolveTargetPort('8080', 'TCP', spec)).toBe(8080);
});
