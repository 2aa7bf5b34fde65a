import type { ObjectRef } from '#domain/object-ref.ts';
import { refText } from '#domain/object-ref.ts';
import type { KubernetesTopics } from '#domain/topic.ts';
import { type Circumstances, cite, found, ruledOut, undecided, type Verdict } from '../rule.ts';
import { type Delivery, type DeliveryTopic, deliveryArg } from './delivered-by.ts';
import type { DeliveryFailure } from './delivery-failures.ts';
import { fields } from './excerpt.ts';
import { secondsBetween } from './instants.ts';
import { look } from './remedies.ts';

/** How a rule speaks of one tool. */
export interface DeliveryWords<T extends DeliveryTopic> {
  failureOf(object: KubernetesTopics[T]): DeliveryFailure | undefined;
  /** `Argo CD could not sync Application argocd/shop`. */
  failed(ref: ObjectRef): string;
  /** Of one that did not fail, a sentence. */
  worked(ref: ObjectRef): string;
  readonly explanation: string;
}

/** What has failed for longer than this before the trouble began was so when all was well. */
const OLD_SECONDS = 24 * 3600;

/**
 * Judges each delivery of a namespace: found where the tool says that the last one failed, unless that was a day before the onset. A delivery that worked is ruled out and nothing more: that it was
 * lately is no fault, and stands on the timeline.
 */
export function judgeDeliveries<T extends DeliveryTopic>(
  topic: T,
  deliveries: readonly Delivery<T>[],
  { onset }: Circumstances,
  { failureOf, failed, worked, explanation }: DeliveryWords<T>,
): readonly Verdict[] {
  return deliveries.map((delivery) => {
    if ('gap' in delivery) return undecided(delivery.gap);
    const { ref, object, seenIn, deliverer } = delivery;
    const failure = failureOf(object);
    if (!failure) return ruledOut(seenIn, worked(ref));
    const { reason, message, at, revision } = failure;
    if ((secondsBetween(at, onset) ?? 0) > OLD_SECONDS) return ruledOut(seenIn, `${failed(ref)}, but that was on ${at}, long before this began.`);
    return found(
      'likely',
      [cite(seenIn, `${refText(ref)} reports ${reason || 'a failure'}.`, { about: ref, excerpt: fields({ reason, revision, at, message }) })],
      {
        title: `${failed(ref)}${revision ? ` (${revision})` : ''}${message ? `: ${message}` : ` (${reason})`}`,
        explanation,
        subject: ref,
        remedies: [look(ref, 'See what was delivered and what failed.', 'describe', deliveryArg(topic, ref))],
        since: at,
        affects: deliverer.workloads,
      },
    );
  });
}
