import { newPod, nodeOf, onMain, recreate, rollOut, templateOf, workloadOf } from '../draft.ts';
import { unschedulable } from '../faults.ts';
import { resources } from '../parts.ts';
import type { Draft, PodDraft } from '../shape.ts';
import { complain, incident, symptom } from './fleet.ts';
import { campus, clinic, FEED_IMAGES, feed, ledgerly } from './fleets.ts';

const FAMILY = 'scheduling';
const CONTROL = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';
const WORKERS = ['worker-1', 'worker-2', 'worker-3'];

/** The scheduler's sentence, with what it says of preemption. */
function none(why: string, preemption = '4 Preemption is not helpful for scheduling'): string {
  return `0/4 nodes are available: ${why}. preemption: 0/4 nodes are available: ${preemption}.`;
}

const NO_VICTIMS = '1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod';

/** Lets the other workloads ask for most of the machines, so that little is free. */
function fill(draft: Draft, cpu: string, memory: string, but: string): void {
  for (const workload of draft.workloads) {
    if (workload.name === but) continue;
    for (const { template } of workload.revisions) for (const one of template.spec.containers) one.resources = resources(cpu, memory, '12Gi');
  }
}

const required = (terms: readonly unknown[]) => ({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } });

const capacity = [
  incident('cpu-cores-for-millicores', ledgerly, ['InsufficientCPU', 'rel-ledgerly-pdf', FAMILY], (draft) => {
    const pdf = workloadOf(draft, 'rel-ledgerly-pdf');
    const pods = rollOut(
      pdf,
      47,
      onMain((one) => {
        one.resources = { requests: { cpu: '250', memory: '256Mi' }, limits: { memory: '512Mi' } };
      }),
    );
    unschedulable(pods, none(`${CONTROL}, 3 Insufficient cpu`, NO_VICTIMS));
    symptom(draft, 'KubePodNotReady', {}, 'A pod of the namespace has been in a non-ready state for more than 15 minutes.', 20, 'warning');
  }),
  incident('cpu-machines-full', clinic, ['InsufficientCPU', 'labs', FAMILY], (draft) => {
    fill(draft, '1900m', '256Mi', 'labs');
    const pods = recreate(
      workloadOf(draft, 'labs'),
      13,
      onMain((one) => {
        one.resources = resources('4500m', '512Mi', '1Gi');
      }),
    );
    unschedulable(pods, none(`3 Insufficient cpu, ${CONTROL}`, NO_VICTIMS));
    complain(workloadOf(draft, 'portal'), 12, 0.8, [
      '%N [error] 30#30: *8812 connect() failed (111: Connection refused) while connecting to upstream, client: 10.42.1.9, server: _, request: "GET /api/labs/88121 HTTP/1.1", upstream: "http://10.43.81.12:8080/88121", host: "portal.klinik.example"',
    ]);
    symptom(draft, 'NginxHigh5xx', { service: 'portal' }, 'More than 5 % of the answers of portal are 5xx.');
  }),
  incident('cpu-scaled-beyond', feed, ['InsufficientCPU', 'ranker-01', FAMILY], (draft) => {
    const ranker = workloadOf(draft, 'ranker-01');
    ranker.replicas = 4;
    const pods = recreate(
      ranker,
      55,
      onMain((one) => {
        one.resources = resources('6', '256Mi', '1Gi', '8');
      }),
    );
    const [first] = pods;
    ranker.pods = WORKERS.map((node, at) => Object.assign(at === 0 && first ? first : newPod(ranker, 55 - at * 0.1, node), { node }));
    const late = newPod(ranker, 54, undefined);
    ranker.pods.push(late);
    unschedulable([late], none(`3 Insufficient cpu, ${CONTROL}`, NO_VICTIMS));
    symptom(draft, 'KubeDeploymentReplicasMismatch', { deployment: 'ranker-01' }, 'Deployment has not matched the expected number of replicas.', 12, 'warning');
  }),
  incident('memory-heap-request', clinic, ['InsufficientMemory', 'keycloak', FAMILY], (draft) => {
    const pods = rollOut(
      workloadOf(draft, 'keycloak'),
      26,
      onMain((one) => {
        one.resources = { requests: { cpu: '200m', memory: '48G' }, limits: { memory: '48G' } };
      }),
    );
    unschedulable(pods, none(`3 Insufficient memory, ${CONTROL}`, NO_VICTIMS));
  }),
  incident('memory-stateful-second', campus, ['InsufficientMemory', 'mongo', FAMILY], (draft) => {
    const mongo = workloadOf(draft, 'mongo');
    const pods = rollOut(
      mongo,
      34,
      onMain((one) => {
        one.resources = resources('200m', '40Gi', '40Gi');
      }),
      ['worker-3'],
    );
    unschedulable(pods, none(`${CONTROL}, 3 Insufficient memory`, NO_VICTIMS));
    complain(workloadOf(draft, 'chat'), 30, 3, [
      '{"level":40,"time":%M,"pid":1,"hostname":"%P","msg":"Server selection: mongo-2.mongo-headless:27017 unknown, using the other members"}',
    ]);
    symptom(draft, 'MongodbReplicaMemberUnhealthy', { job: 'mongodb-exporter' }, 'A member of the replica set is not healthy.', 8, 'warning');
  }),
  incident('memory-machines-full', ledgerly, ['InsufficientMemory', 'rel-ledgerly-sidekiq', FAMILY], (draft) => {
    fill(draft, '150m', '7Gi', 'rel-ledgerly-sidekiq');
    const pods = recreate(
      workloadOf(draft, 'rel-ledgerly-sidekiq'),
      18,
      onMain((one) => {
        one.resources = resources('200m', '18Gi', '18Gi');
      }),
    );
    unschedulable(pods, none(`3 Insufficient memory, ${CONTROL}`, NO_VICTIMS));
    symptom(draft, 'SidekiqQueueLatency', { queue: 'mailers' }, 'Jobs wait for more than ten minutes.', 3);
  }),
];

