import type { KeyToPath, Volume } from '#domain/kubernetes/pod.ts';
import { flag, list, object, optionalObject, type Raw, text } from './read.ts';

export function readVolume(volume: Raw): Volume | undefined {
  const name = text(volume['name']);
  if (!name) return undefined;
  const claim = object(volume['persistentVolumeClaim']);
  const claimName = text(claim['claimName']);
  const emptyDir = optionalObject(volume['emptyDir']);
  const projected = optionalObject(volume['projected']);
  const driver = text(object(volume['csi'])['driver']);
  return {
    name,
    configMap: readNamed(volume['configMap']),
    secret: readSecret(volume['secret']),
    persistentVolumeClaim: claimName ? { claimName, readOnly: flag(claim['readOnly']) } : undefined,
    emptyDir: emptyDir && { medium: text(emptyDir['medium']), sizeLimit: text(emptyDir['sizeLimit']) },
    hostPath: readHostPath(volume['hostPath']),
    projected: projected && {
      sources: list(projected['sources'], (source) => ({ configMap: readNamed(source['configMap']), secret: readNamed(source['secret']) })),
    },
    nfs: readNfs(volume['nfs']),
    csi: driver ? { driver } : undefined,
  };
}

function readNamed(value: unknown): Volume['configMap'] {
  const source = object(value);
  const name = text(source['name']);
  return name ? { name, optional: flag(source['optional']), items: readItems(source['items']) } : undefined;
}

function readSecret(value: unknown): Volume['secret'] {
  const source = object(value);
  const secretName = text(source['secretName']);
  return secretName ? { secretName, optional: flag(source['optional']), items: readItems(source['items']) } : undefined;
}

function readItems(value: unknown): readonly KeyToPath[] {
  return list(value, (item) => {
    const [key, path] = [text(item['key']), text(item['path'])];
    return key && path ? { key, path } : undefined;
  });
}

function readHostPath(value: unknown): Volume['hostPath'] {
  const source = object(value);
  const path = text(source['path']);
  return path ? { path, type: text(source['type']) } : undefined;
}

export function readNfs(value: unknown): { readonly server: string; readonly path: string } | undefined {
  const source = object(value);
  const [server, path] = [text(source['server']), text(source['path'])];
  return server && path ? { server, path } : undefined;
}
