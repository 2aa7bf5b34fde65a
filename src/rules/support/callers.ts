import type { Citation } from '#domain/finding.ts';
import type { ConfigMap } from '#domain/kubernetes/cluster.ts';
import type { Ingress, Service } from '#domain/kubernetes/network.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ReplicaSet } from '#domain/kubernetes/workload.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { refKey } from '#domain/object-ref.ts';
import { type AskFor, cite } from '../rule.ts';
import { calledAddresses, serviceAt } from './addresses.ts';
import { isAboutHost, saidClues } from './called-logs.ts';
import { errorText } from './log-errors.ts';
import { workloadOf } from './owners.ts';
import { isFinished, podRef } from './pods.ts';
import type { Maker } from './service-backends.ts';

/** Who depends on these Services, each once: workloads that are told their address, and Ingresses that route to them. What calls by other ways is not seen. */
export function callersOf(
  services: readonly Service[],
  makers: readonly Maker[],
  configMaps: readonly ConfigMap[],
  ingresses: readonly Ingress[],
): readonly ObjectRef[] {
  if (services.length === 0) return [];
  const workloads = makers
    .filter(({ ref, spec }) => calledAddresses(spec, configMaps).some(({ host }) => serviceAt(host, ref.namespace ?? '', services) !== undefined))
    .map(({ ref }) => ref);
  const routes = ingresses
    .filter(({ metadata, spec }) => {
      const backends = [...(spec.defaultBackend ? [spec.defaultBackend] : []), ...spec.rules.flatMap(({ paths }) => paths.map(({ backend }) => backend))];
      return backends.some(({ serviceName }) =>
        services.some((service) => service.metadata.name === serviceName && service.metadata.namespace === metadata.namespace),
      );
    })
    .map(({ metadata }) => ({ kind: 'Ingress', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid }));
  return [...new Map([...workloads, ...routes].map((ref) => [refKey(ref), ref])).values()];
}

/** A workload that cannot reach a host, and what it said. */
export interface Complaint {
  readonly ref: ObjectRef;
  readonly host: string;
  readonly citation: Citation;
}

/** More workloads than this are not asked what they complain about. */
const MOST_WORKLOADS = 30;

/** Workloads whose logs complain about one of these hosts: callers whose address is written where it cannot be read. */
export async function complainersAbout(
  hosts: readonly string[],
  pods: readonly Pod[],
  replicaSets: readonly ReplicaSet[],
  ask: AskFor<'logs'>,
): Promise<readonly Complaint[]> {
  const living = Map.groupBy(
    pods.filter((pod) => !isFinished(pod)),
    (pod) => refKey(workloadOf(pod, replicaSets)),
  );
  const found: Complaint[] = [];
  for (const own of [...living.values()].slice(0, MOST_WORKLOADS)) {
    const said = (await saidClues(own, ask)).find(({ clue }) => hosts.some((host) => isAboutHost(clue, host)));
    if (said)
      found.push({
        ref: workloadOf(said.pod, replicaSets),
        host: hosts.find((host) => isAboutHost(said.clue, host)) ?? '',
        citation: cite(said.fact, `${said.container} of Pod ${said.pod.metadata.name} calls it in vain.`, {
          about: podRef(said.pod),
          excerpt: errorText(said.error),
        }),
      });
  }
  return found;
}
