import { DAY, mainOf, onMain, recreate, rollOut, workloadOf } from '../draft.ts';
import { oldRestart, slowStartNoise } from '../faults.ts';
import type { Draft } from '../shape.ts';
import { BANK, newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { measureNodes, measureServices, measureUnits, probeServices } from './measures.ts';
import { dotnet, laravel, python, ruby, slog } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { again, alarm, expect } from './tell.ts';
import { newWebshop, SHOP } from './webshop.ts';

type Alarm = Parameters<typeof alarm>[1];

/** Nothing is wrong any more, or ever was. */
export function well(draft: Draft, alertname: Alarm = 'ServiceQualityDegradation'): Draft {
  alarm(draft, alertname, 2);
  return expect(draft, 'healthy', '', 'healthy');
}

/** Installed ten minutes ago; the first probes came too early. */
function fresh(newApplication: (id: string) => Draft, id: string): () => Draft {
  return () => {
    const draft = newApplication(id);
    for (const workload of draft.workloads) slowStartNoise(recreate(workload, 10), mainOf(workload).ports?.[0]?.containerPort ?? 8080, mainOf(workload).name);
    return well(draft, 'ServiceAvailabilityDisruption');
  };
}

/** A release that is through; its set of before has no pods left. */
function rolledOut(): Draft {
  const draft = newBank('t-well-rollout');
  for (const name of ['edge', 'accounts', 'cards']) {
    const workload = workloadOf(draft, name);
    workload.pods = rollOut(
      workload,
      18,
      onMain((one) => {
        one.image = `${BANK}/${name}:24.12.0`;
      }),
      ['worker-1', 'worker-2'].slice(0, workload.replicas),
    );
  }
  return well(draft, 'PartialServiceUnreachability');
}

/** Errors that are there every day: bots, expired tokens, a bad sensor. */
function noisy(): Draft {
  const draft = newWebshop('t-well-noise');
  for (const name of ['cart', 'checkout'])
    again(workloadOf(draft, name), [laravel('ERROR', 'Stripe\\Exception\\CardException: Your card was declined. {"code":"card_declined"}')], 58, 3.1);
  again(workloadOf(draft, 'catalog'), [ruby('FATAL', '[99c1] ActionController::RoutingError (No route matches [GET] "/phpmyadmin")')], 58, 2.3);
  return well(draft);
}

/** A token of a partner has been refused for weeks: one caller, always the same, nobody else. */
function noisyBank(): Draft {
  const draft = newBank('t-well-noise-bank');
  again(
    workloadOf(draft, 'edge'),
    [
      dotnet(
        'info',
        'Microsoft.AspNetCore.Authentication.JwtBearer.JwtBearerHandler',
        'Bearer was not authenticated. Failure message: IDX10223: Lifetime validation failed. The token is expired.',
      ),
    ],
    59,
    1.2,
  );
  return well(draft, 'PartialServiceUnreachability');
}

/** The machines were restarted five days ago, one after the other. */
function oldRestarts(): Draft {
  const draft = newTelemetry('t-well-old-restarts');
  for (const workload of draft.workloads)
    workload.pods.forEach((pod, at) => {
      pod.ago = 30 * DAY;
      oldRestart(pod, mainOf(workload).name, 5 * DAY + at * 7, 2);
    });
  return well(draft, 'ServiceAbnormalRestart');
}

/** Killed for its memory nine days ago, once. */
function oldKill(): Draft {
  const draft = newInference('t-well-old-kill');
  for (const pod of workloadOf(draft, 'scorer').pods) {
    pod.ago = 20 * DAY;
    pod.states['scorer'] = { is: 'running', restarts: 1, since: 9 * DAY, last: { exit: 137, reason: 'OOMKilled', ago: 9 * DAY + 0.1, ranSeconds: 811_000 } };
  }
  return well(draft, 'ServiceAbnormalRestart');
}

/** All that is measured goes up and down a little, as on every day. */
function measured(): Draft {
  const draft = newTelemetry('t-well-measured');
  measureServices(draft, { from: 0, to: 1 }, {});
  measureNodes(draft, { from: 0, to: 1 });
  measureUnits(draft);
  probeServices(draft);
  again(workloadOf(draft, 'ingest'), [slog('WARN', 'slow consumer', 'lag=240ms')], 57, 6);
  return well(draft);
}

/** Metrics of a busy but quiet evening at the bank. */
function measuredBank(): Draft {
  const draft = newBank('t-well-measured-bank');
  measureServices(draft, { from: 3, to: 2 }, { statements: { rate: 1.3, cores: 1.4 } });
  measureNodes(draft, { from: 0, to: 1 });
  return well(draft, 'ServiceLatencyIncreasedSignificantly');
}

/** The database was away for a moment forty minutes ago; everybody came back. */
function blip(): Draft {
  const draft = newInference('t-well-blip');
  again(
    workloadOf(draft, 'feature-store'),
    [
      python(
        'ERROR',
        'feature_store.backend',
        'pymongo.errors.AutoReconnect: mongodb:27017: connection closed (configured timeouts: socketTimeoutMS: 20000.0ms)',
      ),
      python('INFO', 'feature_store.backend', 'reconnected'),
    ],
    41,
    60,
  );
  return well(draft, 'PartialServiceUnreachability');
}

/** A release of six minutes ago that is complete and ready. */
function justReleased(): Draft {
  const draft = newWebshop('t-well-just-released');
  const cart = workloadOf(draft, 'cart');
  cart.pods = rollOut(
    cart,
    6,
    onMain((one) => {
      one.image = `${SHOP}/cart:8.4.2`;
    }),
    ['worker-1', 'worker-2'],
  );
  slowStartNoise(cart.pods, 8080, 'cart');
  return well(draft, 'ServiceAbnormalRestart');
}

export const wellClusters = [
  fresh(newTelemetry, 't-well-fresh-telemetry'),
  fresh(newWebshop, 't-well-fresh-webshop'),
  fresh(newInference, 't-well-fresh-inference'),
  rolledOut,
  noisy,
  noisyBank,
  oldRestarts,
  oldKill,
  measured,
  measuredBank,
  blip,
  justReleased,
];
