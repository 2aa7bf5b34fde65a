import type { Container, Volume } from '#domain/kubernetes/pod.ts';
import type { LogLines } from '#domain/question.ts';

/** A line of a log in which the system refused access to a file: `denied` (EACCES, EPERM) or `read-only` (EROFS). */
export interface FileRefusal {
  readonly why: 'denied' | 'read-only';
  readonly line: string;
  /** Absolute paths in the line; empty when it names a file without its directory. */
  readonly paths: readonly string[];
}

const DENIED = /permission denied|\bEACCES\b|\bEPERM\b|operation not permitted|AccessDeniedException|wrong ownership/i;
const READ_ONLY = /read-only file ?system|\bEROFS\b|ReadOnlyFileSystemException/i;
/** Refusals that are not about files: ports, sockets, rights in a database, keys, APIs. */
const OTHER =
  /\bbind\b|\blisten|publickey|for (?:table|relation|schema|database|sequence|function|user|role)|\bsql|grpc|\bhttps?:|rpc error|forbidden|socket:|connect(?:ing)? to|setuid|setgid|setrlimit|oom_score|\bPERMISSION_DENIED\b/i;
const PATH = /(?:^|[\s"'`\u2018\u201c([=:,])(\/[\w.@%+~-]+(?:\/[\w.@%+~-]*)*)/g;
const LONGEST_LINE = 4_000;

/** Refusals in a log, in its order. */
export function fileRefusals(log: LogLines): readonly FileRefusal[] {
  return log.lines.flatMap(({ text }) => {
    const line = text.slice(0, LONGEST_LINE);
    const why = READ_ONLY.test(line) ? 'read-only' : DENIED.test(line) ? 'denied' : undefined;
    if (why === undefined) return [];
    const paths = [...line.matchAll(PATH)].flatMap(([, path]) => (path === undefined ? [] : [path]));
    return OTHER.test(line) && paths.length === 0 ? [] : [{ why, line, paths }];
  });
}

export interface MountedVolume {
  readonly mount: Container['volumeMounts'][number];
  readonly volume: Volume;
}

/** The mount below which a path lies: the longest that contains it. Undefined: the path is in the image's own file system. */
export function mountOf(path: string, container: Container, volumes: readonly Volume[]): MountedVolume | undefined {
  const inside = container.volumeMounts.filter(({ mountPath }) => path === mountPath || path.startsWith(mountPath.endsWith('/') ? mountPath : `${mountPath}/`));
  const mount = inside.toSorted((left, right) => right.mountPath.length - left.mountPath.length)[0];
  const volume = volumes.find(({ name }) => name === mount?.name);
  return mount && volume ? { mount, volume } : undefined;
}

/** The mounts of volumes that keep data beyond the pod: claims, host directories, network shares. Their owner and mode come from outside. */
export function dataMounts(container: Container, volumes: readonly Volume[]): readonly MountedVolume[] {
  return container.volumeMounts.flatMap((mount) => {
    const volume = volumes.find(({ name }) => name === mount.name);
    return volume && (volume.persistentVolumeClaim ?? volume.hostPath ?? volume.nfs ?? volume.csi) ? [{ mount, volume }] : [];
  });
}

/** `hostPath /srv/data`, `claim data`: what is behind a mount, for a sentence. */
export function volumeText({ persistentVolumeClaim, hostPath, nfs, csi, configMap, secret, emptyDir, name }: Volume): string {
  if (persistentVolumeClaim) return `claim ${persistentVolumeClaim.claimName}`;
  if (hostPath) return `hostPath ${hostPath.path}`;
  if (nfs) return `NFS ${nfs.server}:${nfs.path}`;
  if (csi) return `CSI volume of ${csi.driver}`;
  if (configMap) return `ConfigMap ${configMap.name}`;
  if (secret) return `Secret ${secret.secretName}`;
  return emptyDir ? `emptyDir ${name}` : `volume ${name}`;
}
