import { onMain, recreate, rollOut, workloadOf } from '../draft.ts';
import { probeFails } from '../faults.ts';
import { access, plain } from '../log-lines.ts';
import { grpc, httpGet, tcp } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { python, slog } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { again, alarm, expect } from './tell.ts';
import { newWebshop } from './webshop.ts';

const FAMILY = 'probes';

/** The probe asks the metrics port that the service never had. */
function livePort(): Draft {
  const draft = newTelemetry('t-notifier-live-port');
  const notifier = workloadOf(draft, 'notifier');
  const pods = recreate(
    notifier,
    8,
    onMain((one) => {
      one.livenessProbe = httpGet('/livez', 8081, { initialDelaySeconds: 5 });
    }),
  );
  probeFails(notifier, pods, 'Liveness', 'Get "http://{ip}:8081/livez": dial tcp {ip}:8081: connect: connection refused', {
    kills: 7,
    exit: 2,
    ranSeconds: 30,
    backOff: true,
  });
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'LivenessProbeWrongPort', 'notifier', FAMILY);
}

/** Kestrel speaks HTTP on that port, the probe HTTPS. */
function liveScheme(): Draft {
  const draft = newBank('t-fx-live-https');
  const fx = workloadOf(draft, 'fx-rates');
  const pods = rollOut(
    fx,
    9,
    onMain((one) => {
      one.livenessProbe = { ...httpGet('/health/live', 8080), httpGet: { path: '/health/live', port: 8080, scheme: 'HTTPS' } };
    }),
  );
  fx.pods = pods;
  probeFails(fx, pods, 'Liveness', 'Get "https://{ip}:8080/health/live": tls: first record does not look like a TLS handshake', {
    kills: 6,
    exit: 0,
    ranSeconds: 35,
  });
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'LivenessProbeWrongProtocol', 'fx-rates', FAMILY);
}

/** The health page of the shop is /up; the release asks for /healthz. */
function livePath(): Draft {
  const draft = newWebshop('t-catalog-live-path');
  const catalog = workloadOf(draft, 'catalog');
  const pods = recreate(
    catalog,
    7,
    onMain((one) => {
      one.livenessProbe = httpGet('/healthz', 3000, { initialDelaySeconds: 15 });
    }),
  );
  probeFails(catalog, pods, 'Liveness', 'HTTP probe failed with statuscode: 404', { kills: 5, exit: 143, ranSeconds: 46 });
  again(catalog, [access('/healthz', 404, 0)], 0.3, 0.16);
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'LivenessProbeWrongPath', 'catalog', FAMILY);
}

/** One second and one try are too little for a collector that pauses now and then. */
function liveHasty(): Draft {
  const draft = newBank('t-statements-live-hasty');
  const statements = workloadOf(draft, 'statements');
  const pods = recreate(
    statements,
    10,
    onMain((one) => {
      one.livenessProbe = httpGet('/health/live', 8080, { initialDelaySeconds: 1, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 1 });
    }),
  );
  probeFails(statements, pods, 'Liveness', 'Get "http://{ip}:8080/health/live": dial tcp {ip}:8080: connect: connection refused', {
    kills: 8,
    exit: 137,
    ranSeconds: 3,
    backOff: true,
  });
  for (const pod of pods) pod.previous['statements'] = [[0.46, plain('info: Bank.Statements.Warmup[0]\n      Loading 112 templates')]];
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'LivenessProbeTooImpatient', 'statements', FAMILY);
}

/** gRPC is asked of a server of plain HTTP. */
function readyGrpc(): Draft {
  const draft = newTelemetry('t-query-ready-grpc');
  const query = workloadOf(draft, 'query-api');
  const pods = recreate(
    query,
    6,
    onMain((one) => {
      one.readinessProbe = grpc(8080);
    }),
  );
  probeFails(query, pods, 'Readiness', 'timeout: failed to connect service "{ip}:8080" within 1s: context deadline exceeded');
  again(workloadOf(draft, 'console'), [plain('10.42.1.1 - - "GET /api/v1/series HTTP/1.1" 502 157 "-" "Mozilla/5.0"')], 5, 0.3);
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'ReadinessProbeWrongProtocol', 'query-api', FAMILY);
}

/** The readiness page was renamed in the template only. */
function readyPath(): Draft {
  const draft = newBank('t-accounts-ready-path');
  const accounts = workloadOf(draft, 'accounts');
  const pods = rollOut(
    accounts,
    12,
    onMain((one) => {
      one.readinessProbe = httpGet('/healthz/ready', 8080, { timeoutSeconds: 2 });
    }),
  );
  probeFails(accounts, pods, 'Readiness', 'HTTP probe failed with statuscode: 404');
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'ReadinessProbeWrongPath', 'accounts', FAMILY);
}

/** A TCP probe of a port one off keeps every pod out of the Service. */
function readyPort(): Draft {
  const draft = newInference('t-registry-ready-port');
  const registry = workloadOf(draft, 'registry');
  const pods = recreate(
    registry,
    9,
    onMain((one) => {
      one.readinessProbe = tcp(5000);
    }),
  );
  probeFails(registry, pods, 'Readiness', 'dial tcp {ip}:5000: connect: connection refused');
  again(workloadOf(draft, 'scorer'), [python('WARNING', 'scorer.model', 'registry not reachable, keep model 2026-04: httpx.ConnectError')], 8, 1.1);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'ReadinessProbeWrongPort', 'registry', FAMILY);
}

/** Three minutes to load a model, half a minute to be up. */
function startHasty(): Draft {
  const draft = newInference('t-scorer-start-hasty');
  const scorer = workloadOf(draft, 'scorer');
  const pods = recreate(
    scorer,
    9,
    onMain((one) => {
      one.startupProbe = httpGet('/healthz', 8000, { failureThreshold: 3 });
    }),
  );
  probeFails(scorer, pods, 'Startup', 'Get "http://{ip}:8000/healthz": dial tcp {ip}:8000: connect: connection refused', {
    kills: 7,
    exit: 143,
    ranSeconds: 31,
    ready: false,
  });
  for (const pod of pods)
    pod.previous['scorer'] = [
      [0.9, python('INFO', 'scorer.model', 'loading s3://models/fraud/2026-04/model.onnx (611 MiB)')],
      [0.6, python('INFO', 'scorer.model', 'optimising graph, this takes about 150 s')],
    ];
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'StartupProbeTooImpatient', 'scorer', FAMILY);
}

/** A startup probe of the wrong port: the container never counts as started. */
function startPort(): Draft {
  const draft = newTelemetry('t-rules-start-port');
  const rules = workloadOf(draft, 'rules-engine');
  const pods = rollOut(
    rules,
    8,
    onMain((one) => {
      one.startupProbe = httpGet('/livez', 9090, { failureThreshold: 6, periodSeconds: 5 });
    }),
  );
  probeFails(rules, pods, 'Startup', 'Get "http://{ip}:9090/livez": dial tcp {ip}:9090: connect: connection refused', {
    kills: 6,
    exit: 0,
    ranSeconds: 35,
    ready: false,
  });
  for (const pod of pods)
    pod.previous['rules-engine'] = [
      [1, slog('INFO', 'listening', 'addr=:8080')],
      [0.45, slog('INFO', 'shutting down', 'signal=terminated')],
    ];
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'StartupProbeWrongPort', 'rules-engine', FAMILY);
}

export const probeFaults = [livePort, liveScheme, livePath, liveHasty, readyGrpc, readyPath, readyPort, startHasty, startPort];
