import { parse } from 'yaml';
import { addressesIn } from './addresses.ts';

/** Where a path goes, by the words of a gateway whose configuration is YAML or JSON. */
export interface StructuredRoute {
  readonly path: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly line: string;
}

const LONGEST_TEXT = 100_000;
const MOST_NODES = 20_000;
const DEEPEST = 24;
/** Words without which it is none of these; parsing costs too much to try everything. */
const WORTH_PARSING =
  /\b(?:socket_address|loadBalancer|PathPrefix|_format_version|paths|ReverseProxy|DownstreamHostAndPorts|url_pattern|upstream_id|nodes|listen_path)\b/;

type Branch = Readonly<Record<string, unknown>>;

/**
 * Routes out of the configuration of Envoy (clusters and routes), Traefik (routers and services), Kong (services with routes), YARP (clusters and routes), Ocelot,
 * KrakenD (endpoints and backends), APISIX (routes and upstreams) and Tyk. None when the text is something else.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto
 * @see https://doc.traefik.io/traefik/routing/overview/
 * @see https://docs.konghq.com/gateway/latest/production/deployment-topologies/db-less-and-declarative-config/
 * @see https://learn.microsoft.com/en-us/aspnet/core/fundamentals/servers/yarp/config-files
 * @see https://ocelot.readthedocs.io/en/latest/features/routing.html
 * @see https://www.krakend.io/docs/backends/
 * @see https://apisix.apache.org/docs/apisix/terminology/route/
 * @see https://tyk.io/docs/api-management/gateway-config-tyk-classic/
 */
export function structuredRoutes(text: string): readonly StructuredRoute[] {
  if (text.length > LONGEST_TEXT || !WORTH_PARSING.test(text)) return [];
  return routesOfTree(parsed(text));
}

/** The same out of configuration that has been read already. */
export function routesOfTree(root: unknown): readonly StructuredRoute[] {
  const branches = branchesOf(root);
  return [envoy, traefik, kong, yarp, ocelot, krakend, apisix, tyk].flatMap((read) => read(branches));
}

function parsed(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent', maxAliasCount: 20 });
  } catch {
    return undefined; // Not YAML: another kind of file.
  }
}

/** Every object in a tree, parents first. */
function branchesOf(root: unknown): readonly Branch[] {
  const found: Branch[] = [];
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  for (let at = 0; at < waiting.length && at < MOST_NODES; at += 1) {
    const { value, depth } = waiting[at] ?? { value: undefined, depth: 0 };
    if (typeof value !== 'object' || value === null || depth > DEEPEST) continue;
    if (!Array.isArray(value)) found.push(value as Branch);
    for (const child of Object.values(value)) waiting.push({ value: child, depth: depth + 1 });
  }
  return found;
}

function envoy(branches: readonly Branch[]): readonly StructuredRoute[] {
  const clusters = new Map(
    branches.flatMap((branch): [string, Target][] => {
      if (typeof branch['name'] !== 'string' || !(branch['load_assignment'] || branch['hosts'])) return [];
      const address = branchesOf(branch['load_assignment'] ?? branch['hosts']).find((one) => typeof one['port_value'] === 'number');
      return typeof address?.['address'] === 'string'
        ? [[branch['name'], { host: address['address'].toLowerCase(), port: Number(address['port_value']) }]]
        : [];
    }),
  );
  const told = branches.flatMap(({ match, route }) => {
    const cluster = asBranch(route)['cluster'];
    const path = asBranch(match)['prefix'] ?? asBranch(match)['path'];
    return typeof path === 'string' ? [{ path, cluster: String(cluster) }] : [];
  });
  const named = new Set(told.map(({ cluster }) => cluster));
  // A cluster whose routes are written elsewhere (another file, a control plane, a TCP listener) is known by its name.
  const others = [...clusters.keys()].filter((name) => !named.has(name)).map((name) => ({ path: `/${name}`, cluster: name }));
  return [...told, ...others].flatMap(({ path, cluster }) => routeTo(path, clusters.get(cluster), `${path} -> cluster ${cluster}`));
}

