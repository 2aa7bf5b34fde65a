import { nodeOf, recreate, rollOut, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { mountFails } from '../faults.ts';
import { series } from '../metrics.ts';
import type { Draft } from '../shape.ts';
import { addSystem } from '../system.ts';
import { measureNodes, measureServices, measureUnits, probeServices, slow } from '../third/measures.ts';
import { complain, incident, symptom, t } from './fleet.ts';
import { campus, clinic, feed, ledgerly } from './fleets.ts';

const FAMILY = 'nodes';

function lose(draft: Draft, node: string, ago: number): void {
  for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === node) pod.lostAgo = ago;
}

function notReady(draft: Draft, node: string, ago: number, message: string): void {
  nodeOf(draft, node).conditions['Ready'] = { status: 'False', reason: 'KubeletNotReady', message, since: ago };
  for (const effect of ['NoSchedule', 'NoExecute']) nodeOf(draft, node).taints.push({ key: 'node.kubernetes.io/not-ready', effect });
  lose(draft, node, ago);
  draft.extras.push(({ world, find }) =>
    emit(world, find('Node', node), {
      type: 'Normal',
      reason: 'NodeNotReady',
      message: `Node ${node} status is now: NodeNotReady`,
      first: ago,
      by: 'node-controller',
    }),
  );
}

/** Whether each kubelet and node-exporter was scraped. */
function scraped(draft: Draft, dead: string, ago: number): void {
  for (const { name, ip } of draft.nodes) {
    series(draft, 'up', { job: 'kubelet', metrics_path: '/metrics', node: name, instance: `${ip}:10250` }, (at) => (name === dead && at <= ago ? 0 : 1), 40, 2);
    series(draft, 'up', { job: 'node-exporter', node: name, instance: `${ip}:9100` }, () => 1, 40, 2);
  }
}

const kubelets = [
  incident('kubelet-stopped', clinic, ['KubeletDown', 'node/worker-2', FAMILY], (draft) => {
    nodeOf(draft, 'worker-2').silent = 19;
    lose(draft, 'worker-2', 18.2);
    measureUnits(draft, { node: 'worker-2', unit: 'kubelet.service', ago: 19 });
    symptom(draft, 'HighErrorRate', { service: 'intake' }, 'intake answers with errors.');
  }),
  incident('kubelet-not-scraped', ledgerly, ['KubeletDown', 'node/worker-3', FAMILY], (draft) => {
    nodeOf(draft, 'worker-3').silent = 34;
    lose(draft, 'worker-3', 33.2);
    scraped(draft, 'worker-3', 34);
    symptom(draft, 'KubeNodeUnreachable', { node: 'worker-3' }, 'Node is unreachable.', 17, 'warning');
  }),
  incident('kubelet-just-now', feed, ['KubeletDown', 'node/worker-1', FAMILY], (draft) => {
    nodeOf(draft, 'worker-1').silent = 2.5;
    lose(draft, 'worker-1', 1.7);
    measureUnits(draft, { node: 'worker-1', unit: 'kubelet.service', ago: 2.5 });
    symptom(draft, 'CassandraNodeDown', { job: 'cassandra-exporter' }, 'A node of the ring is down.', 1);
  }),
];

const runtimes = [
  incident('runtime-pleg', feed, ['ContainerRuntimeDown', 'node/worker-2', FAMILY], (draft) => {
    notReady(draft, 'worker-2', 12, '[container runtime is down, PLEG is not healthy: pleg was last seen active 4m12.118s ago; threshold is 3m0s]');
    measureUnits(draft, { node: 'worker-2', unit: 'containerd.service', ago: 13 });
    symptom(draft, 'KubeNodeNotReady', { node: 'worker-2' }, 'Node is not ready.', 2, 'warning');
  }),
  incident('runtime-crio', campus, ['ContainerRuntimeDown', 'node/worker-1', FAMILY], (draft) => {
    notReady(draft, 'worker-1', 9, 'container runtime is down');
    const why =
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /var/run/crio/crio.sock: connect: connection refused"';
    draft.extras.push(({ world, find }) => {
      emit(world, find('Node', 'worker-1'), {
        type: 'Warning',
        reason: 'ContainerGCFailed',
        message: why,
        first: 9.5,
        last: 0.5,
        count: 10,
        by: 'kubelet',
        host: 'worker-1',
      });
      emit(world, find('Node', 'worker-1'), {
        type: 'Warning',
        reason: 'ImageGCFailed',
        message: why,
        first: 8,
        last: 3,
        count: 2,
        by: 'kubelet',
        host: 'worker-1',
      });
    });
    symptom(draft, 'HighErrorRate', { service: 'lms' }, 'lms answers with errors.');
  }),
  incident('runtime-sandboxes', clinic, ['ContainerRuntimeDown', 'node/worker-3', FAMILY], (draft) => {
    notReady(draft, 'worker-3', 6, 'container runtime is down');
    const archiver = workloadOf(draft, 'archiver');
    const [pod] = recreate(archiver, 6.5);
    if (pod) {
      pod.node = 'worker-3';
      mountFails(
        archiver,
        [pod],
        'Failed to create pod sandbox: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
        'FailedCreatePodSandBox',
      );
    }
    measureUnits(draft, { node: 'worker-3', unit: 'containerd.service', ago: 6.8 });
  }),
];

