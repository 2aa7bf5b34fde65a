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
const WORTH_PARSING = /\b(?:socket_address|loadBalancer|PathPrefix|_format_version|paths)\b/;

type Branch = Readonly<Record<string, unknown>>;

/**
 * Routes out of the configuration of Envoy (clusters and routes), Traefik (routers and services) and Kong (services with routes). None when the text is
 * something else.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto
 * @see https://doc.traefik.io/traefik/routing/overview/
 * @see https://docs.konghq.com/gateway/latest/production/deployment-topologies/db-less-and-declarative-config/
 */
export function structuredRoutes(text: string): readonly StructuredRoute[] {
  if (text.length > LONGEST_TEXT || !WORTH_PARSING.test(text)) return [];
  const branches = branchesOf(parsed(text));
  return [...envoy(branches), ...traefik(branches), ...kong(branches)];
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
  return branches.flatMap(({ match, route }) => {
    const cluster = asBranch(route)['cluster'];
    const path = asBranch(match)['prefix'] ?? asBranch(match)['path'];
    return typeof path === 'string' ? routeTo(path, clusters.get(String(cluster)), `${path} -> cluster ${String(cluster)}`) : [];
  });
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