const labels = [
  incident('affinity-instance-type', feed, ['NodeAffinityMismatch', 'media-03', FAMILY], (draft) => {
    for (const name of WORKERS) nodeOf(draft, name).labels['node.kubernetes.io/instance-type'] = 'm6i.2xlarge';
    const pods = rollOut(workloadOf(draft, 'media-03'), 180, ({ spec }) => {
      spec.affinity = required([{ matchExpressions: [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['c7g.4xlarge', 'c7g.8xlarge'] }] }]);
    });
    unschedulable(pods, none(`${CONTROL}, 3 node(s) didn't match Pod's node affinity/selector`));
  }),
  incident('affinity-not-in', clinic, ['NodeAffinityMismatch', 'archiver', FAMILY], (draft) => {
    for (const name of WORKERS) nodeOf(draft, name).labels['klinik.example/room'] = 'basement';
    const pods = recreate(workloadOf(draft, 'archiver'), 22, ({ spec }) => {
      spec.affinity = required([
        {
          matchExpressions: [
            { key: 'klinik.example/room', operator: 'NotIn', values: ['basement'] },
            { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
          ],
        },
      ]);
    });
    unschedulable(pods, none(`3 node(s) didn't match Pod's node affinity/selector, ${CONTROL}`));
    symptom(draft, 'RabbitmqQueueGrowing', { queue: 'archive' }, 'Queue archive has messages and no consumer.', 4, 'warning');
  }),
  incident('affinity-gt', campus, ['NodeAffinityMismatch', 'grades', FAMILY], (draft) => {
    for (const name of WORKERS) nodeOf(draft, name).labels['campus.example/cpu-generation'] = '3';
    const pods = recreate(workloadOf(draft, 'grades'), 7, ({ spec }) => {
      spec.affinity = required([{ matchExpressions: [{ key: 'campus.example/cpu-generation', operator: 'Gt', values: ['3'] }] }]);
    });
    unschedulable(pods, none(`3 node(s) didn't match Pod's node affinity/selector, ${CONTROL}`));
    complain(workloadOf(draft, 'lms'), 6, 0.6, [
      '[%S] production.ERROR: cURL error 7: Failed to connect to grades port 8000 after 1 ms: Could not connect to server (see https://curl.haxx.se/libcurl/c/libcurl-errors.html) for http://grades:8000/students/812 {"exception":"[object] (Illuminate\\\\Http\\\\Client\\\\ConnectionException(code: 0)"}',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'lms' }, 'lms answers with errors.');
  }),
  incident('selector-typo', campus, ['NodeSelectorMismatch', 'timetable', FAMILY], (draft) => {
    for (const name of WORKERS) nodeOf(draft, name).labels['disktype'] = 'ssd';
    const pods = rollOut(workloadOf(draft, 'timetable'), 15, ({ spec }) => {
      spec.nodeSelector = { disktype: 'sdd' };
    });
    unschedulable(pods, none(`${CONTROL}, 3 node(s) didn't match Pod's node affinity/selector`));
  }),
  incident('selector-windows', ledgerly, ['NodeSelectorMismatch', 'rel-ledgerly-pdf', FAMILY], (draft) => {
    const pods = recreate(workloadOf(draft, 'rel-ledgerly-pdf'), 33, ({ spec }) => {
      spec.nodeSelector = { 'kubernetes.io/os': 'windows' };
    });
    unschedulable(pods, none(`3 node(s) didn't match Pod's node affinity/selector, ${CONTROL}`));
    complain(workloadOf(draft, 'rel-ledgerly-sidekiq'), 30, 1.3, [
      '%I pid=1 tid=9fk class=PdfJob jid=9911 WARN: Errno::ECONNREFUSED: Failed to open TCP connection to rel-ledgerly-pdf:3030 (Connection refused - connect(2) for "rel-ledgerly-pdf" port 3030)',
    ]);
    symptom(draft, 'SidekiqRetriesHigh', { class: 'PdfJob' }, 'Jobs of PdfJob are retried.');
  }),
  incident('selector-pool-gone', feed, ['NodeSelectorMismatch', 'push', FAMILY], (draft) => {
    for (const name of WORKERS) nodeOf(draft, name).labels['cloud.google.com/gke-nodepool'] = 'general-n2d';
    const pods = recreate(workloadOf(draft, 'push'), 61, ({ spec }) => {
      spec.nodeSelector = { 'cloud.google.com/gke-nodepool': 'general-n2' };
    });
    unschedulable(pods, none(`3 node(s) didn't match Pod's node affinity/selector, ${CONTROL}`));
    symptom(draft, 'EnvoyClusterUpstream5xx', { service: 'edge-envoy', envoy_cluster_name: 'push' }, 'Requests to cluster push fail.', 30);
  }),
];

