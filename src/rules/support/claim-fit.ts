import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '#domain/kubernetes/cluster.ts';
import { matchesSelector } from '#lib/label-selector.ts';
import { parseQuantity } from '#lib/quantity.ts';

/** A property of a volume that keeps a claim from being bound to it. */
export type Mismatch = 'class' | 'size' | 'access-mode' | 'volume-mode' | 'selector' | 'occupied' | 'unusable';

/**
 * Everything in which the volume does not meet the claim, as the binding controller compares them. `occupied`: bound to, or reserved for, another claim.
 * `unusable`: released or failed, or being deleted. Empty: they fit.
 *
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding
 */
export function mismatches({ metadata, spec }: PersistentVolumeClaim, volume: PersistentVolume, className: string): readonly Mismatch[] {
  const found: Mismatch[] = [];
  if ((volume.spec.storageClassName ?? '') !== className) found.push('class');
  const [wanted, there] = [parseQuantity(spec.requests['storage']), parseQuantity(volume.spec.capacity['storage'])];
  if (wanted !== undefined && there !== undefined && wanted > there) found.push('size');
  if (!spec.accessModes.every((mode) => volume.spec.accessModes.includes(mode))) found.push('access-mode');
  if ((spec.volumeMode ?? 'Filesystem') !== (volume.spec.volumeMode ?? 'Filesystem')) found.push('volume-mode');
  if (spec.selector && !matchesSelector(spec.selector, volume.metadata.labels)) found.push('selector');
  const { claimRef } = volume.spec;
  const own = claimRef?.name === metadata.name && (claimRef.namespace ?? metadata.namespace) === metadata.namespace;
  if (claimRef && !own) found.push('occupied');
  const past = own && claimRef.uid !== undefined && metadata.uid !== undefined && claimRef.uid !== metadata.uid;
  const phase = volume.status.phase;
  if (past || phase === 'Released' || phase === 'Failed' || volume.metadata.deletionTimestamp !== undefined) {
    if (!found.includes('occupied')) found.push('unusable');
  }
  return found;
}

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** The class that a claim is for: its own, `''` for none on purpose; where it says nothing, the default class if there is one. */
export function classNameOf({ spec }: PersistentVolumeClaim, classes: readonly StorageClass[]): string {
  return spec.storageClassName ?? classes.find(({ metadata }) => metadata.annotations[DEFAULT_CLASS] === 'true')?.metadata.name ?? '';
}

/** Will a volume be made for claims of this class? False also for a class that does not exist. */
export function isDynamic(className: string, classes: readonly StorageClass[]): boolean {
  const found = classes.find(({ metadata }) => metadata.name === className);
  return found !== undefined && found.provisioner !== NO_PROVISIONER;
}

/** Claims of such a class wait on purpose until a pod that uses them is placed. */
export function waitsForConsumer(className: string, classes: readonly StorageClass[]): boolean {
  return classes.find(({ metadata }) => metadata.name === className)?.volumeBindingMode === 'WaitForFirstConsumer';
}
