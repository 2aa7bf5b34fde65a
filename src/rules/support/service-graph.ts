import type { Service } from '#domain/kubernetes/network.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
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

/** Who calls whom in a namespace, as far as the workloads' environment, arguments, ConfigMaps and the routes of gateways tell; by name of the workload. */
export async function serviceGraph(namespace: string, ask: AskFor<GraphTopics>): Promise<ReadonlyMap<string, GraphNode>> {
  const makers = await makersOf(namespace, ask);
  const [services, maps, pods] = [await ask(list('services', namespace)), await ask(list('configmaps', namespace)), await ask(list('pods', namespace))];
  const configMaps = maps.outcome === 'present' ? maps.data : [];
  const known = services.outcome === 'present' ? services.data : [];
  const running = pods.outcome === 'present' ? pods.data : [];
  const inFront = (maker: Maker): readonly Service[] => known.filter((service) => selectsPods(service) && matchesLabels(service.spec.selector, maker.labels));
  const backing = new Map(makers.flatMap((maker) => inFront(maker).map(({ metadata }) => [metadata.name, maker.ref.name] as const)));
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
        names: new Set([maker.ref.name, ...inFront(maker).map(({ metadata }) => metadata.name)]),
        calls: new Set(called.filter((name) => name !== maker.ref.name)),
        nodes: new Set(own.filter(isReady).flatMap(({ spec }) => spec.nodeName ?? [])),
        pods: own,
      };
      return [maker.ref.name, node] as const;
    }),
  );
}
