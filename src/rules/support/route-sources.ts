import type { ConfigMap } from '#domain/kubernetes/cluster.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import type { PodSpec } from '#domain/kubernetes/pod.ts';
import { environmentOf, serviceAt } from './addresses.ts';
import { routesInEnvironment } from './environment-routes.ts';
import { type Route, routesIn } from './routes.ts';

/** Some routes of a gateway, and the ConfigMap they are written in; without one, they are in its own template. */
export interface RouteSource {
  readonly map: ConfigMap | undefined;
  readonly routes: readonly Route[];
}

/** A path beside an address may be anything; several are a gateway's. */
const LEAST_ROUTES = 2;

/** Routes by the text they were read from: every rule and every subject asks for the same ones. */
const known = new WeakMap<ConfigMap, readonly Route[]>();

/**
 * Where the routes of a gateway are written: ConfigMaps that it mounts, and its environment and arguments. Empty for what is no gateway.
 */
export function routeSources(spec: PodSpec, configMaps: readonly ConfigMap[]): readonly RouteSource[] {
  const mounted = spec.volumes.flatMap(({ configMap, projected }) => [configMap?.name, ...(projected?.sources.map((source) => source.configMap?.name) ?? [])]);
  const files = configMaps.filter(({ metadata }) => mounted.includes(metadata.name)).map((map): RouteSource => ({ map, routes: routesOf(map) }));
  const own = [...spec.containers].flatMap((container): readonly RouteSource[] => {
    const variables = environmentOf(container, configMaps);
    const texts = [...variables.map(({ value }) => value), ...container.command, ...container.args].filter((text) => text.includes('\n'));
    const flags = container.args.flatMap((word) => /^--(spring\.cloud\.gateway\.[^=]{1,120})=(.*)$/s.exec(word)?.slice(1) ?? []);
    const properties = flags.flatMap((name, index) =>
      index % 2 === 0 ? [{ name: name.replaceAll(/[.[\]-]+/g, '_').toUpperCase(), value: flags[index + 1] ?? '' }] : [],
    );
    return [{ map: undefined, routes: [...routesInEnvironment([...variables, ...properties]), ...texts.flatMap(routesIn)] }];
  });
  const all = [...files, ...own].filter(({ routes }) => routes.length > 0);
  const routes = all.flatMap((source) => source.routes);
  return routes.length >= LEAST_ROUTES || routes.some(({ ofGateway }) => ofGateway) ? all : [];
}

/** Whether a gateway is told by its routes to call this Service at this port. */
export function isRouted(
  sources: readonly RouteSource[],
  namespace: string,
  services: readonly Service[],
  service: Service,
  port: number | undefined,
): boolean {
  return sources.some(({ routes }) => routes.some((route) => (route.port ?? 80) === port && serviceAt(route.host, namespace, services) === service));
}

function routesOf(map: ConfigMap): readonly Route[] {
  const read = known.get(map) ?? Object.values(map.data).flatMap(routesIn);
  known.set(map, read);
  return read;
}
