import type { PersistentVolumeClaim } from '#domain/kubernetes/cluster.ts';

/** What of a claim a provisioner may refuse, whatever the state of its storage. */
export type RefusedPart = 'access-mode' | 'selector';

/**
 * Drivers name the mode as Kubernetes does (in-tree plug-ins, local-path, EBS) or as CSI does (`MULTI_NODE_MULTI_WRITER`: Azure, iSCSI, TopoLVM, DigitalOcean); GCE and
 * Ceph describe it, and some say no more than that a capability is not supported.
 * https://github.com/container-storage-interface/spec/blob/master/spec.md#createvolume
 */
const MODE =
  /access[ _-]?modes?\b|\b(?:SINGLE|MULTI)_NODE_[A-Z_]+\b|\bmulti[- ](?:node|writer)\b|\bcapabilit(?:y|ies)\b.{0,80}\b(?:not supported|unsupported|invalid)/i;
/** Volumes are made to measure, so there are none to choose from by label: provisioners refuse such a claim. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#selector */
const SELECTOR = /\bselector is not supported|selector\b.{0,40}\bnot supported/i;

/** The part of a claim that the words of its provisioner are about; undefined when they are about something else, or the claim has nothing there to refuse. */
export function refusedPart(words: string, { spec }: PersistentVolumeClaim): RefusedPart | undefined {
  if (spec.selector && SELECTOR.test(words)) return 'selector';
  // A single writer is what every driver can do.
  if (spec.accessModes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany' || mode === 'ReadWriteOncePod') && MODE.test(words))
    return 'access-mode';
  return undefined;
}