const proxies = [
  incident('proxy-unit', ledgerly, ['KubeProxyDown', 'node/worker-2', FAMILY], (draft) => {
    draft.selfContained = true;
    measureUnits(draft, { node: 'worker-2', unit: 'kube-proxy.service', ago: 16 });
    probeServices(draft, { 'worker-2': false });
    const web = workloadOf(draft, 'rel-ledgerly-web');
    complain(
      web,
      15,
      0.7,
      [
        'E, [%I #1] ERROR -- : Faraday::ConnectionFailed (Failed to open TCP connection to rel-ledgerly-search:9200 (Connection timed out - connect(2) for "rel-ledgerly-search" port 9200)):',
      ],
      web.pods.filter(({ node }) => node === 'worker-2'),
    );
    symptom(draft, 'HighErrorRate', { service: 'rel-ledgerly-web' }, 'A third of the requests fail.');
  }),
  incident('proxy-pod', campus, ['KubeProxyDown', 'node/worker-3', FAMILY], (draft) => {
    draft.selfContained = false;
    addSystem(draft);
    const proxy = workloadOf(draft, 'kube-proxy');
    const pod = proxy.pods.find(({ node }) => node === 'worker-3');
    if (pod) {
      pod.states['kube-proxy'] = { is: 'waiting', reason: 'CrashLoopBackOff', restarts: 9, last: { exit: 1, reason: 'Error', ago: 1.9, ranSeconds: 0 } };
      pod.previous['kube-proxy'] = [
        [
          1.91,
          t('E1118 08:11:21.300119       1 run.go:72] "command failed" err="failed complete: open /var/lib/kube-proxy/config.conf: no such file or directory"'),
        ],
      ];
      pod.events.push({
        type: 'Warning',
        reason: 'BackOff',
        message: ({ pod: name }) => `Back-off restarting failed container kube-proxy in pod ${name}`,
        first: 24,
        last: 0.4,
        count: 110,
        container: 'kube-proxy',
      });
    }
    const chat = workloadOf(draft, 'chat');
    for (const one of chat.pods) one.node = 'worker-3';
    complain(chat, 20, 1, [
      '{"level":50,"time":%M,"pid":1,"hostname":"%P","err":{"type":"MongoServerSelectionError","message":"connection timed out"},"msg":"could not save message"}',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'chat' }, 'chat answers with errors.');
  }),
];

/** Pods that nobody has looked at since. */
function unseen(draft: Draft, names: readonly string[], ago: number): void {
  for (const name of names) for (const pod of recreate(workloadOf(draft, name), ago)) delete pod.node;
}

const schedulers = [
  incident('scheduler-config', feed, ['SchedulerDown', 'node/control-1', FAMILY], (draft) => {
    draft.selfContained = false;
    addSystem(draft);
    for (const pod of workloadOf(draft, 'kube-scheduler').pods) {
      pod.states['kube-scheduler'] = { is: 'waiting', reason: 'CrashLoopBackOff', restarts: 14, last: { exit: 1, reason: 'Error', ago: 2.4, ranSeconds: 1 } };
      pod.previous['kube-scheduler'] = [
        [2.41, t('E1118 08:11:21.300119       1 run.go:72] "command failed" err="strict decoding error: unknown field \\"profiles[0].plugin\\""')],
      ];
    }
    unseen(draft, ['push', 'media-03'], 21);
    symptom(draft, 'KubePodNotReady', {}, 'Pods of the namespace are not ready.', 5, 'warning');
  }),
  incident('scheduler-removed', ledgerly, ['SchedulerDown', 'node/control-1', FAMILY], (draft) => {
    draft.selfContained = false;
    addSystem(draft);
    draft.workloads = draft.workloads.filter(({ name }) => name !== 'kube-scheduler');
    unseen(draft, ['rel-ledgerly-pdf'], 37);
    for (const pod of rollOut(workloadOf(draft, 'rel-ledgerly-web'), 30, (template) => {
      template.annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' };
    }))
      delete pod.node;
    draft.extras.push(({ world }) => {
      for (const [name, holder, ago] of [
        ['kube-scheduler', 'control-1_7c1e', 52],
        ['kube-controller-manager', 'control-1_91aa', 0.05],
      ] as const)
        world.add({
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: {
            name,
            namespace: 'kube-system',
            uid: `5b1c0000-0000-4000-a000-00000000${name.length}00`.slice(0, 36),
            creationTimestamp: world.ago(90_000),
          } as never,
          spec: { holderIdentity: holder, leaseDurationSeconds: 15, renewTime: world.ago(ago).replace('Z', '.104511Z') },
        });
    });
  }),
];

