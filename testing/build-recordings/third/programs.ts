import { mainOf, onMain, recreate, rollOut, templateOf, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { kafka, plain } from '../log-lines.ts';
import { resources } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { python } from './stack-lines.ts';
import { HYDRO, newTelemetry } from './telemetry.ts';
import { again, alarm, expect } from './tell.ts';
import { newWebshop, SHOP } from './webshop.ts';

/** The new model needs more than the limit that was lowered with it. */
function scorerMemory(): Draft {
  const draft = newInference('t-scorer-oom');
  const scorer = workloadOf(draft, 'scorer');
  scorer.pods = rollOut(
    scorer,
    8,
    onMain((one) => {
      one.resources = resources('500m', '256Mi', '384Mi', '2');
    }),
    ['worker-1', 'worker-2'],
  );
  crash(scorer, scorer.pods, {
    exit: 137,
    reason: 'OOMKilled',
    ranSeconds: 11,
    log: [[0.1, python('INFO', 'scorer.model', 'loading s3://models/fraud/2026-04/model.onnx (611 MiB)')]],
  });
  again(workloadOf(draft, 'api'), [python('ERROR', 'api.scoring', 'httpx.ConnectError: [Errno 111] Connection refused http://scorer:8000')], 7, 0.5);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'OOMKilled', 'scorer', 'starts');
}

/** The broker is killed for its memory; its clients complain about the connection. */
function kafkaMemory(): Draft {
  const draft = newBank('t-kafka-oom');
  const broker = workloadOf(draft, 'kafka');
  mainOf(broker).resources = resources('300m', '512Mi', '512Mi');
  for (const pod of recreate(broker, 11)) {
    pod.states['kafka'] = { is: 'running', restarts: 3, since: 1.2, ready: false, last: { exit: 137, reason: 'OOMKilled', ago: 1.25, ranSeconds: 130 } };
    pod.previous['kafka'] = [[1.4, kafka('INFO', '[BrokerServer id=1] Transition from STARTING to STARTED (kafka.server.BrokerServer)')]];
  }
  again(
    workloadOf(draft, 'payments'),
    [
      ({ at }) =>
        `%4|${Math.floor(at.getTime() / 1000)}.104|FAIL|rdkafka#producer-1| [thrd:kafka:9092/1]: kafka:9092/1: Disconnected (after 81021ms in state UP)`,
    ],
    9,
    1.6,
  );
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'OOMKilled', 'kafka', 'starts');
}

/** The image is built on another base that has no bundler on the path. */
function noCommand(): Draft {
  const draft = newWebshop('t-sidekiq-command');
  const sidekiq = workloadOf(draft, 'sidekiq');
  const pods = rollOut(
    sidekiq,
    7,
    onMain((one) => {
      one.image = `${SHOP}/catalog:5.13.0-slim`;
      one.command = ['bundle'];
    }),
  );
  const message =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "bundle": executable file not found in $PATH: unknown';
  crash(sidekiq, pods, { exit: 128, reason: 'StartError', ranSeconds: 0, message });
  for (const pod of pods)
    pod.events.push({ type: 'Warning', reason: 'Failed', message: `Error: ${message}`, first: 6.8, last: 1.3, count: 6, container: 'sidekiq' });
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'CommandNotFound', 'sidekiq', 'starts');
}

/** A task that ends with success is run as a service. */
function endsWell(): Draft {
  const draft = newInference('t-explainer-ends');
  const explainer = workloadOf(draft, 'explainer');
  const pods = rollOut(
    explainer,
    9,
    onMain((one) => {
      one.args = ['python', '-m', 'explainer.warmup'];
    }),
  );
  explainer.pods = pods;
  crash(explainer, pods, {
    exit: 0,
    ranSeconds: 8,
    log: [
      [0.02, python('INFO', 'explainer.warmup', 'cached 48 background samples')],
      [0.01, python('INFO', 'explainer.warmup', 'done')],
    ],
  });
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'ContainerExitsNormally', 'explainer', 'starts');
}

/** Built on an ARM laptop, run on amd64. */
function wrongMachine(): Draft {
  const draft = newTelemetry('t-query-arch');
  const query = workloadOf(draft, 'query-api');
  const pods = rollOut(
    query,
    8,
    onMain((one) => {
      one.image = `${HYDRO}/query-api:2.32.0-dev`;
    }),
  );
  crash(query, pods, { exit: 255, ranSeconds: 0, log: [[0.01, plain('exec /query-api: exec format error')]] });
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'WrongArchitecture', 'query-api', 'starts');
}

/** Hardening made the root file system read-only; Laravel compiles its views there. */
function readOnlyRoot(): Draft {
  const draft = newWebshop('t-cart-read-only-root');
  const cart = workloadOf(draft, 'cart');
  const pods = rollOut(
    cart,
    8,
    onMain((one) => {
      one.securityContext = { readOnlyRootFilesystem: true };
    }),
    ['worker-2', 'worker-3'],
  );
  crash(cart, pods, {
    exit: 1,
    ranSeconds: 2,
    log: [
      [
        0.01,
        plain(
          'PHP Fatal error:  Uncaught ErrorException: file_put_contents(/app/storage/framework/views/1f9c.php): Failed to open stream: Read-only file system in /app/vendor/laravel/framework/src/Illuminate/Filesystem/Filesystem.php:205',
        ),
      ],
    ],
  });
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'ReadOnlyFileSystem', 'cart', 'starts');
}

/** The volume belongs to another user than the one the new template runs as. */
function volumeOwner(): Draft {
  const draft = newInference('t-minio-owner');
  const minio = workloadOf(draft, 'minio');
  templateOf(minio).spec.securityContext = { runAsUser: 10_001, runAsGroup: 10_001 };
  crash(minio, recreate(minio, 7), {
    exit: 1,
    ranSeconds: 1,
    log: [
      [
        0.01,
        plain('FATAL Unable to initialize backend: file access denied: Unable to write to the backend: open /data/.minio.sys/tmp/7a41: permission denied'),
      ],
    ],
  });
  again(
    workloadOf(draft, 'registry'),
    [python('ERROR', 'mlflow.store', 'botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "http://minio:9000/models"')],
    6,
    0.6,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'VolumePermissionDenied', 'minio', 'starts');
}

export const programs = [scorerMemory, kafkaMemory, noCommand, endsWell, wrongMachine, readOnlyRoot, volumeOwner];
