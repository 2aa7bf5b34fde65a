import type { Workload } from '#domain/subject.ts';
import { formatBytes } from '#lib/quantity.ts';
import type { Claim } from '../rule.ts';
import { fitsNodeAffinity } from './node-fit.ts';
import { amounts, podRequests } from './pod-requests.ts';
import { editIt, look } from './remedies.ts';
import type { Unplaced } from './scheduling.ts';
import { some } from './some.ts';
import { rollBack } from './workload-edits.ts';

/** The claim that a pod asks for more of `resource` than is left, or than any node has. */
export function shortage(resource: 'cpu' | 'memory', workload: Workload, { pod, blocked, cluster, waiting }: Unplaced): Claim {
  const wanted = podRequests(pod.spec)[resource] ?? 0;
  const allowed = (cluster?.nodes ?? []).filter(
    (node) => fitsNodeAffinity(node, pod) && Object.entries(pod.spec.nodeSelector).every(([key, value]) => node.metadata.labels[key] === value),
  );
  // Nodes that it may not use for another reason have no room for it, however free they are.
  const usable = blocked.nodes.length > 0 ? allowed.filter(({ metadata }) => blocked.nodes.includes(metadata.name)) : allowed;
  const largest = Math.max(0, ...usable.map(({ status }) => amounts(status.allocatable)[resource] ?? 0));
  const freest = Math.max(0, ...usable.map(({ metadata }) => cluster?.freeOn.get(metadata.name)?.[resource] ?? 0));
  const name = resource === 'cpu' ? 'CPU' : 'memory';
  const text = (amount: number) => (resource === 'cpu' ? `${Math.round(amount * 1000) / 1000} CPU` : formatBytes(amount));
  const impossible = cluster !== undefined && largest > 0 && wanted > largest;
  return {
    title: impossible
      ? `${workload.ref.name} requests ${text(wanted)}, more than any node${usable.length < allowed.length ? ' it may use' : ''} has: the largest offers ${text(largest)}`
      : cluster && wanted > 0
        ? `${workload.ref.name} requests ${text(wanted)}, and no node it may use has that much left: at most ${text(Math.max(0, freest))} of ${text(largest)} on one node`
        : `No node has the ${name} left that ${workload.ref.name} requests${wanted > 0 ? ` (${text(wanted)})` : ''}`,
    explanation: impossible
      ? `The scheduler places a pod only where its requests fit into what is allocatable, so this pod can never be placed; ${waiting.length} pod${waiting.length === 1 ? '' : 's'} of ${workload.ref.name} wait. The request in the pod template is too large for this cluster, or it is a slip of a unit.`
      : `The scheduler counts what pods request, not what they use. ${blocked.nodes.length > 0 ? `On ${some(blocked.nodes)} requests of other pods leave too little ${name}` : `The nodes are full of requests for ${name}`}; ${waiting.length} pod${waiting.length === 1 ? '' : 's'} of ${workload.ref.name} wait. The request must shrink, other pods must leave, or a node must be added.`,
    remedies: [
      impossible
        ? look(
            workload.ref,
            'See what the nodes offer.',
            'get',
            'nodes',
            '-o',
            'custom-columns=NAME:.metadata.name,CPU:.status.allocatable.cpu,MEMORY:.status.allocatable.memory',
          )
        : look({ kind: 'Node', name: '' }, 'See what is reserved on each node.', 'describe', 'nodes'),
      ...(impossible ? rollBack(workload.ref) : []),
      editIt(workload.ref, `Lower resources.requests.${resource}${impossible ? ` below ${text(largest)}` : ''}, or add a node with room for it.`),
    ],
  };
}
