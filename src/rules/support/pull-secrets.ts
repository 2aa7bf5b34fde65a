import type { Evidence } from '#domain/evidence.ts';
import type { KubernetesEvent, SecretKeys } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { eventsOf } from './events.ts';
import { podRef } from './pods.ts';

/** Said by the kubelet (1.28 and later) when a pull secret that the pod names cannot be read. */
export const SECRET_NOT_RETRIEVED = 'FailedToRetrieveImagePullSecret';

/**
 * Pull secrets that the pod names and that do not exist: by the list of Secrets where that may be read, else by what the kubelet says.
 * Names are in the order of the pod.
 */
export function missingPullSecrets(pod: Pod, events: Evidence<readonly KubernetesEvent[]>, secrets: Evidence<readonly SecretKeys[]>): readonly string[] {
  const { imagePullSecrets } = pod.spec;
  if (secrets.outcome === 'present') {
    const there = new Set(secrets.data.filter(({ metadata }) => metadata.namespace === pod.metadata.namespace).map(({ metadata }) => metadata.name));
    return imagePullSecrets.filter((name) => !there.has(name));
  }
  const own = eventsOf(podRef(pod), events);
  const said = own.outcome === 'present' ? own.data.filter(({ reason }) => reason === SECRET_NOT_RETRIEVED).map(({ message }) => message) : [];
  const named = new Set(said.flatMap((message) => (/\(([^)]*)\)/.exec(message)?.[1] ?? '').split(/,\s*/)));
  return imagePullSecrets.filter((name) => named.has(name));
}
