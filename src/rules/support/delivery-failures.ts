import type { Application, HelmRelease, Kustomization } from '#domain/kubernetes/delivery.ts';
import { refText } from '#domain/object-ref.ts';
import { displayLine } from '#lib/display-text.ts';

/** What kept the last delivery from being carried out. */
export interface DeliveryFailure {
  /** The tool's own word for it: `Failed`, `BuildFailed`, `UpgradeFailed`. */
  readonly reason: string;
  /** What the tool says, on one line. */
  readonly message: string;
  readonly at: string | undefined;
  /** Short. */
  readonly revision: string | undefined;
}

const MESSAGE_LENGTH = 240;
/** Conditions of an Application that keep it from being synced. https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/ */
const ARGO_ERRORS = ['SyncError', 'ComparisonError', 'InvalidSpecError'];

/** Undefined when the last sync worked, or is under way. */
export function syncFailure({ status }: Application): DeliveryFailure | undefined {
  const { operationState: operation } = status;
  if (operation?.phase === 'Failed' || operation?.phase === 'Error') {
    const { phase, finishedAt, startedAt, revision, refused } = operation;
    const [first] = refused;
    const said = first
      ? `${refText(first)}: ${first.message ?? ''}${refused.length > 1 ? ` (and ${refused.length - 1} more)` : ''}`
      : (operation.message ?? '');
    return { reason: phase, message: line(said), at: finishedAt ?? startedAt, revision: shortRevision(revision) };
  }
  const error = status.conditions.find(({ type }) => ARGO_ERRORS.includes(type));
  return error && { reason: error.type, message: line(error.message), at: error.lastTransitionTime, revision: shortRevision(status.sync.revision) };
}

/** Undefined when Flux could apply what the source says, or is at it. https://fluxcd.io/flux/components/kustomize/kustomizations/#conditions */
export function reconciliationFailure({ status }: Kustomization): DeliveryFailure | undefined {
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'False') return undefined;
  const { reason = '', message, lastTransitionTime: at } = ready;
  return { reason, message: line(message), at, revision: shortRevision(status.lastAttemptedRevision) };
}

/**
 * Undefined when the last release worked. `Ready` repeats whichever condition changed last: after a failed upgrade was rolled back it speaks of the rollback only,
 * while `Released` keeps why the upgrade failed. https://fluxcd.io/flux/components/helm/helmreleases/#conditions
 */
export function releaseFailure({ status }: HelmRelease): DeliveryFailure | undefined {
  const { conditions, lastAttemptedRevision } = status;
  const failing = (wanted: readonly string[]) =>
    conditions
      .filter(({ type, status: is }) => wanted.includes(type) && is === 'False')
      .toSorted((left, right) => (right.lastTransitionTime ?? '').localeCompare(left.lastTransitionTime ?? ''))[0];
  if (conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')) return undefined;
  const failed = failing(['Released', 'TestSuccess']) ?? failing(['Ready']);
  if (!failed) return undefined;
  return { reason: failed.reason ?? '', message: line(failed.message), at: failed.lastTransitionTime, revision: shortRevision(lastAttemptedRevision) };
}

/** Commits as people write them: seven characters of `main@sha1:9b8a7c6d...`. */
export function shortRevision(revision: string | undefined): string | undefined {
  return (
    revision &&
    displayLine(
      revision.replaceAll(/\b[0-9a-f]{40,64}\b/g, (commit) => commit.slice(0, 7)),
      120,
    )
  );
}

function line(message = ''): string {
  return displayLine(message, MESSAGE_LENGTH);
}
