import type { Evidence } from '#domain/evidence.ts';
import type { PersistentVolumeClaim } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { isFinished } from './pods.ts';

/** A claim that a waiting pod mounts and that does not exist. */
export interface MissingClaim {
  readonly pod: Pod;
  readonly name: string;
  /** The scheduler says so too. */
  readonly said: boolean;
}

/** By the list of claims where it may be read, else by what the scheduler says. Pods that have a node have their claims. */
export function missingClaims(pods: readonly Pod[], claims: Evidence<readonly PersistentVolumeClaim[]>): readonly MissingClaim[] {
  return pods
    .filter((pod) => pod.spec.nodeName === undefined && !isFinished(pod) && pod.metadata.deletionTimestamp === undefined)
    .flatMap((pod) =>
      pod.spec.volumes.flatMap(({ persistentVolumeClaim }) => {
        if (!persistentVolumeClaim) return [];
        const name = persistentVolumeClaim.claimName;
        const said = pod.status.conditions.some(({ message }) => message?.includes(`persistentvolumeclaim "${name}" not found`));
        const there =
          claims.outcome === 'present' ? claims.data.some(({ metadata }) => metadata.name === name && metadata.namespace === pod.metadata.namespace) : !said;
        return there ? [] : [{ pod, name, said }];
      }),
    );
}