function traefik(branches: readonly Branch[]): readonly StructuredRoute[] {
  const services = new Map(
    branches.flatMap((branch) =>
      Object.entries(branch).flatMap(([name, service]): [string, Target][] => {
        const servers = asBranch(asBranch(service)['loadBalancer'])['servers'];
        const url = Array.isArray(servers) ? asBranch(servers[0])['url'] : undefined;
        const [target] = typeof url === 'string' ? addressesIn(url) : [];
        return target ? [[name, target]] : [];
      }),
    ),
  );
  return branches.flatMap(({ rule, service }) => {
    const path = typeof rule === 'string' ? /Path(?:Prefix)?\([`"'](\/[^`"')]{0,200})/.exec(rule)?.[1] : undefined;
    return path === undefined ? [] : routeTo(path, services.get(String(service)), `${String(rule).slice(0, 200)} -> service ${String(service)}`);
  });
}

function kong(branches: readonly Branch[]): readonly StructuredRoute[] {
  return branches.flatMap(({ url, host, port, routes }) => {
    if (!Array.isArray(routes)) return [];
    const [byUrl] = typeof url === 'string' ? addressesIn(url) : [];
    const target = byUrl ?? (typeof host === 'string' ? { host: host.toLowerCase(), port: typeof port === 'number' ? port : undefined } : undefined);
    const paths = routes.flatMap((route: unknown) => asBranch(route)['paths'] ?? []);
    return paths.flatMap((path) => (typeof path === 'string' && path.startsWith('/') ? routeTo(path, target, `${path} -> ${target?.host ?? ''}`) : []));
  });
}

/** Clusters with destinations; a cluster whose routes are written elsewhere is known by its name. */
function yarp(branches: readonly Branch[]): readonly StructuredRoute[] {
  return branches.flatMap(({ Clusters, Routes }) => {
    const routes = Object.values(asBranch(Routes)).map(asBranch);
    return Object.entries(asBranch(Clusters)).flatMap(([name, cluster]) => {
      const [destination] = Object.values(asBranch(asBranch(cluster)['Destinations']));
      const address = asBranch(destination)['Address'];
      const [target] = typeof address === 'string' ? addressesIn(address) : [];
      const paths = routes.filter((route) => route['ClusterId'] === name).flatMap((route) => textOf(asBranch(route['Match'])['Path']));
      return (paths.length > 0 ? paths : [`/${name}`]).flatMap((path) => routeTo(path, target, `cluster ${name} -> ${String(address).slice(0, 200)}`));
    });
  });
}

function ocelot(branches: readonly Branch[]): readonly StructuredRoute[] {
  return branches.flatMap(({ UpstreamPathTemplate, DownstreamHostAndPorts }) => {
    const [first] = Object.values(asTree(DownstreamHostAndPorts)).map(asBranch);
    const [host] = textOf(first?.['Host']);
    const path = textOf(UpstreamPathTemplate);
    return host === undefined ? [] : path.flatMap((one) => routeTo(one, { host: host.toLowerCase(), port: portOf(first?.['Port']) }, `${one} -> ${host}`));
  });
}

function krakend(branches: readonly Branch[]): readonly StructuredRoute[] {
  return branches.flatMap(({ endpoint, backend }) => {
    const hosts = Object.values(asTree(backend)).flatMap((one) => Object.values(asTree(asBranch(one)['host'])).flatMap(textOf));
    const path = textOf(endpoint);
    return path.flatMap((one) => hosts.flatMap((url) => routeTo(one, addressesIn(url)[0], `${one} -> ${url}`)));
  });
}

/** Upstreams stand in the route, or have an id. */
function apisix(branches: readonly Branch[]): readonly StructuredRoute[] {
  const upstreams = new Map(branches.filter(({ nodes, id }) => nodes !== undefined && id !== undefined).map((one) => [String(one['id']), one]));
  return branches.flatMap((route) => {
    const nodes = asBranch(route['upstream'])['nodes'] ?? upstreams.get(String(route['upstream_id']))?.['nodes'];
    const [first] = Array.isArray(nodes)
      ? nodes.map((one) => `${textOf(asBranch(one)['host'])[0]}:${String(asBranch(one)['port'])}`)
      : Object.keys(asBranch(nodes));
    const paths = [...textOf(route['uri']), ...Object.values(asTree(route['uris'])).flatMap(textOf)];
    return first === undefined ? [] : paths.flatMap((one) => routeTo(one, addressesIn(first)[0], `${one} -> ${first}`));
  });
}

function tyk(branches: readonly Branch[]): readonly StructuredRoute[] {
  return branches.flatMap(({ listen_path, target_url }) =>
    textOf(target_url).flatMap((url) => textOf(listen_path).flatMap((path) => routeTo(path, addressesIn(url)[0], `${path} -> ${url}`))),
  );
}

function textOf(value: unknown): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value.slice(0, 300)] : [];
}

function portOf(value: unknown): number | undefined {
  const port = Number(value);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** An array, or an object with numbers for keys, as environment variables write arrays. */
function asTree(value: unknown): Branch {
  return Array.isArray(value) ? Object.fromEntries(value.map((one, index) => [String(index), one as unknown])) : asBranch(value);
}

interface Target {
  readonly host: string;
  readonly port: number | undefined;
}

function routeTo(path: string, target: Target | undefined, line: string): readonly StructuredRoute[] {
  return target
    ? [
        {
          path: path.slice(0, 200),
          ...target,
          line: `${line}${line.includes(target.host) ? '' : ` (${target.host}${target.port === undefined ? '' : `:${target.port}`})`}`,
        },
      ]
    : [];
}

function asBranch(value: unknown): Branch {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Branch) : {};
}
