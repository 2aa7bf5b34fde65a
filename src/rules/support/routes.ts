import { addressesIn } from './addresses.ts';

/** A route of a gateway: requests for this path go to that host. */
export interface Route {
  readonly path: string;
  readonly host: string;
  readonly port: number | undefined;
  /** The line that says so. */
  readonly line: string;
}

const LONGEST_TEXT = 200_000;
const MOST_ROUTES = 500;
const NGINX_LOCATION = /^\s*location\s+(?:[=~^*]{1,2}\s*)?["']?(\/[^\s"'{]{0,200})/;
const NGINX_PASS = /\b(?:proxy|grpc|fastcgi|uwsgi)_pass\s+[^;]{1,300}/;
const YAML_URI = /^\s*-?\s*["']?(?:uri|url|target|upstream|destination|backend|service(?:_?url)?|proxy|forward(?:To)?)["']?\s*[:=]\s*\S/i;
const YAML_PATH =
  /(?:\bPath\s*=\s*|^\s*-?\s*["']?(?:path|prefix|route|match|PathPrefix|from|context)["']?\s*[:=]\s*["']?|PathPrefix\([`"']|^\s*["'])(\/[^\s"'`,)]{0,200})/i;
/** A route may name its path before or behind its target, within this many lines. */
const NEAR_LINES = 6;

/** Routes out of a gateway's configuration: nginx, Spring Cloud Gateway, and YAML or JSON that names a path near a target. What is not understood is left out. */
export function routesIn(text: string): readonly Route[] {
  const lines = text.slice(0, LONGEST_TEXT).split('\n');
  const nginx = nginxRoutes(lines);
  return (nginx.length > 0 ? nginx : yamlRoutes(lines)).slice(0, MOST_ROUTES);
}

function nginxRoutes(lines: readonly string[]): readonly Route[] {
  const upstreams = upstreamsOf(lines);
  const routes: Route[] = [];
  let path: string | undefined;
  for (const line of lines) {
    if (line.trim().startsWith('#')) continue;
    path = NGINX_LOCATION.exec(line)?.[1] ?? path;
    const pass = NGINX_PASS.exec(line)?.[0];
    if (!pass || path === undefined) continue;
    const bare = /_pass\s+(?:[a-z]+:\/\/)?([\w.-]+)/i.exec(pass)?.[1];
    const target =
      (bare !== undefined && upstreams.get(bare)) || addressesIn(pass)[0] || (bare === undefined ? undefined : { host: bare.toLowerCase(), port: undefined });
    if (target && !target.host.includes('$')) routes.push({ path, host: target.host, port: target.port, line: line.trim().slice(0, 300) });
    path = undefined;
  }
  return routes;
}

/** `upstream cart { server cart-service:7070; }` */
function upstreamsOf(lines: readonly string[]): ReadonlyMap<string, { readonly host: string; readonly port: number | undefined }> {
  const found = new Map<string, { readonly host: string; readonly port: number | undefined }>();
  let name: string | undefined;
  for (const line of lines) {
    name = /^\s*upstream\s+([\w.-]{1,100})/.exec(line)?.[1] ?? name;
    const server = /\bserver\s+([\w.-]{1,253})(?::(\d{1,5}))?/.exec(line);
    if (name !== undefined && server?.[1] && !found.has(name))
      found.set(name, { host: server[1].toLowerCase(), port: server[2] === undefined ? undefined : Number(server[2]) });
    if (line.includes('}')) name = undefined;
  }
  return found;
}

function yamlRoutes(lines: readonly string[]): readonly Route[] {
  const paths = lines.map((line) => (line.trim().startsWith('#') ? undefined : YAML_PATH.exec(line.slice(0, 500))?.[1]));
  return lines.flatMap((line, index): readonly Route[] => {
    if (line.trim().startsWith('#') || !YAML_URI.test(line)) return [];
    const [target] = addressesIn(line.slice(0, 500).replace(/\blb:\/\//, 'http://'));
    const near = nearestOf(paths, index);
    return target && near !== undefined ? [{ path: near, host: target.host, port: target.port, line: line.trim().slice(0, 300) }] : [];
  });
}

/** The path that is nearest to a line; of two equally near, the one behind it (Spring writes predicates below the uri). */
function nearestOf(paths: readonly (string | undefined)[], index: number): string | undefined {
  for (let away = 0; away <= NEAR_LINES; away += 1) {
    const near = paths[index + away] ?? paths[index - away];
    if (near !== undefined) return near;
  }
  return undefined;
}

/** Routes that environment variables make: `..._ROUTES_0_URI` with `..._ROUTES_0_PREDICATES_0=Path=/cart/**`. */
export function routesInEnvironment(variables: readonly { readonly name: string; readonly value: string }[]): readonly Route[] {
  return variables.flatMap(({ name, value }): readonly Route[] => {
    const stem = /^(.*ROUTES?_?\[?\d+\]?)_?URI$/i.exec(name)?.[1];
    const [target] = stem === undefined ? [] : addressesIn(value.replace(/^lb:\/\//, 'http://'));
    const predicate =
      stem === undefined ? undefined : variables.find((one) => one.name.startsWith(stem) && /PREDICATES/i.test(one.name) && /Path=/i.test(one.value));
    const path = predicate && /Path=(\/[^\s,]{0,200})/i.exec(predicate.value)?.[1];
    return target && path ? [{ path, host: target.host, port: target.port, line: `${name}=${value}`.slice(0, 300) }] : [];
  });
}

/** Words that say nothing about which service is meant. */
const EMPTY_WORDS =
  /^(?:api|apis|rest|v\d+|svc|service|services|server|srv|app|http|grpc|public|internal|external|ts|ms|backend|addr|address|host|hostname|url|uri|endpoint|port|\*+)$/;

/** What a path or a service is about, without separators and words that all of them share: `/api/v1/orderservice/**` and `ts-order-service` are both `order`. */
export function gist(name: string): string {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !EMPTY_WORDS.test(word));
  return words.map((word) => word.replace(/(?:service|server|svc)$/, '')).join('');
}
