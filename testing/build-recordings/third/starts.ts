import { recreate, rollOut, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { nginxError, plain } from '../log-lines.ts';
import type { Draft } from '../shape.ts';
import { BANK, newBank } from './bank.ts';
import { laravel, slog } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { again, alarm, expect } from './tell.ts';
import { newWebshop, SHOP } from './webshop.ts';

/** A diagnostics sidecar came with the release and takes the port of the service. */
function kestrelPort(): Draft {
  const draft = newBank('t-cards-port');
  const cards = workloadOf(draft, 'cards');
  const pods = rollOut(cards, 9, ({ spec }) => {
    spec.containers.push({
      name: 'audit-agent',
      image: `${BANK}/audit-agent:3.0.1`,
      args: ['--listen=:8080'],
      ports: [{ name: 'audit', containerPort: 8080 }],
    });
  });
  crash(cards, pods, {
    container: 'cards',
    exit: 134,
    ranSeconds: 2,
    log: [
      [
        0.01,
        plain(
          'crit: Microsoft.AspNetCore.Hosting.Diagnostics[6]\n      Application startup exception\n      System.IO.IOException: Failed to bind to address http://[::]:8080: address already in use.\n       ---> System.Net.Sockets.SocketException (98): Address already in use',
        ),
      ],
    ],
  });
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'PortConflict', 'cards', 'starts');
}

/** The exporter beside the registry listens where the registry wants to; neither declares it. */
function goPort(): Draft {
  const draft = newTelemetry('t-registry-port');
  const registry = workloadOf(draft, 'device-registry');
  const pods = recreate(registry, 8, ({ spec }) => {
    spec.containers.push({ name: 'pg-exporter', image: 'quay.io/prometheuscommunity/postgres-exporter:v0.16.0', args: ['--web.listen-address=:8080'] });
  });
  crash(registry, pods, {
    container: 'pg-exporter',
    exit: 1,
    ranSeconds: 1,
    log: [[0.01, slog('ERROR', 'Error running HTTP server', 'err="listen tcp :8080: bind: address already in use"')]],
  });
  again(
    workloadOf(draft, 'ingest'),
    [
      slog(
        'ERROR',
        'resolve device',
        'error="Get \\"http://device-registry:8080/v1/devices/pump-0417\\": dial tcp 10.43.11.4:8080: connect: connection refused"',
      ),
    ],
    7,
    0.5,
  );
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'PortConflict', 'device-registry', 'starts');
}

/** nginx retries to bind before it gives up. */
function nginxPort(): Draft {
  const draft = newWebshop('t-storefront-port');
  const storefront = workloadOf(draft, 'storefront');
  const pods = recreate(storefront, 7, ({ spec }) => {
    spec.containers.push({ name: 'coupon-banner', image: `${SHOP}/banner:0.3.0`, ports: [{ name: 'banner', containerPort: 8080 }] });
  });
  crash(storefront, pods, {
    exit: 1,
    ranSeconds: 3,
    log: [
      [0.05, nginxError('emerg', 'bind() to 0.0.0.0:8080 failed (98: Address in use)')],
      [0.01, nginxError('emerg', 'still could not bind()')],
    ],
  });
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'PortConflict', 'storefront', 'starts');
}

/** Nobody scaled the registry back; who calls it is refused. */
function zeroRegistry(): Draft {
  const draft = newTelemetry('t-registry-zero');
  const registry = workloadOf(draft, 'device-registry');
  Object.assign(registry, { replicas: 0, pods: [], shortSince: 9 });
  const line = slog(
    'ERROR',
    'resolve device',
    ({ clusterIpOf }) =>
      `error="Get \\"http://device-registry:8080/v1/devices/pump-0417\\": dial tcp ${clusterIpOf('device-registry')}:8080: connect: connection refused"`,
  );
  for (const name of ['ingest', 'query-api']) again(workloadOf(draft, name), [line], 8.5, 0.4);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'ScaledToZero', 'device-registry', 'starts');
}

/** RabbitMQ, a StatefulSet, has no pods; its publishers do not resolve or connect. */
function zeroBroker(): Draft {
  const draft = newWebshop('t-rabbitmq-zero');
  Object.assign(workloadOf(draft, 'rabbitmq'), { replicas: 0, pods: [], shortSince: 7 });
  const mailer = workloadOf(draft, 'mailer');
  crash(mailer, mailer.pods, {
    exit: 1,
    restarts: 5,
    ranSeconds: 20,
    log: [
      [
        0.01,
        plain(
          "/usr/local/bundle/gems/bunny-2.23.0/lib/bunny/transport.rb:258:in `rescue in initialize_socket': Could not establish TCP connection to rabbitmq:5672: Connection refused - connect(2) for 10.43.77.19:5672 (Bunny::TCPConnectionFailed)",
        ),
      ],
    ],
  });
  for (const pod of mailer.pods) for (const event of pod.events) Object.assign(event, { first: 6.5 });
  again(
    workloadOf(draft, 'checkout'),
    [
      laravel(
        'ERROR',
        'stream_socket_client(): Unable to connect to tcp://rabbitmq:5672 (Connection refused) {"exception":"[object] (PhpAmqpLib\\\\Exception\\\\AMQPIOException(code: 111)"}',
      ),
    ],
    6.5,
    0.6,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'ScaledToZero', 'rabbitmq', 'starts');
}

export const starts = [kestrelPort, goPort, nginxPort, zeroRegistry, zeroBroker];
