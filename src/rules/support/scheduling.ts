import type { Evidence, Present } from '#domain/evidence.ts';
import type { Citation, Confidence } from '#domain/finding.ts';
import type { Node } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { type AskFor, type Circumstances, cite, type Found, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { fields } from './excerpt.ts';
import { type ClusterState, clusterState, type ObstacleKind } from './node-fit.ts';
import { podRef, podsOf } from './pods.ts';
import { type Blockage, blockage, isUnschedulable, schedulerSentence } from './unschedulable.ts';

/** What every scheduling rule asks for. */
export const SCHEDULING_NEEDS = ['pods', 'nodes', 'persistentvolumeclaims', 'persistentvolumes'] as const;
type SchedulingTopic = (typeof SCHEDULING_NEEDS)[number];

/** A pod of the workload that has no place, and why. */
export interface Unplaced {
  readonly pod: Pod;
  readonly blocked: Blockage;
  readonly cluster: ClusterState | undefined;
  readonly confidence: Confidence;
  readonly citations: readonly Citation[];
  /** All pods of the workload without a place. */
  readonly waiting: readonly Pod[];
  /** All unplaced pods that could be seen, of whatever workload. */
  readonly others: readonly Pod[];
}

/**
 * Judges whether one of these reasons keeps pods of the workload without a node, and lets `claim` say so. Lists of nodes, pods and volumes are read only
 * when a pod waits; where they may not be read, the scheduler's sentence on the pod decides alone.
 */
export async function judgeScheduling(
  kinds: readonly ObstacleKind[],
  workload: Workload,
  ask: AskFor<SchedulingTopic>,
  { now }: Circumstances,
  claim: (unplaced: Unplaced) => Found['claim'],
): Promise<Verdict | readonly Verdict[]> {
  const own = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
  if (own.outcome === 'unavailable') return undecided(own);
  if (own.outcome !== 'present' || own.data.length === 0) return notApplicable;
  const waiting = own.data.filter((pod) => isUnschedulable(pod, now));
  const [pod] = waiting;
  if (!pod) return kinds.includes('cpu') ? ruledOut(own, `Every pod of ${workload.ref.name} has a node.`) : notApplicable;

  const nodes = await ask(list('nodes'));
  const cluster = nodes.outcome === 'present' ? await readCluster(nodes, own, workload, ask) : undefined;
  const blocked = blockage(pod, cluster);
  if (!blocked) return notApplicable;
  if (!blocked.kinds.some((kind) => kinds.includes(kind))) return notApplicable;
  const unplaced: Unplaced = {
    pod,
    blocked,
    cluster,
    confidence: confidenceOf(blocked),
    citations: citationsOf(pod, blocked, own, nodes),
    waiting,
    others: (cluster?.pods ?? own.data).filter((one) => isUnschedulable(one, now)),
  };
  const said = claim(unplaced);
  return found(unplaced.confidence, unplaced.citations, {
    since: pod.status.conditions.find(({ type }) => type === 'PodScheduled')?.lastTransitionTime ?? pod.metadata.creationTimestamp,
    affects: [...waiting.map(podRef), workload.ref],
    ...said,
  });
}

function confidenceOf({ lost, told, contested }: Blockage): Confidence {
  if (lost.length > 0 || (told === 'scheduler' && contested)) return 'possible';
  return told === 'both' && !contested ? 'certain' : 'likely';
}

/** One state for each namespace's list of pods, so that all rules about scheduling share the work. */
const states = new WeakMap<readonly Pod[], ClusterState>();

async function readCluster(
  nodes: Present<readonly Node[]>,
  own: Present<readonly Pod[]>,
  { ref }: Workload,
  ask: AskFor<SchedulingTopic>,
): Promise<ClusterState> {
  const everywhere = await ask(list('pods'));
  const here = await ask(list('pods', ref.namespace));
  const pods = everywhere.outcome === 'present' && everywhere.data.length > 0 ? everywhere.data : itemsOf(here, own.data);
  const key = here.outcome === 'present' ? here.data : pods;
  const known = states.get(key);
  if (known?.nodes === nodes.data && known.pods === pods) return known;
  const state = clusterState({
    nodes: nodes.data,
    pods,
    claims: itemsOf(await ask(list('persistentvolumeclaims', ref.namespace)), []),
    volumes: itemsOf(await ask(list('persistentvolumes')), []),
  });
  states.set(key, state);
  return state;
}

function itemsOf<T>(evidence: Evidence<readonly T[]>, otherwise: readonly T[]): readonly T[] {
  return evidence.outcome === 'present' ? evidence.data : otherwise;
}

function citationsOf(pod: Pod, blocked: Blockage, pods: Present<readonly Pod[]>, nodes: Evidence<readonly Node[]>): readonly Citation[] {
  const sentence = cite(pods, `The scheduler finds no node for Pod ${pod.metadata.name}.`, {
    about: podRef(pod),
    excerpt: fields({
      'PodScheduled.message': schedulerSentence(pod),
      nodeSelector: pod.spec.nodeSelector,
      'affinity.required': pod.spec.affinity,
      tolerations: pod.spec.tolerations.length > 0 ? pod.spec.tolerations : undefined,
    }),
  });
  if (nodes.outcome !== 'present' || blocked.told === 'scheduler') return [sentence];
  const excerpt = nodes.data
    .slice(0, 20)
    .map(
      ({ metadata, spec, status }) =>
        `${metadata.name}: ${fields({ unschedulable: spec.unschedulable, taints: spec.taints, allocatable: pick(status.allocatable) }).replaceAll('\n', ' ')}`,
    )
    .join('\n');
  return [sentence, cite(nodes, `Computed from the nodes: ${blocked.kinds.join(' and ')} alone keeps it off ${blocked.nodes.join(', ')}.`, { excerpt })];
}

function pick(allocatable: Readonly<Record<string, string>>): Readonly<Record<string, string | undefined>> {
  return { cpu: allocatable['cpu'], memory: allocatable['memory'], pods: allocatable['pods'] };
}
