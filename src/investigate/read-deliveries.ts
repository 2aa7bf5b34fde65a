import type { Ask, Present } from '#domain/evidence.ts';
import type { Application, HelmRelease, Kustomization } from '#domain/kubernetes/delivery.ts';
import { type ObjectRef, refKey, refText } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { type Delivery, type DeliveryTopic, deliveriesIn } from '#rules/support/delivered-by.ts';
import { type DeliveryFailure, reconciliationFailure, releaseFailure, shortRevision, syncFailure } from '#rules/support/delivery-failures.ts';
import { type Change, type Span, within } from './read-changes.ts';

/** What Argo CD or Flux did in a stretch of time about one of its objects, as far as that tells. */
export interface DeliveryChanges {
  readonly subject: ObjectRef;
  readonly seenIn: Present<unknown>;
  /** The newest first. */
  readonly changes: readonly Change[];
}

interface Happened {
  readonly at: string | undefined;
  readonly what: string;
}

const MOST_DELIVERIES = 6;
const MOST_CHANGES = 4;

/**
 * Syncs and releases of what delivered the workloads of these namespaces: those that worked and those that failed, the object with the newest first, at most six
 * objects. Where no workload bears the mark of Argo CD or Flux nothing is asked.
 */
export async function readDeliveries(namespaces: readonly string[], span: Span, ask: Ask): Promise<readonly DeliveryChanges[]> {
  const found = await Promise.all(namespaces.map((namespace) => inNamespace(namespace, span, ask)));
  const once = new Map(found.flat().map((delivery) => [refKey(delivery.subject), delivery]));
  return [...once.values()].toSorted((left, right) => newest(right).localeCompare(newest(left))).slice(0, MOST_DELIVERIES);
}

async function inNamespace(namespace: string, span: Span, ask: Ask): Promise<readonly DeliveryChanges[]> {
  const [applications, kustomizations, helmReleases] = await Promise.all([
    deliveriesIn('applications', namespace, ask, (where) => ask(list('applications', where))),
    deliveriesIn('kustomizations', namespace, ask, (where) => ask(list('kustomizations', where))),
    deliveriesIn('helmreleases', namespace, ask, (where) => ask(list('helmreleases', where))),
  ]);
  return [
    ...applications.flatMap((one) => changesOf(one, syncs, span)),
    ...kustomizations.flatMap((one) => changesOf(one, reconciliations, span)),
    ...helmReleases.flatMap((one) => changesOf(one, releases, span)),
  ];
}

function changesOf<T extends DeliveryTopic>(
  delivery: Delivery<T>,
  happenedTo: (object: Extract<Delivery<T>, { readonly ref: ObjectRef }>['object'], name: string) => readonly Happened[],
  span: Span,
): readonly DeliveryChanges[] {
  if ('gap' in delivery) return [];
  const { ref, object, seenIn } = delivery;
  const changes = happenedTo(object, refText(ref))
    .flatMap(({ at, what }) => (at && within(at, span) ? [{ at, what, subject: ref }] : []))
    .toSorted((left, right) => right.at.localeCompare(left.at))
    .slice(0, MOST_CHANGES);
  return changes.length > 0 ? [{ subject: ref, seenIn, changes }] : [];
}

function syncs(application: Application, name: string): readonly Happened[] {
  return [
    ...application.status.history.map(({ deployedAt, revision, automated }) => ({
      at: deployedAt,
      what: `Argo CD synced ${name}${to(revision)}${automated ? ' (automatic)' : ''}`,
    })),
    ...failed('Argo CD could not sync', name, syncFailure(application)),
  ];
}

/** Before Flux 2.7 there is only the last state, and its time may be that of the last look at what has not changed since. */
function reconciliations(kustomization: Kustomization, name: string): readonly Happened[] {
  const { history, conditions, lastAppliedRevision } = kustomization.status;
  const ready = conditions.find(({ type, status }) => type === 'Ready' && status === 'True');
  const applied =
    history.length > 0
      ? history
          .filter(({ lastReconciledStatus: status }) => status === 'ReconciliationSucceeded')
          .map(({ revision, firstReconciled }) => ({ at: firstReconciled, what: `Flux applied ${name}${at(revision)}` }))
      : ready
        ? [{ at: ready.lastTransitionTime, what: `Flux found ${name} applied${at(lastAppliedRevision)}` }]
        : [];
  return [...applied, ...failed('Flux could not apply', name, reconciliationFailure(kustomization))];
}

function releases(release: HelmRelease, name: string): readonly Happened[] {
  return [
    ...release.status.history.map(({ lastDeployed, version, chartName, chartVersion, status }) => ({
      at: lastDeployed,
      what: `Flux released ${name}${version === undefined ? '' : `, version ${version}`}${chartName ? `: chart ${chartName} ${chartVersion ?? ''}`.trimEnd() : ''}${status === 'failed' ? ', which failed' : ''}`,
    })),
    ...failed('Flux could not release', name, releaseFailure(release)),
  ];
}

function failed(did: string, name: string, failure: DeliveryFailure | undefined): readonly Happened[] {
  return failure ? [{ at: failure.at, what: `${did} ${name}${failure.revision ? ` (${failure.revision})` : ''}: ${failure.message || failure.reason}` }] : [];
}

function to(revision: string | undefined): string {
  const short = shortRevision(revision);
  return short ? ` to ${short}` : '';
}

function at(revision: string | undefined): string {
  const short = shortRevision(revision);
  return short ? ` at ${short}` : '';
}

function newest({ changes }: DeliveryChanges): string {
  return changes[0]?.at ?? '';
}
