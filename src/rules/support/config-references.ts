import type { PodSpec } from '#domain/kubernetes/pod.ts';

export type ConfigKind = 'ConfigMap' | 'Secret';

/** A ConfigMap or Secret, or one key of it, without which a pod cannot start. Optional ones are left out. */
export interface ConfigReference {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly key?: string;
  /** Where the pod asks for it: `env DB_HOST of container app`, `volume config`. */
  readonly usedBy: string;
}

/** Everything a pod needs from ConfigMaps and Secrets of its namespace: env, envFrom and volumes of all containers. */
export function configReferences(spec: PodSpec): readonly ConfigReference[] {
  return [...[...spec.initContainers, ...spec.containers].flatMap(inEnvironment), ...spec.volumes.flatMap(inVolume)];
}

function inEnvironment(container: PodSpec['containers'][number]): ConfigReference[] {
  const one = (kind: ConfigKind, usedBy: string, ref: { name: string; key?: string; optional?: boolean | undefined } | undefined): ConfigReference[] =>
    ref === undefined || ref.optional === true
      ? []
      : [{ kind, name: ref.name, usedBy: `${usedBy} of container ${container.name}`, ...(ref.key === undefined ? {} : { key: ref.key }) }];
  return [
    ...container.env.flatMap(({ name, valueFrom }) => [
      ...one('ConfigMap', `env ${name}`, valueFrom?.configMapKeyRef),
      ...one('Secret', `env ${name}`, valueFrom?.secretKeyRef),
    ]),
    ...container.envFrom.flatMap(({ configMapRef, secretRef }) => [...one('ConfigMap', 'envFrom', configMapRef), ...one('Secret', 'envFrom', secretRef)]),
  ];
}

function inVolume(volume: PodSpec['volumes'][number]): ConfigReference[] {
  const usedBy = `volume ${volume.name}`;
  const parts: readonly { kind: ConfigKind; name: string; optional?: boolean | undefined; items: readonly { readonly key: string }[] }[] = [
    ...(volume.configMap ? [{ kind: 'ConfigMap' as const, ...volume.configMap }] : []),
    ...(volume.secret ? [{ kind: 'Secret' as const, ...volume.secret, name: volume.secret.secretName }] : []),
    ...(volume.projected?.sources ?? []).flatMap(({ configMap, secret }) => [
      ...(configMap ? [{ kind: 'ConfigMap' as const, ...configMap }] : []),
      ...(secret ? [{ kind: 'Secret' as const, ...secret }] : []),
    ]),
  ];
  return parts
    .filter(({ optional }) => optional !== true)
    .flatMap(({ kind, name, items }) => (items.length === 0 ? [{ kind, name, usedBy }] : items.map(({ key }) => ({ kind, name, key, usedBy }))));
}
