import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '#domain/kubernetes/cluster.ts';
import { readConditions, readOptionalSelector, readRequirements } from './meta.ts';
import { flag, list, object, type Raw, text, textMap, texts } from './read.ts';
import { readNfs } from './volume.ts';

export function readClaim(raw: Raw): Pick<PersistentVolumeClaim, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  return {
    spec: {
      storageClassName: text(spec['storageClassName']),
      volumeName: text(spec['volumeName']) || undefined,
      accessModes: texts(spec['accessModes']),
      volumeMode: text(spec['volumeMode']),
      selector: readOptionalSelector(spec['selector']),
      requests: textMap(object(spec['resources'])['requests']),
    },
    status: { phase: text(status['phase']), capacity: textMap(status['capacity']), conditions: readConditions(status['conditions']) },
  };
}

export function readVolumeObject(raw: Raw): Pick<PersistentVolume, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  const claim = object(spec['claimRef']);
  const claimName = text(claim['name']);
  const hostPath = text(object(spec['hostPath'])['path']) ?? text(object(spec['local'])['path']);
  return {
    spec: {
      storageClassName: text(spec['storageClassName']),
      capacity: textMap(spec['capacity']),
      accessModes: texts(spec['accessModes']),
      volumeMode: text(spec['volumeMode']),
      persistentVolumeReclaimPolicy: text(spec['persistentVolumeReclaimPolicy']),
      claimRef: claimName ? { namespace: text(claim['namespace']), name: claimName, uid: text(claim['uid']) } : undefined,
      nodeAffinity: list(object(object(spec['nodeAffinity'])['required'])['nodeSelectorTerms'], (term) => ({
        matchExpressions: readRequirements(term['matchExpressions']),
      })),
      hostPath: hostPath ? { path: hostPath } : undefined,
      nfs: readNfs(spec['nfs']),
      csiDriver: text(object(spec['csi'])['driver']),
    },
    status: { phase: text(status['phase']), reason: text(status['reason']), message: text(status['message']) },
  };
}

export function readStorageClass(raw: Raw): Pick<StorageClass, 'provisioner' | 'volumeBindingMode' | 'allowVolumeExpansion'> {
  return {
    provisioner: text(raw['provisioner']) ?? '',
    volumeBindingMode: text(raw['volumeBindingMode']),
    allowVolumeExpansion: flag(raw['allowVolumeExpansion']),
  };
}