const keepApart = (key: string, value: string) => ({
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchExpressions: [{ key, operator: 'In', values: [value] }] }, topologyKey: 'kubernetes.io/hostname' },
    ],
  },
});

/** Puts the running pods on a machine each, and one more that finds none. */
function oneTooMany(draft: Draft, name: string, ago: number): PodDraft {
  const workload = workloadOf(draft, name);
  workload.replicas = 4;
  workload.pods = WORKERS.map((node) => newPod(workload, ago + 2000, node));
  const late = newPod(workload, ago, undefined);
  workload.pods.push(late);
  return late;
}

const apart = [
  incident('anti-affinity-fourth', campus, ['PodAntiAffinityConflict', 'chat', FAMILY], (draft) => {
    templateOf(workloadOf(draft, 'chat')).spec.affinity = keepApart('name', 'chat');
    unschedulable([oneTooMany(draft, 'chat', 28)], none(`3 node(s) didn't match pod anti-affinity rules, ${CONTROL}`, NO_VICTIMS));
  }),
  incident('anti-affinity-rolling', ledgerly, ['PodAntiAffinityConflict', 'rel-ledgerly-web', FAMILY], (draft) => {
    const web = workloadOf(draft, 'rel-ledgerly-web');
    templateOf(web).spec.affinity = keepApart('app.kubernetes.io/component', 'web');
    WORKERS.forEach((node, at) => {
      const pod = web.pods[at];
      if (pod) pod.node = node;
    });
    const pods = rollOut(
      web,
      21,
      onMain((one) => {
        one.image = 'quay.io/ledgerly/app:3.8.2';
      }),
    );
    unschedulable(pods, none(`${CONTROL}, 3 node(s) didn't match pod anti-affinity rules`, NO_VICTIMS));
    symptom(draft, 'KubeDeploymentRolloutStuck', { deployment: 'rel-ledgerly-web' }, 'Deployment rollout is not progressing.', 5, 'warning');
  }),
  incident('anti-affinity-of-others', feed, ['PodAntiAffinityConflict', 'ranker-01', FAMILY], (draft) => {
    const pods = recreate(workloadOf(draft, 'ranker-01'), 9, ({ spec }) => {
      spec.affinity = keepApart('service', 'cassandra');
    });
    WORKERS.forEach((node, at) => {
      const pod = workloadOf(draft, 'cassandra').pods[at];
      if (pod) pod.node = node;
    });
    unschedulable(pods, none(`3 node(s) didn't match pod anti-affinity rules, ${CONTROL}`, NO_VICTIMS));
    complain(workloadOf(draft, 'feed-api-v2'), 8, 0.5, [
      'time=%I level=ERROR msg="rank failed" err="rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp 10.43.9.12:7070: connect: connection refused\\""',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'feed-api-v2' }, 'feed-api-v2 answers with errors.');
  }),
];

