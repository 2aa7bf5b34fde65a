import { newPod, nodeOf, onMain, recreate, workloadOf } from '../draft.ts';
import { emit } from '../event.ts';
import { mountFails } from '../faults.ts';
import { resources } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { complain, incident, symptom } from './fleet.ts';
import { campus, clinic, feed, ledgerly } from './fleets.ts';

const FAMILY = 'nodes';

/** A node short of something, with who was evicted for it. */
function pressed(draft: Draft, node: string, type: string, reason: string, message: string, victim: string, words: string): void {
  nodeOf(draft, node).conditions[type] = { status: 'True', reason, message, since: 7 };
  nodeOf(draft, node).taints.push({ key: `node.kubernetes.io/${type.replace('Pressure', '').toLowerCase()}-pressure`, effect: 'NoSchedule' });
  const workload = workloadOf(draft, victim);
  const [pod] = workload.pods;
  if (!pod) return;
  Object.assign(pod, { node, failed: { reason: 'Evicted', message: words, ago: 6 } });
  pod.events.push({ type: 'Warning', reason: 'Evicted', message: words, first: 6 });
  workload.pods.push(newPod(workload, 5.9, node === 'worker-1' ? 'worker-2' : 'worker-1'));
  draft.extras.push(({ world, find }) =>
    emit(world, find('Node', node), {
      type: 'Warning',
      reason: 'EvictionThresholdMet',
      message: `Attempting to reclaim ${type === 'DiskPressure' ? 'ephemeral-storage' : 'memory'}`,
      first: 7,
      last: 0.4,
      count: 30,
      by: 'kubelet',
      host: node,
    }),
  );
}

export const moreNodes: readonly (() => Draft)[] = [
  incident('pressure-disk', ledgerly, ['NodeDiskPressure', 'node/worker-3', FAMILY], (draft) => {
    pressed(
      draft,
      'worker-3',
      'DiskPressure',
      'KubeletHasDiskPressure',
      'kubelet has disk pressure',
      'rel-ledgerly-pdf',
      'The node was low on resource: ephemeral-storage. Threshold quantity: 5368709120, available: 4812340Ki. Container pdf was using 2812Mi, request is 0, has larger consumption of ephemeral-storage. ',
    );
    symptom(draft, 'SidekiqRetriesHigh', { class: 'PdfJob' }, 'Jobs of PdfJob are retried.');
  }),
  incident('pressure-memory', feed, ['NodeMemoryPressure', 'node/worker-2', FAMILY], (draft) => {
    pressed(
      draft,
      'worker-2',
      'MemoryPressure',
      'KubeletHasInsufficientMemory',
      'kubelet has insufficient memory available',
      'media-03',
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 61032Ki. Container media-03 was using 1948210Ki, request is 160Mi, has larger consumption of memory. ',
    );
  }),
  incident('network-plugin', clinic, ['NetworkPluginNotReady', 'node/worker-1', FAMILY], (draft) => {
    nodeOf(draft, 'worker-1').conditions['Ready'] = {
      status: 'False',
      reason: 'KubeletNotReady',
      message:
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: No CNI configuration file in /etc/cni/net.d/. Has your network provider started?',
      since: 14,
    };
    for (const effect of ['NoSchedule', 'NoExecute']) nodeOf(draft, 'worker-1').taints.push({ key: 'node.kubernetes.io/not-ready', effect });
    for (const workload of draft.workloads) for (const pod of workload.pods) if (pod.node === 'worker-1') pod.lostAgo = 14;
    symptom(draft, 'KubeNodeNotReady', { node: 'worker-1' }, 'Node is not ready.', 2, 'warning');
  }),
  incident('sandbox-cni', campus, ['SandboxCreationFailed', 'node/worker-2', FAMILY], (draft) => {
    for (const name of ['chat', 'grades', 'timetable']) {
      const workload = workloadOf(draft, name);
      const pods = recreate(workload, 9);
      for (const pod of pods) pod.node = 'worker-2';
      mountFails(
        workload,
        pods,
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "8c1f": plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/',
        'FailedCreatePodSandBox',
      );
    }
    complain(workloadOf(draft, 'lms'), 8, 0.6, [
      '[%S] production.ERROR: cURL error 7: Failed to connect to grades port 8000 after 1 ms: Could not connect to server for http://grades:8000/students/812',
    ]);
    symptom(draft, 'HighErrorRate', { service: 'lms' }, 'lms answers with errors.');
  }),
  incident('startup-slow', clinic, ['StartupProbeTooImpatient', 'labs', 'runtime'], (draft) => {
    const labs = workloadOf(draft, 'labs');
    const pods = recreate(
      labs,
      24,
      onMain((one) => {
        one.startupProbe = {
          httpGet: { path: '/actuator/health/liveness', port: 8080, scheme: 'HTTP' },
          periodSeconds: 5,
          failureThreshold: 3,
          timeoutSeconds: 1,
          successThreshold: 1,
        };
        one.resources = resources('50m', '256Mi', '640Mi', '200m');
      }),
    );
    for (const pod of pods) {
      pod.states['labs'] = { is: 'running', ready: false, restarts: 14, since: 0.2, last: { exit: 143, reason: 'Error', ago: 0.22, ranSeconds: 16 } };
      pod.events.push({
        type: 'Warning',
        reason: 'Unhealthy',
        message: ({ ip }) => `Startup probe failed: Get "http://${ip}:8080/actuator/health/liveness": dial tcp ${ip}:8080: connect: connection refused`,
        first: 23.8,
        last: 0.3,
        count: 42,
        container: 'labs',
      });
      pod.events.push({
        type: 'Normal',
        reason: 'Killing',
        message: 'Container labs failed startup probe, will be restarted',
        first: 23.6,
        last: 0.5,
        count: 14,
        container: 'labs',
      });
      pod.previous['labs'] = [
        [
          0.46,
          ({ at }) =>
            `${at.toISOString()}  INFO 1 --- [labs] [           main] e.k.labs.LabsApplication                 : Starting LabsApplication v2.3.9 using Java 21.0.5 with PID 1`,
        ],
        [
          0.3,
          ({ at }) =>
            `${at.toISOString()}  INFO 1 --- [labs] [           main] .s.d.r.c.RepositoryConfigurationDelegate : Bootstrapping Spring Data JPA repositories in DEFAULT mode.`,
        ],
      ];
    }
  }),
];
