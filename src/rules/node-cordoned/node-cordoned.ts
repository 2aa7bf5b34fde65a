import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { defineRule } from '../rule.ts';
import { kubectl } from '../support/kubectl.ts';
import { type ClusterState, obstaclesOn } from '../support/node-fit.ts';
import { look } from '../support/remedies.ts';
import { saidObstacles } from '../support/scheduler-words.ts';
import { judgeScheduling, SCHEDULING_NEEDS } from '../support/scheduling.ts';
import { some } from '../support/some.ts';
import { schedulerSentence } from '../support/unschedulable.ts';

export const nodeCordoned = defineRule({
  id: 'node-cordoned',
  code: 'NodeCordoned',
  summary: 'the only nodes that the pod could use are cordoned',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: SCHEDULING_NEEDS,
  references: [{ title: 'Kubernetes: Manual node administration', url: 'https://kubernetes.io/docs/concepts/architecture/nodes/#manual-node-administration' }],

  judge: (workload, ask, circumstances) =>
    judgeScheduling(['cordoned'], workload, ask, circumstances, ({ blocked, pod, cluster, waiting, others }) => {
      const [only] = blocked.nodes;
      const held = holdsVolume(pod, cluster);
      const pinned = held ? 'its volume is there' : pinText(pod);
      // Cordoning is done on purpose. One node that keeps several workloads waiting, or that has the pod's data, is the thing to change; else it is the one workload that fits nowhere else.
      const node: ObjectRef | undefined =
        only !== undefined && blocked.nodes.length === 1 && (held || ownersOf(others) > 1) ? { kind: 'Node', name: only } : undefined;
      const all = cluster !== undefined && blocked.nodes.length === cluster.nodes.length;
      const names = some(blocked.nodes);
      const which =
        blocked.nodes.length === 0
          ? 'The nodes'
          : all && blocked.nodes.length > 1
            ? `All ${blocked.nodes.length} nodes (${names})`
            : `Node${blocked.nodes.length === 1 ? '' : 's'} ${names}`;
      return {
        title: `${which} ${blocked.nodes.length === 1 ? 'is' : 'are'} cordoned, and ${workload.ref.name} ${pinned ? `may run nowhere else (${pinned})` : 'fits nowhere else'}`,
        explanation: `A cordoned node (spec.unschedulable) takes no new pods. ${waiting.length} pod${waiting.length === 1 ? '' : 's'} of ${workload.ref.name} wait until a node is opened again${pinned ? ', or until the pod may run on others' : ''}.`,
        ...(node ? { subject: node } : {}),
        remedies: [
          look({ kind: 'Node', name: '' }, 'See which nodes are cordoned.', 'get', 'nodes'),
          ...(only === undefined
            ? []
            : [
                {
                  kind: 'fix' as const,
                  advice: 'Open the node again, once whoever cordoned it is done.',
                  command: kubectl({ kind: 'Node', name: only }, 'uncordon', only),
                  risk: 'low' as const,
                },
              ]),
        ],
      };
    }),
});

/** What binds the pod to some nodes; `''` when nothing does. */
function pinText({ spec }: Pod): string {
  const labels = Object.entries(spec.nodeSelector).map(([key, value]) => `${key}=${value}`);
  if (labels.length > 0) return `nodeSelector ${some(labels)}`;
  if ((spec.affinity?.nodeAffinity?.required ?? []).length > 0) return 'required node affinity';
  return '';
}

/** Whether other nodes are out of the question because the pod's volume is not there. */
function holdsVolume(pod: Pod, cluster: ClusterState | undefined): boolean {
  if (saidObstacles(schedulerSentence(pod) ?? '').some(({ kind }) => kind === 'volume')) return true;
  return cluster?.nodes.some((node) => obstaclesOn(node, pod, cluster).some(({ kind }) => kind === 'volume')) === true;
}

function ownersOf(pods: readonly Pod[]): number {
  return new Set(pods.map(({ metadata }) => metadata.ownerReferences[0]?.uid ?? metadata.uid ?? metadata.name)).size;
}
