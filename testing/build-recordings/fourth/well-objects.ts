import { meta } from '../../../scripts/scenarios/world.ts';
import { podNotReady } from '../alerts.ts';
import { DAY, workloadOf } from '../draft.ts';
import { plain, postgres } from '../log-lines.ts';
import { containerMetrics } from '../metrics.ts';
import { addService } from '../parts.ts';
import { measureNodes, measureServices, measureUnits, probeServices } from '../third/measures.ts';
import { slog } from '../third/stack-lines.ts';
import { again } from '../third/tell.ts';
import { addObject, addQuota, well } from './fault.ts';
import { newFleet } from './fleet.ts';
import { newHotel } from './hotel.ts';
import { newRetail } from './retail.ts';
import { newVideo } from './video.ts';

/** Throttled a little, as on every day; the limit is what it was. */
const asEver = well('throttled-as-ever', newFleet, (draft) => {
  const writer = workloadOf(draft, 'writer');
  containerMetrics(
    draft,
    { pod: (name) => name, workload: 'writer', container: 'writer', node: writer.pods[0]?.node ?? '' },
    { cores: () => 0.31, throttled: () => 0.29, bytes: () => 7e7 },
  );
});

/** The database is outside of the cluster: a Service without selector, one that is a name. */
const outside = well('outside', newVideo, (draft) => {
  addService(draft, 'warehouse', 5432, 5432, { selector: undefined as never });
  draft.services = draft.services.map((one) => (one.name === 'warehouse' ? (({ selector: _, ...rest }) => rest)(one) : one));
  addService(draft, 'cdn', 443, 443, { type: 'ExternalName', externalName: 'cdn.lumenvod.example', selector: undefined as never });
  draft.services = draft.services.map((one) => (one.name === 'cdn' ? (({ selector: _, ...rest }) => ({ ...rest, ports: [] }))(one) : one));
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta(world, 'EndpointSlice', 'warehouse-1', 60_000, { labels: { 'kubernetes.io/service-name': 'warehouse' } }),
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.168.56.200'], conditions: { ready: true } }],
      ports: [{ name: 'http', port: 5432, protocol: 'TCP' }],
    });
  });
});

/** Lists of everything measured, in a quiet hour. */
const measured = well('measured', newHotel, (draft) => {
  measureServices(draft, { from: 0, to: 1 }, {});
  measureNodes(draft, { from: 0, to: 1 });
  measureUnits(draft);
  probeServices(draft);
});

/** More of everything at noon, and nothing slow. */
const noon = well(
  'noon',
  newVideo,
  (draft) => {
    measureServices(draft, { from: 4, to: 0 }, { api: { rate: 1.5, cores: 1.5 }, uploader: { rate: 1.4, cores: 1.3 }, catalog: { rate: 1.5, cores: 1.4 } });
    measureNodes(draft, { from: 0, to: 1 });
  },
  'ServiceLatencyIncreasedSignificantly',
);

/** A quota that is nearly full, and a neighbour namespace whose own Job is broken. */
const neighbour = well('neighbour', newHotel, (draft) => {
  addQuota(draft, 'team', { pods: '20', 'requests.memory': '12Gi' }, { pods: '15', 'requests.memory': '11Gi' });
  draft.namespaces.push({ name: 'sandbox' });
  addObject(
    draft,
    'batch/v1',
    'Job',
    'load-test',
    5000,
    {
      spec: {
        backoffLimit: 1,
        completions: 1,
        parallelism: 1,
        suspend: false,
        template: {
          metadata: { labels: { app: 'load-test' } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'k6', image: 'docker.io/grafana/k6:0.56.0' }] },
        },
      },
      status: {
        failed: 2,
        startTime: '2026-01-01T00:00:00Z',
        conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }],
      },
    },
    'sandbox',
  );
});

/** The pod that did not become ready is gone; the alert of it is still open. */
const gone = well('pod-gone', newFleet, (draft) => {
  podNotReady(draft, 'bridge', 25);
});

/** The database was restarted by its operator an hour ago; everybody is connected again. */
const blip = well(
  'blip',
  newFleet,
  (draft) => {
    for (const name of ['device-api'])
      again(
        workloadOf(draft, name),
        [
          plain(
            '08:00:01.104 [error] Postgrex.Protocol (#PID<0.3901.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (postgres.fleet-data:5432): connection refused - :econnrefused',
          ),
        ],
        52,
        60,
      );
    again(
      workloadOf(draft, 'postgres'),
      [postgres('LOG', 'database system was shut down at 2026-01-01 00:00:00 UTC'), postgres('LOG', 'database system is ready to accept connections')],
      51,
      60,
    );
    again(workloadOf(draft, 'writer'), [slog('WARN', 'flush took long', 'took=2.2s')], 50, 60);
  },
  'PartialServiceUnreachability',
  50,
);

/** A policy that everybody keeps. */
const guarded = well(
  'guarded',
  newRetail,
  (draft) => {
    addObject(draft, 'networking.k8s.io/v1', 'NetworkPolicy', 'default-deny', 60 * DAY, { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } });
    addObject(draft, 'networking.k8s.io/v1', 'NetworkPolicy', 'allow-release', 60 * DAY, {
      spec: {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [{ podSelector: {} }] }],
        egress: [
          { to: [{ podSelector: {} }] },
          {
            to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
            ports: [
              { protocol: 'UDP', port: 53 },
              { protocol: 'TCP', port: 53 },
            ],
          },
        ],
      },
    });
  },
  'PartialServiceUnreachability',
);

export const wellObjects = [asEver, outside, measured, noon, neighbour, gone, blip, guarded];
