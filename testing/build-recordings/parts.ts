import { meta, uidOf } from '../../scripts/scenarios/world.ts';
import { emit } from './event.ts';
import type { Draft, EnvVar, Fields, ServiceDraft } from './shape.ts';

export function httpGet(path: string, port: number | string, more: Fields = {}): Fields {
  return { httpGet: { path, port, scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...more };
}

export function tcp(port: number | string, more: Fields = {}): Fields {
  return { tcpSocket: { port }, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...more };
}

export function grpc(port: number, more: Fields = {}): Fields {
  return { grpc: { port, service: '' }, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...more };
}

export function exec(command: readonly string[], more: Fields = {}): Fields {
  return { exec: { command }, timeoutSeconds: 5, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...more };
}

export function env(values: Readonly<Record<string, string>>): EnvVar[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

export function secretEnv(name: string, secret: string, key: string): EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

export function resources(
  cpu: string,
  memory: string,
  memoryLimit: string,
  cpuLimit?: string,
): { requests: Record<string, string>; limits: Record<string, string> } {
  return { requests: { cpu, memory }, limits: { ...(cpuLimit === undefined ? {} : { cpu: cpuLimit }), memory: memoryLimit } };
}

/** Adds an ordinary Service for the workload of the same name. */
export function addService(draft: Draft, name: string, port: number, targetPort: number | string, more: Partial<ServiceDraft> = {}): ServiceDraft {
  const service: ServiceDraft = {
    name,
    namespace: draft.namespace,
    type: 'ClusterIP',
    ports: [{ name: 'http', port, targetPort, protocol: 'TCP' }],
    selector: { 'app.kubernetes.io/name': name },
    ago: 96 * 1440 + name.length * 7,
    ...more,
  };
  draft.services.push(service);
  return service;
}

export interface ClaimOptions {
  readonly size?: string;
  readonly class?: string;
  readonly modes?: readonly string[];
  readonly ago?: number;
  readonly volume?: string;
  readonly selector?: Fields;
  /** Left `Pending`, with this event again and again. */
  readonly pending?: { readonly reason: string; readonly message: string; readonly by?: string; readonly type?: 'Normal' | 'Warning' };
  readonly labels?: Readonly<Record<string, string>>;
  readonly node?: string;
}

/** Adds a claim; a bound one with its volume. */
export function addClaim(draft: Draft, name: string, options: ClaimOptions = {}): void {
  const { size = '20Gi', modes = ['ReadWriteOnce'], ago = 95 * 1440, pending } = options;
  const storageClassName = options.class ?? 'standard';
  draft.extras.push(({ world }) => {
    const claimMeta = meta(world, 'PersistentVolumeClaim', name, ago, {
      ...(options.labels ? { labels: options.labels } : {}),
      finalizers: ['kubernetes.io/pvc-protection'],
    });
    const volumeName = options.volume ?? `pvc-${claimMeta.uid}`;
    const claim = world.add({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: claimMeta,
      spec: {
        accessModes: modes,
        resources: { requests: { storage: size } },
        storageClassName,
        volumeMode: 'Filesystem',
        ...(options.selector ? { selector: options.selector } : {}),
        ...(pending ? {} : { volumeName }),
      },
      status: pending ? { phase: 'Pending' } : { phase: 'Bound', accessModes: modes, capacity: { storage: size } },
    });
    if (pending) {
      emit(world, claim, {
        type: pending.type ?? 'Warning',
        reason: pending.reason,
        message: pending.message,
        first: Math.min(ago, 58),
        last: 0.2,
        count: Math.round(Math.min(ago, 58) * 4),
        by: pending.by ?? 'persistentvolume-controller',
      });
      return;
    }
    addVolume(draft, {
      name: volumeName,
      size,
      class: storageClassName,
      modes,
      claim: { namespace: draft.namespace, name, uid: claim.metadata.uid },
      ago,
      node: options.node ?? 'worker-1',
    }).forEach((make) => {
      world.add({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: meta(world, 'PersistentVolume', volumeName, ago, { namespace: null, finalizers: ['kubernetes.io/pv-protection'] }),
        ...make,
      });
    });
  });
}

export interface VolumeOptions {
  readonly name: string;
  readonly size: string;
  readonly class: string;
  readonly modes: readonly string[];
  readonly claim?: { readonly namespace: string; readonly name: string; readonly uid?: string };
  readonly phase?: string;
  readonly ago: number;
  readonly node?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

function addVolume(_draft: Draft, options: VolumeOptions): readonly Fields[] {
  const claimRef = options.claim ? { claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', uid: uidOf(options.name), ...options.claim } } : {};
  const affinity = options.node
    ? { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [options.node] }] }] } } }
    : {};
  return [
    {
      spec: {
        accessModes: options.modes,
        capacity: { storage: options.size },
        ...claimRef,
        hostPath: { path: `/var/lib/rancher/${options.name}`, type: 'DirectoryOrCreate' },
        ...affinity,
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: options.class,
        volumeMode: 'Filesystem',
      },
      status: { phase: options.phase ?? (options.claim ? 'Bound' : 'Available') },
    },
  ];
}

/** Adds a volume that an administrator made by hand. */
export function addStaticVolume(draft: Draft, options: VolumeOptions): void {
  draft.extras.push(({ world }) => {
    for (const rest of addVolume(draft, options))
      world.add({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: meta(world, 'PersistentVolume', options.name, options.ago, {
          namespace: null,
          ...(options.labels ? { labels: options.labels } : {}),
          finalizers: ['kubernetes.io/pv-protection'],
        }),
        ...rest,
      });
  });
}

/** The claim template of a StatefulSet. */
export function claimTemplate(name: string, size: string, storageClassName = 'standard'): Fields {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } }, storageClassName, volumeMode: 'Filesystem' },
    status: { phase: 'Pending' },
  };
}
