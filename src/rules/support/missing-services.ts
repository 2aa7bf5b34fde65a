import type { Citation } from '#domain/finding.ts';
import type { ConfigMap } from '#domain/kubernetes/cluster.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { matchesLabels } from '#lib/label-selector.ts';
import { clusterHost, serviceAt } from './addresses.ts';
import { allAddresses } from './caller-ports.ts';
import { type Maker, selectsPods } from './service-backends.ts';

/** A Service that one workload is told to call, that another is named after, and that does not exist. */
export interface MissingService {
  readonly service: string;
  readonly caller: ObjectRef;
  /** Where the address is written, and the address. */
  readonly where: string;
  readonly value: string;
  /** The workload of that name, whose pods no Service leads to. */
  readonly serves: ObjectRef;
  /** What a caller says about it, where its log is how it is known. */
  readonly citation?: Citation;
}

/**
 * Services of the namespace that are missing: a workload is told to call `name`, another workload has that name, or a label of that value, and no Service leads
 * to it. Without such a workload it would be a wrong address rather than a missing Service.
 */
export function missingServices(makers: readonly Maker[], services: readonly Service[], configMaps: readonly ConfigMap[]): readonly MissingService[] {
  const unreached = unreachedMakers(makers, services);
  if (unreached.length === 0) return [];
  return makers.flatMap((caller) =>
    allAddresses(caller, configMaps).flatMap(({ host, port, where }) => {
      const namespace = caller.ref.namespace ?? '';
      const named = clusterHost(host, namespace, [namespace]);
      if (!named || named.namespace !== namespace || serviceAt(host, namespace, services)) return [];
      const server = unreached.find(({ ref, labels }) => ref.name === named.name || Object.values(labels).includes(named.name));
      return server ? [{ service: named.name, caller: caller.ref, where, value: port === undefined ? host : `${host}:${port}`, serves: server.ref }] : [];
    }),
  );
}

/** Workloads that no Service leads to: workers that need none, or those whose Service is missing. */
export function unreachedMakers(makers: readonly Maker[], services: readonly Service[]): readonly Maker[] {
  return makers.filter(({ labels }) => !services.some((service) => selectsPods(service) && matchesLabels(service.spec.selector, labels)));
}
