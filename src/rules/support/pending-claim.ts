import type { Evidence, Present } from '#domain/evidence.ts';
import type { Citation } from '#domain/finding.ts';
import type { KubernetesEvent, PersistentVolume, PersistentVolumeClaim, StorageClass } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import type { ClaimSubject } from '#domain/subject.ts';
import { type AskFor, type Claim, cite, notApplicable, undecided, type Verdict } from '../rule.ts';
import { classNameOf, isDynamic, type Mismatch, mismatches, waitsForConsumer } from './claim-fit.ts';
import { eventLine, eventsOf } from './events.ts';
import { fields } from './excerpt.ts';
import { workloadsOf } from './owners.ts';
import { isFinished, podRef } from './pods.ts';

/** What the rules about unbound claims ask for. */
export const CLAIM_NEEDS = ['pods', 'events', 'replicasets', 'persistentvolumes', 'storageclasses'] as const;
type ClaimTopic = (typeof CLAIM_NEEDS)[number];

/** A claim that pods wait for, and what there is for it. */
export interface PendingClaim {
  readonly claim: PersistentVolumeClaim;
  /** Pods that wait for it. Never empty: a claim that nobody waits for harms nobody. */
  readonly waiting: readonly Pod[];
  readonly className: string;
  readonly classes: Evidence<readonly StorageClass[]>;
  readonly classExists: boolean;
  /** Volumes are made for claims of this class. */
  readonly dynamic: boolean;
  readonly volumes: Evidence<readonly PersistentVolume[]>;
  /** The volumes that come nearest, with what keeps each off; those with the fewest reasons, free ones before taken ones. */
  readonly nearest: readonly { readonly volume: PersistentVolume; readonly against: readonly Mismatch[] }[];
  /** The newest warning about the claim. */
  readonly warning: KubernetesEvent | undefined;
  readonly citations: readonly Citation[];
  /** What every claim about it says: the object to change, since when, whom it affects. */
  readonly frame: Pick<Claim, 'subject' | 'since' | 'affects'>;
}

/**
 * Reads what matters about a claim that is not bound; a verdict instead where there is nothing to judge.
 *
 * The object to change is the one workload that waits: a claim cannot be changed once made, so it is replaced together with what mounts it, and for a
 * StatefulSet it is made from the template there. With several workloads, it is the claim that they share.
 */
export async function readPendingClaim(subject: ClaimSubject, ask: AskFor<ClaimTopic>): Promise<PendingClaim | Verdict | readonly Verdict[]> {
  const claim = subject.object;
  if (claim.status.phase !== 'Pending' || claim.metadata.deletionTimestamp !== undefined) return notApplicable;
  const { namespace } = subject.ref;
  const pods = await ask(list('pods', namespace));
  if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
  const waiting = pods.data.filter((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined && mounts(pod, claim.metadata.name));
  if (waiting.length === 0) return undecided(`Claim ${claim.metadata.name} is not bound, but no pod waits for it.`);

  const [volumes, classes, all] = [await ask(list('persistentvolumes')), await ask(list('storageclasses')), await ask(list('events', namespace))];
  const known = classes.outcome === 'present' ? classes.data : [];
  const className = classNameOf(claim, known);
  // Such a claim is bound when its pod is placed; a pod that has no place yet for another reason keeps it waiting.
  const events = eventsOf(subject.ref, all);
  const warning = events.outcome === 'present' ? events.data.findLast(({ type, reason }) => type !== 'Normal' || reason === 'FailedBinding') : undefined;
  if (waitsForConsumer(className, known) && warning === undefined && waiting.every((pod) => !saysUnbound(pod))) return notApplicable;

  const sets = await ask(list('replicasets', namespace));
  const owners = workloadsOf(waiting, sets.outcome === 'present' ? sets.data : []);
  return {
    claim,
    waiting,
    className,
    classes,
    classExists: known.some(({ metadata }) => metadata.name === className),
    dynamic: isDynamic(className, known),
    volumes,
    nearest: volumes.outcome === 'present' ? nearestTo(claim, volumes.data, className) : [],
    warning,
    citations: [citeClaim(subject, claim, waiting), ...(warning && events.outcome === 'present' ? [citeWarning(events, subject.ref, warning)] : [])],
    frame: {
      ...(owners.length === 1 && owners[0] ? { subject: owners[0] } : {}),
      since: claim.metadata.creationTimestamp,
      affects: [subject.ref, ...waiting.map(podRef), ...owners],
    },
  };
}

export function isPendingClaim(read: PendingClaim | Verdict | readonly Verdict[]): read is PendingClaim {
  return 'claim' in read && 'waiting' in read;
}

/** Fewest reasons first; among equals, those that nobody has. Only the nearest are kept. */
function nearestTo(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[], className: string): PendingClaim['nearest'] {
  const named = claim.spec.volumeName ? volumes.filter(({ metadata }) => metadata.name === claim.spec.volumeName) : volumes;
  const judged = named.map((volume) => ({ volume, against: mismatches(claim, volume, className) }));
  const far = ({ against }: { readonly against: readonly Mismatch[] }) =>
    against.length + (against.includes('occupied') || against.includes('unusable') ? 0.5 : 0);
  const least = Math.min(...judged.map(far));
  return judged.filter((one) => far(one) === least);
}

/** The nearest volumes that this property alone keeps from the claim. */
export function onlyAgainst({ nearest }: PendingClaim, mismatch: Mismatch): readonly PersistentVolume[] {
  return nearest.filter(({ against }) => against.length === 1 && against[0] === mismatch).map(({ volume }) => volume);
}

/** The volumes in question, to cite; their list must have been read. */
export function citeVolumes(volumes: Present<readonly PersistentVolume[]>, some: readonly PersistentVolume[], statement: string): Citation {
  const excerpt = some
    .slice(0, 10)
    .map(({ metadata, spec, status }) =>
      fields({
        name: metadata.name,
        labels: metadata.labels,
        capacity: spec.capacity,
        accessModes: spec.accessModes,
        storageClassName: spec.storageClassName ?? '',
        claimRef: spec.claimRef,
        phase: status.phase,
      }).replaceAll('\n', '  '),
    )
    .join('\n');
  return cite(volumes, statement, { excerpt });
}

function mounts(pod: Pod, name: string): boolean {
  return pod.spec.volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name);
}

function saysUnbound({ status }: Pod): boolean {
  return status.conditions.some(({ type, message }) => type === 'PodScheduled' && /PersistentVolumeClaim|persistent volumes to bind/i.test(message ?? ''));
}

function citeClaim(subject: ClaimSubject, { metadata, spec }: PersistentVolumeClaim, waiting: readonly Pod[]): Citation {
  return cite(
    subject.seenIn,
    `Claim ${metadata.name} is not bound, and ${waiting.length === 1 ? `Pod ${waiting[0]?.metadata.name} waits` : `${waiting.length} pods wait`} for it.`,
    {
      about: subject.ref,
      excerpt: fields({ phase: 'Pending', ...spec }),
    },
  );
}

function citeWarning(events: Present<readonly KubernetesEvent[]>, about: ObjectRef, warning: KubernetesEvent): Citation {
  return cite(events, 'The volume controller says why.', { about, excerpt: eventLine(warning) });
}
