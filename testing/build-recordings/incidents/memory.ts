import { crashLooping, vague } from '../alerts.ts';
import { newNewsroom } from '../apps/newsroom.ts';
import { javaStart, newTicketing } from '../apps/ticketing.ts';
import { logTo, mainOf, onMain, recreate, rollOut, setEnv, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { plain, spring } from '../log-lines.ts';
import { containerMetrics } from '../metrics.ts';
import { resources } from '../parts.ts';
import type { Draft, Line } from '../shape.ts';

const MI = 1024 * 1024;

/** The container's limit is below what the heap may grow to. */
function heapKilled(): Draft {
  const draft = newTicketing('memory-java-limit', [], ['redis', 'order-service']);
  const seats = workloadOf(draft, 'seat-inventory');
  const fresh = rollOut(
    seats,
    170,
    onMain((app) => {
      app.image = app.image.replace('3.14.2', '3.14.3');
      setEnv(app, 'JAVA_TOOL_OPTIONS', '-Xms256m -Xmx512m');
      app.resources = resources('200m', '384Mi', '512Mi');
    }),
    ['worker-3'],
  );
  seats.pods = fresh;
  crash(seats, fresh, {
    exit: 137,
    reason: 'OOMKilled',
    restarts: 6,
    ranSeconds: 1460,
    ago: 2.1,
    running: true,
    log: [
      ...javaStart('seat-inventory', 24),
      [3.1, spring('seat-inventory', 'INFO', 'scheduling-1', 'com.kassenhaus.seat.HallLoader', 'Loaded hall 12 with 18244 seats')],
    ],
  });
  for (const pod of fresh) pod.states['app'] = { is: 'running', restarts: 6, since: 1.6, last: { exit: 137, reason: 'OOMKilled', ago: 2.1, ranSeconds: 1460 } };
  logTo(seats, javaStart('seat-inventory', 1.5));
  containerMetrics(
    draft,
    { pod: (name) => name, workload: 'seat-inventory', container: 'app', node: 'worker-3' },
    { cores: () => 0.21, bytes: (ago) => (ago > 2.1 ? Math.min(511, 300 + ((60 - ago) % 24) * 9) : 290) * MI },
  );
  vague(draft, 'ServiceAbnormalRestart', 12, 'Containers restart again and again.');
  draft.expected = { root_cause: 'OOMKilled', object: 'app/seat-inventory', family: 'memory' };
  return draft;
}

/** A worker that is killed while it makes large pictures smaller. */
function workerKilled(): Draft {
  const draft = newNewsroom('memory-worker', [], ['cms', 'ingress']);
  const worker = workloadOf(draft, 'worker');
  const fresh = recreate(
    worker,
    28,
    onMain((app) => {
      app.resources = resources('100m', '64Mi', '128Mi');
    }),
  );
  const log: Line[] = [
    [0.06, plain(' -------------- celery@worker v5.4.0 (opalescent)')],
    [0.05, ({ at }) => `[${at.toISOString().slice(0, 19).replace('T', ' ')},412: INFO/MainProcess] Connected to redis://redis:6379/0`],
  ];
  crash(worker, fresh, { exit: 137, reason: 'OOMKilled', restarts: 9, ranSeconds: 5, log });
  crashLooping(draft, 'worker', 'worker', 9);
  draft.expected = { root_cause: 'OOMKilled', object: 'app/worker', family: 'memory' };
  return draft;
}

/** The heap runs out inside the process; it says so and ends itself with 3. */
function heapExhausted(): Draft {
  const draft = newTicketing('memory-java-heap', ['event-catalog'], ['order-service', 'seat-inventory']);
  const catalog = workloadOf(draft, 'event-catalog');
  setEnv(mainOf(catalog), 'JAVA_TOOL_OPTIONS', '-Xmx192m -XX:+ExitOnOutOfMemoryError');
  const [pod] = catalog.pods;
  if (pod) {
    crash(catalog, [pod], {
      exit: 3,
      restarts: 5,
      ranSeconds: 95,
      log: [
        ...javaStart('event-catalog', 1.5),
        [0.01, plain('java.lang.OutOfMemoryError: Java heap space')],
        [0.008, plain('Terminating due to java.lang.OutOfMemoryError: Java heap space')],
      ],
    });
    pod.events = pod.events.map((one) => ({ ...one, first: 22 }));
    catalog.shortSince = 24;
  }
  crashLooping(draft, 'event-catalog', 'app', 4);
  draft.expected = { root_cause: 'ApplicationCrash', object: 'app/event-catalog', family: 'memory' };
  return draft;
}

export const memory = [heapKilled, workerKilled, heapExhausted];
