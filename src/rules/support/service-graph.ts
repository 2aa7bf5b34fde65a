import type { Service } from '#domain/kubernetes/network.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { CallParty, ObservedCall } from '#domain/observed-call.ts';
import { list } from '#domain/question.ts';
import { matchesLabels } from '#lib/label-selector.ts';
import type { AskFor } from '../rule.ts';
import { calledAddresses, serviceAt } from './addresses.ts';
import { isReady } from './pods.ts';
import { routeSources } from './route-sources.ts';
import { type Maker, makersOf, selectsPods } from './service-backends.ts';

/** A workload among the others of its namespace. */
export interface GraphNode {
  readonly maker: Maker;
  /** The names it is measured and called by: its own, and those of its Services. */
  readonly names: ReadonlySet<string>;
  /** Names of the workloads that it calls. */
  readonly calls: ReadonlySet<string>;
  /** Nodes of the cluster that its pods run on. */
  readonly nodes: ReadonlySet<string>;
  readonly pods: readonly Pod[];
}

export type GraphTopics = 'pods' | 'services' | 'configmaps' | 'deployments' | 'statefulsets' | 'daemonsets';

/**
 * Who calls whom in a namespace, as far as the workloads' environment, arguments, ConfigMaps and the routes of gateways tell, and whom they were seen calling; by
 * name of the workload.
 */
export async function serviceGraph(
  namespace: string,
  ask: AskFor<GraphTopics>,
  observed: readonly ObservedCall[] = [],
): Promise<ReadonlyMap<string, GraphNode>> {
  const makers = await makersOf(namespace, ask);
  const [services, maps, pods] = [await ask(list('services', namespace)), await ask(list('configmaps', namespace)), await ask(list('pods', namespace))];
  const configMaps = maps.outcome === 'present' ? maps.data : [];
  const known = services.outcome === 'present' ? services.data : [];
  const running = pods.outcome === 'present' ? pods.data : [];
  const inFront = (maker: Maker): readonly Service[] => known.filter((service) => selectsPods(service) && matchesLabels(service.spec.selector, maker.labels));
  const backing = new Map(makers.flatMap((maker) => inFront(maker).map(({ metadata }) => [metadata.name, maker.ref.name] as const)));
  const namesOf = (maker: Maker) => new Set([maker.ref.name, ...inFront(maker).map(({ metadata }) => metadata.name)]);
  const seen = observedIn(
    namespace,
    observed,
    makers.map((maker) => [maker.ref.name, namesOf(maker)] as const),
  );
  return new Map(
    makers.map((maker) => {
      const routes = routeSources(maker.spec, configMaps).flatMap((source) => source.routes);
      const called = [...calledAddresses(maker.spec, configMaps), ...routes].flatMap(({ host }) => {
        const service = serviceAt(host, namespace, known);
        return (service && backing.get(service.metadata.name)) ?? [];
      });
      const own = running.filter(({ metadata }) => Object.keys(maker.labels).length > 0 && matchesLabels(maker.labels, metadata.labels));
      const node: GraphNode = {
        maker,
        names: namesOf(maker),
        calls: new Set([...called, ...(seen.get(maker.ref.name) ?? [])].filter((name) => name !== maker.ref.name)),
        nodes: new Set(own.filter(isReady).flatMap(({ spec }) => spec.nodeName ?? [])),
        pods: own,
      };
      return [maker.ref.name, node] as const;
    }),
  );
}

/** The observed calls inside a namespace, from workload to workloads. A party without a namespace is in this one if its name is. */
function observedIn(
  namespace: string,
  observed: readonly ObservedCall[],
  workloads: readonly (readonly [workload: string, names: ReadonlySet<string>])[],
): ReadonlyMap<string, readonly string[]> {
  const workloadOf = new Map(workloads.flatMap(([workload, names]) => [...names].map((name) => [name, workload] as const)));
  const inside = (party: CallParty) => ((party.namespace ?? namespace) === namespace ? workloadOf.get(party.name) : undefined);
  const calls = new Map<string, string[]>();
  for (const { client, server } of observed) {
    const [from, to] = [inside(client), inside(server)];
    if (from !== undefined && to !== undefined) calls.set(from, [...(calls.get(from) ?? []), to]);
  }
  return calls;
}