const NETWORK_WINDOW = { from: 3.4, to: 1.6 };

const networks = [
  incident('loss-of-worker-1', campus, ['NodeNetworkLoss', 'node/worker-1', FAMILY], (draft) => {
    for (const name of ['grades', 'timetable']) for (const pod of workloadOf(draft, name).pods) pod.node = 'worker-1';
    measureServices(draft, NETWORK_WINDOW, {
      grades: { latency: 30, success: 0.93 },
      timetable: { latency: 22, success: 0.95 },
      mariadb: { latency: 18 },
      lms: { latency: 6, success: 0.97 },
    });
    measureNodes(draft, NETWORK_WINDOW, { 'worker-1': { retransmits: 41 } });
    symptom(draft, 'HighLatency', { service: 'lms' }, 'lms is slow.');
    symptom(
      draft,
      'NodeTCPRetransmissionsHigh',
      { node: 'worker-1' },
      'NETWORK_QUALITY_DEGRADED [TCP Retransmission] | Normal=0.02retrans -> Current=41.10retrans',
      2,
      'warning',
    );
    slow(draft, 'grades', 12, 360, 2);
  }),
  incident('loss-of-worker-3', clinic, ['NodeNetworkLoss', 'node/worker-3', FAMILY], (draft) => {
    for (const name of ['billing2', 'keycloak']) for (const pod of workloadOf(draft, name).pods) pod.node = 'worker-3';
    measureServices(draft, NETWORK_WINDOW, { billing2: { latency: 25 }, keycloak: { latency: 40 }, rabbit: { latency: 20 }, intake: { latency: 5 } });
    measureNodes(draft, NETWORK_WINDOW, { 'worker-3': { retransmits: 17 } });
    symptom(draft, 'LoginSlow', { service: 'keycloak' }, 'Signing in takes long.');
    symptom(
      draft,
      'NodeTCPRetransmissionsHigh',
      { node: 'worker-3' },
      'NETWORK_QUALITY_DEGRADED [TCP Retransmission] | Normal=0.01retrans -> Current=17.40retrans',
      2,
      'warning',
    );
  }),
  incident('delay-of-worker-2', feed, ['NodeNetworkDelay', 'node/worker-2', FAMILY], (draft) => {
    for (const name of ['push', 'media-03', 'ranker-01']) for (const pod of workloadOf(draft, name).pods) pod.node = 'worker-2';
    for (const pod of workloadOf(draft, 'feed-api-v2').pods) pod.node = 'worker-1';
    for (const pod of workloadOf(draft, 'edge-envoy').pods) pod.node = 'worker-3';
    measureServices(draft, NETWORK_WINDOW, {
      push: { latency: 60, rate: 0.5 },
      'media-03': { latency: 55, rate: 0.5 },
      'ranker-01': { latency: 70, rate: 0.5 },
      'feed-api-v2': { latency: 12, rate: 0.6 },
      'edge-envoy': { latency: 10, rate: 0.6 },
    });
    measureNodes(draft, NETWORK_WINDOW);
    symptom(draft, 'ServiceLatencyIncreasedSignificantly', {}, 'Service latency increased significantly');
    for (const [name, normal] of [
      ['push', 9],
      ['media-03', 11],
      ['ranker-01', 8],
    ] as const)
      slow(draft, name, normal, normal * 60, 2, 'p50');
    slow(draft, 'feed-api-v2', 12, 150, 2, 'p50');
  }),
  incident('delay-of-worker-1', ledgerly, ['NodeNetworkDelay', 'node/worker-1', FAMILY], (draft) => {
    for (const name of ['rel-ledgerly-pdf', 'rel-ledgerly-search', 'rel-ledgerly-postgresql'])
      for (const pod of workloadOf(draft, name).pods) pod.node = 'worker-1';
    workloadOf(draft, 'rel-ledgerly-web').pods.forEach((pod, at) => {
      pod.node = at % 2 ? 'worker-2' : 'worker-3';
    });
    for (const pod of workloadOf(draft, 'rel-ledgerly-haproxy').pods) pod.node = 'worker-2';
    measureServices(draft, NETWORK_WINDOW, {
      'rel-ledgerly-pdf': { latency: 40, rate: 0.6 },
      'rel-ledgerly-search': { latency: 45, rate: 0.6 },
      'rel-ledgerly-postgresql': { latency: 80, rate: 0.6 },
      'rel-ledgerly-web': { latency: 9, rate: 0.7 },
    });
    measureNodes(draft, NETWORK_WINDOW);
    symptom(draft, 'ServiceLatencyIncreasedSignificantly', {}, 'Service latency increased significantly');
    slow(draft, 'rel-ledgerly-postgresql', 4, 330, 2, 'p50');
    slow(draft, 'rel-ledgerly-search', 9, 400, 2, 'p50');
    slow(draft, 'rel-ledgerly-web', 15, 140, 2, 'p50');
  }),
];

export const nodes = [...kubelets, ...runtimes, ...proxies, ...schedulers, ...networks];