const machines = [
  incident('cordon-all-upgrade', ledgerly, ['NodeCordoned', 'rel-ledgerly-haproxy', FAMILY], (draft) => {
    for (const name of WORKERS) nodeOf(draft, name).unschedulable = true;
    unschedulable(recreate(workloadOf(draft, 'rel-ledgerly-haproxy'), 12), none(`${CONTROL}, 3 node(s) were unschedulable`));
  }),
  incident('cordon-only-fit', feed, ['NodeCordoned', 'media-03', FAMILY], (draft) => {
    nodeOf(draft, 'worker-2').unschedulable = true;
    nodeOf(draft, 'worker-2').labels['murmur.example/nvme'] = 'true';
    const media = workloadOf(draft, 'media-03');
    templateOf(media).spec.nodeSelector = { 'murmur.example/nvme': 'true' };
    unschedulable(recreate(media, 41), none(`1 node(s) were unschedulable, ${CONTROL}, 2 node(s) didn't match Pod's node affinity/selector`));
    symptom(draft, 'SyntheticCheckFailing', { probe: 'upload' }, 'The synthetic upload fails.', 14);
  }),
  incident('cordon-two-of-three', clinic, ['NodeCordoned', 'billing2', FAMILY], (draft) => {
    for (const name of WORKERS) nodeOf(draft, name).unschedulable = true;
    unschedulable(
      rollOut(
        workloadOf(draft, 'billing2'),
        16,
        onMain((one) => {
          one.image = 'registry.klinik.example/care/billing2:1.20.0';
        }),
      ),
      none(`3 node(s) were unschedulable, ${CONTROL}`),
    );
    symptom(draft, 'KubePodNotReady', {}, 'A pod of the namespace is not ready.', 1, 'warning');
  }),
  incident('taint-spot', feed, ['TaintNotTolerated', 'push', FAMILY], (draft) => {
    for (const name of WORKERS) nodeOf(draft, name).taints.push({ key: 'cloud.example/spot', value: 'true', effect: 'NoSchedule' });
    unschedulable(
      rollOut(
        workloadOf(draft, 'push'),
        66,
        onMain((one) => {
          one.image = `${FEED_IMAGES}/push:5.3.0`;
        }),
      ),
      none(`${CONTROL}, 3 node(s) had untolerated taint {cloud.example/spot: true}`),
    );
  }),
  incident('taint-other-effect', campus, ['TaintNotTolerated', 'enrol', FAMILY], (draft) => {
    for (const name of WORKERS) nodeOf(draft, name).taints.push({ key: 'exam-week', effect: 'NoSchedule' });
    const pods = recreate(workloadOf(draft, 'enrol'), 6, ({ spec }) => {
      spec.tolerations = [{ key: 'exam-week', operator: 'Exists', effect: 'NoExecute' }];
    });
    unschedulable(pods, none(`3 node(s) had untolerated taint {exam-week: }, ${CONTROL}`));
    symptom(draft, 'ProbeFailed', { target: 'https://enrol.uni.example' }, 'The address does not answer.');
  }),
  incident('taint-other-value', ledgerly, ['TaintNotTolerated', 'rel-ledgerly-search', FAMILY], (draft) => {
    for (const name of WORKERS) nodeOf(draft, name).taints.push({ key: 'workload', value: 'stateless', effect: 'NoSchedule' });
    const pods = recreate(workloadOf(draft, 'rel-ledgerly-search'), 19, ({ spec }) => {
      spec.tolerations = [{ key: 'workload', operator: 'Equal', value: 'stateful', effect: 'NoSchedule' }];
    });
    unschedulable(pods, none(`${CONTROL}, 3 node(s) had untolerated taint {workload: stateless}`));
    complain(workloadOf(draft, 'rel-ledgerly-web'), 17, 0.9, [
      'E, [%I #1] ERROR -- : [b8] Faraday::ConnectionFailed (Failed to open TCP connection to rel-ledgerly-search:9200 (Connection refused - connect(2) for "rel-ledgerly-search" port 9200)):',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'rel-ledgerly-web' }, 'The web tier answers with errors.');
  }),
];

export const placement = [...capacity, ...labels, ...apart, ...machines];
