import type { Evidence, Present } from '#domain/evidence.ts';
import type { Citation } from '#domain/finding.ts';
import type { ConfigMap, KubernetesEvent, SecretKeys } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { Workload } from '#domain/subject.ts';
import { cite, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { type ConfigKind, type ConfigReference, configReferences } from './config-references.ts';
import { eventLine } from './events.ts';
import { fields } from './excerpt.ts';
import { podRef } from './pods.ts';
import { editIt, look } from './remedies.ts';
import { nearest } from './similar.ts';
import { type StuckPod, stuckPods, wordsAbout } from './stuck-pods.ts';
import { rollBack } from './workload-edits.ts';

type ConfigObject = ConfigMap | SecretKeys;

/** One thing that a stuck pod needs and does not get. */
export interface MissingConfig {
  readonly stuck: StuckPod;
  readonly reference: ConfigReference;
  /** The kubelet says so. */
  readonly said: boolean;
}

/**
 * Judges whether pods of a workload cannot start because a whole ConfigMap or Secret is not there. The list of objects decides where it may be
 * read: what exists by now is not missing, whatever older events say. Where it may not be read, the kubelet's words count alone.
 */
export function judgeMissingObject(
  kind: ConfigKind,
  workload: Workload,
  pods: Evidence<readonly Pod[]>,
  events: Evidence<readonly KubernetesEvent[]>,
  objects: Evidence<readonly ConfigObject[]>,
): Verdict | readonly Verdict[] {
  if (pods.outcome === 'unavailable') return undecided(pods);
  if (pods.outcome !== 'present') return notApplicable;
  const stuck = stuckPods(pods.data, events);
  const needed = stuck.flatMap((one) =>
    configReferences(one.pod.spec)
      .filter((it) => it.kind === kind)
      .map((reference) => ({ stuck: one, reference, said: saysMissing(one, reference) })),
  );
  if (needed.length === 0) return notApplicable;
  const names = objects.outcome === 'present' ? new Set(objects.data.filter(inNamespaceOf(workload)).map(({ metadata }) => metadata.name)) : undefined;
  const missing = needed.filter(({ reference, said }) => (names ? !names.has(reference.name) : said));
  const worst = missing.find(({ said }) => said) ?? missing[0];
  if (!worst) {
    if (objects.outcome === 'unavailable') return undecided(objects);
    return objects.outcome === 'present' ? ruledOut(objects, `Every ${kind} that ${workload.ref.name} needs exists.`) : notApplicable;
  }

  const { name, usedBy } = worst.reference;
  const meant = names ? nearest(name, [...names]) : undefined;
  const confidence = worst.said && names ? 'certain' : 'likely';
  return found(
    confidence,
    [
      ...citeStuck(worst, pods, events),
      ...(objects.outcome === 'present' ? [cite(objects, `Namespace ${workload.ref.namespace} has no ${kind} ${name}.`)] : []),
    ],
    {
      title: `${kind} ${name}, which ${workload.ref.name} needs (${usedBy}), does not exist in namespace ${workload.ref.namespace}${meant ? `; there is ${meant}` : ''}`,
      explanation: `The kubelet makes no container before everything it refers to is there. ${kind}s are looked up by name in the pod's own namespace; this one was never created, was deleted, or the name in the pod template is wrong. The pod starts by itself within a minute or two once the object exists.`,
      remedies: [
        look(workload.ref, `See which ${kind}s there are.`, 'get', kind === 'ConfigMap' ? 'configmaps' : 'secrets'),
        ...rollBack(workload.ref),
        editIt(
          workload.ref,
          meant ? `Correct the name to ${meant}, if that is what was meant; or create ${kind} ${name}.` : `Create ${kind} ${name}, or correct the name.`,
        ),
      ],
      since: worst.stuck.pod.metadata.creationTimestamp,
      affects: stuck.map(({ pod }) => podRef(pod)),
    },
  );
}

/** The state of the waiting container and the kubelet's newest words, to cite. */
export function citeStuck(
  { stuck, reference }: MissingConfig,
  pods: Present<readonly Pod[]>,
  events: Evidence<readonly KubernetesEvent[]>,
): readonly Citation[] {
  const { pod, waiting, warnings } = stuck;
  const container = waiting.find(({ status }) => (status?.state.waiting?.message ?? '').includes(reference.name)) ?? waiting[0];
  const warning = warnings.findLast(({ message }) => message.includes(reference.name) || message.includes(reference.key ?? reference.name));
  return [
    cite(pods, `Pod ${pod.metadata.name} cannot start: it needs ${reference.kind} ${reference.name} for ${reference.usedBy}.`, {
      about: podRef(pod),
      excerpt: fields({
        container: container?.spec.name,
        'state.waiting.reason': container?.status?.state.waiting?.reason,
        'state.waiting.message': container?.status?.state.waiting?.message,
      }),
    }),
    ...(warning && events.outcome === 'present' ? [cite(events, 'The kubelet says what it misses.', { about: podRef(pod), excerpt: eventLine(warning) })] : []),
  ];
}

export function inNamespaceOf(workload: Workload): (object: ConfigObject) => boolean {
  return ({ metadata }) => metadata.namespace === undefined || metadata.namespace === workload.ref.namespace;
}

function saysMissing(stuck: StuckPod, { kind, name }: ConfigReference): boolean {
  const sentence = `${kind.toLowerCase()} "${name.toLowerCase()}" not found`;
  return wordsAbout(stuck).some((text) => text.toLowerCase().includes(sentence));
}
