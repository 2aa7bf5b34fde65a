import { nodeOf, onMain, recreate, rollOut, templateOf, workloadOf } from '../draft.ts';
import { unschedulable } from '../faults.ts';
import { resources } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { newBank } from './bank.ts';
import { newInference } from './inference.ts';
import { python } from './stack-lines.ts';
import { HYDRO, newTelemetry } from './telemetry.ts';
import { again, alarm, expect, podAlert } from './tell.ts';
import { newWebshop } from './webshop.ts';

const FAMILY = 'placement';
const CONTROL = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';
const none = (why: string): string =>
  `0/4 nodes are available: ${why}, ${CONTROL}. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.`;

/** More processors than any machine has. */
function cpu(): Draft {
  const draft = newInference('t-explainer-cpu');
  const pods = rollOut(
    workloadOf(draft, 'explainer'),
    8,
    onMain((one) => {
      one.resources = resources('12', '512Mi', '1Gi', '16');
    }),
  );
  unschedulable(
    pods,
    `0/4 nodes are available: 3 Insufficient cpu, ${CONTROL}. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.`,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'InsufficientCPU', 'explainer', FAMILY);
}

/** A request of memory in the wrong unit. */
function memory(): Draft {
  const draft = newBank('t-statements-memory');
  const statements = workloadOf(draft, 'statements');
  unschedulable(
    recreate(
      statements,
      9,
      onMain((one) => {
        one.resources = resources('150m', '192Gi', '256Gi', '1');
      }),
    ),
    `0/4 nodes are available: 3 Insufficient memory, ${CONTROL}. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.`,
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'InsufficientMemory', 'statements', FAMILY);
}

/** No machine has a graphics card. */
function gpu(): Draft {
  const draft = newInference('t-scorer-gpu');
  const scorer = workloadOf(draft, 'scorer');
  unschedulable(
    recreate(
      scorer,
      7,
      onMain((one) => {
        one.resources = { requests: { cpu: '500m', memory: '1Gi', 'nvidia.com/gpu': '1' }, limits: { memory: '2Gi', 'nvidia.com/gpu': '1' } };
      }),
    ),
    `0/4 nodes are available: 3 Insufficient nvidia.com/gpu, ${CONTROL}. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.`,
  );
  again(workloadOf(draft, 'api'), [python('ERROR', 'api.scoring', 'httpx.ConnectError: [Errno 111] Connection refused http://scorer:8000')], 6, 0.5);
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'InsufficientResource', 'scorer', FAMILY);
}

/** A label that the machines lost when they were replaced. */
function selector(): Draft {
  const draft = newTelemetry('t-ingest-node-selector');
  unschedulable(
    recreate(workloadOf(draft, 'ingest'), 6, ({ spec }) => {
      spec.nodeSelector = { 'hydro-grid.example/pool': 'edge' };
    }),
    none("3 node(s) didn't match Pod's node affinity/selector"),
  );
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'NodeSelectorMismatch', 'ingest', FAMILY);
}

/** A zone that is not there. */
function affinity(): Draft {
  const draft = newWebshop('t-cart-affinity');
  const pods = rollOut(workloadOf(draft, 'cart'), 11, ({ spec }) => {
    spec.affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['eu-central-1c'] }] }],
        },
      },
    };
  });
  unschedulable(pods, none("3 node(s) didn't match Pod's node affinity/selector"));
  alarm(draft, 'PartialServiceUnreachability');
  podAlert(draft, 'KubePodNotReady', 'cart', -1, 1);
  return expect(draft, 'NodeAffinityMismatch', 'cart', FAMILY);
}

/** All workers are set aside for another team. */
function taint(): Draft {
  const draft = newBank('t-accounts-taint');
  for (const name of ['worker-1', 'worker-2', 'worker-3']) nodeOf(draft, name).taints.push({ key: 'dedicated', value: 'risk', effect: 'NoSchedule' });
  unschedulable(
    recreate(workloadOf(draft, 'accounts'), 8),
    `0/4 nodes are available: ${CONTROL}, 3 node(s) had untolerated taint {dedicated: risk}. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.`,
  );
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'TaintNotTolerated', 'accounts', FAMILY);
}

/** Four brokers that may not share a machine, and three machines. */
function antiAffinity(): Draft {
  const draft = newTelemetry('t-nats-anti-affinity');
  const nats = workloadOf(draft, 'nats');
  nats.replicas = 4;
  const pods = recreate(nats, 10, ({ spec, labels }) => {
    spec.affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { 'app.kubernetes.io/name': labels['app.kubernetes.io/name'] ?? '' } }, topologyKey: 'kubernetes.io/hostname' },
        ],
      },
    };
  });
  ['worker-1', 'worker-2', 'worker-3'].forEach((node, at) => {
    const pod = pods[at];
    if (pod) pod.node = node;
  });
  const [first] = pods;
  if (first) {
    const fourth = structuredClone({ ...first, ago: 9 });
    delete fourth.name;
    nats.pods.push(fourth);
    unschedulable(
      [fourth],
      none("3 node(s) didn't match pod anti-affinity rules").replace(
        '4 Preemption is not helpful for scheduling',
        '1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod',
      ),
    );
  }
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'PodAntiAffinityConflict', 'nats', FAMILY);
}

/** Every worker was cordoned for an upgrade, and nobody took it back. */
function cordoned(): Draft {
  const draft = newTelemetry('t-redis-cordon');
  const redis = workloadOf(draft, 'redis');
  for (const name of ['worker-1', 'worker-2', 'worker-3']) nodeOf(draft, name).unschedulable = true;
  unschedulable(recreate(redis, 7), none('3 node(s) were unschedulable'));
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'NodeCordoned', 'redis', FAMILY);
}

/** A port of the host that an older pod holds on each machine. */
function hostPort(): Draft {
  const draft = newTelemetry('t-console-host-port');
  const web = workloadOf(draft, 'console');
  const ports = onMain((one) => {
    one.ports = [{ name: 'http', containerPort: 8080, hostPort: 8080, protocol: 'TCP' }];
  });
  ports(templateOf(web));
  web.replicas = 3;
  for (const node of ['worker-1', 'worker-2', 'worker-3'].filter((one) => web.pods[0]?.node !== one))
    web.pods.push(...structuredClone(web.pods.slice(0, 1)).map((pod) => ({ ...pod, node })));
  const pods = rollOut(
    web,
    8,
    onMain((one) => {
      one.image = `${HYDRO}/console:1.19.0`;
    }),
  );
  unschedulable(pods, none("3 node(s) didn't have free ports for the requested pod ports"));
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'HostPortConflict', 'console', FAMILY);
}

export const placement = [cpu, memory, gpu, selector, affinity, taint, antiAffinity, cordoned, hostPort];
