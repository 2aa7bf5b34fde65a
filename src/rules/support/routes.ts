import { addressesIn } from './addresses.ts';
import { structuredRoutes } from './structured-routes.ts';

/** A route of a gateway: requests for this path go to that host. */
export interface Route {
  readonly path: string;
  readonly host: string;
  readonly port: number | undefined;
  /** The line that says so. */
  readonly line: string;
  /** Written in words that only gateways use: one such route makes a gateway. Else it is a path beside an address. */
  readonly ofGateway: boolean;
  /** The variable that holds its target, when one does. */
  readonly variable?: string;
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

/**
 * Routes out of a gateway's configuration: nginx, Apache, Caddy, HAProxy, Envoy, Traefik, Kong, YARP, Ocelot, KrakenD, APISIX, Tyk, Spring Cloud Gateway, and YAML
 * or JSON that names a path near a target. What is not understood is left out.
 */
export function routesIn(text: string): readonly Route[] {
  const lines = text.slice(0, LONGEST_TEXT).split('\n');
  for (const read of [nginxRoutes, proxyLines, haproxyRoutes]) {
    const routes = read(lines);
    if (routes.length > 0) return routes.slice(0, MOST_ROUTES);
  }
  const structured = structuredRoutes(text).map((route) => ({ ...route, ofGateway: true }));
  return (structured.length > 0 ? structured : yamlRoutes(lines)).slice(0, MOST_ROUTES);
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
    if (target && !target.host.includes('$')) routes.push({ path, host: target.host, port: target.port, line: line.trim().slice(0, 300), ofGateway: true });
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

/** Apache's `ProxyPass "/cart" "http://cart:80"`, Caddy's `reverse_proxy /cart/* cart:80` and `handle_path /cart/* {` with one inside. */
function proxyLines(lines: readonly string[]): readonly Route[] {
  let block: string | undefined;
  return lines.flatMap((raw): readonly Route[] => {
    const line = raw.trim().slice(0, 500);
    block = /^(?:handle|handle_path|route)\s+(\/\S{0,200})\s*\{/.exec(line)?.[1] ?? block;
    const pass =
      /^(?:ProxyPass\s+"?(?<path>\/[^\s"]{0,200})"?\s+"?(?<to>[^\s"]{1,300})|reverse_proxy\s+(?:(?<matcher>\/\S{0,200})\s+)?(?<upstream>[^\s{]{1,300}))/.exec(
        line,
      )?.groups;
    const [target] = addressesIn(pass?.['to'] ?? pass?.['upstream'] ?? '');
    const path = pass?.['path'] ?? pass?.['matcher'] ?? block ?? '/';
    return target ? [{ path, ...target, line, ofGateway: true }] : [];
  });
}

/** HAProxy: `use_backend cart if { path_beg /cart }`, or with a named acl, and `backend cart` with its `server`. */
function haproxyRoutes(lines: readonly string[]): readonly Route[] {
  const servers = new Map<string, { readonly host: string; readonly port: number | undefined }>();
  const acls = new Map<string, string>();
  let section: string | undefined;
  for (const line of lines) {
    section = /^backend\s+([\w.-]{1,100})/.exec(line)?.[1] ?? (/^(?:frontend|listen|global|defaults)\b/.test(line) ? undefined : section);
    const server = /^\s+server\s+\S{1,100}\s+([\w.-]{1,253})(?::(\d{1,5}))?/.exec(line);
    if (section !== undefined && server?.[1] && !servers.has(section))
      servers.set(section, { host: server[1].toLowerCase(), port: server[2] === undefined ? undefined : Number(server[2]) });
    const acl = /^\s+acl\s+([\w.-]{1,100})\s+path(?:_beg|_dir)?\s+(?:-\w\s+)*(\/\S{0,200})/.exec(line);
    if (acl?.[1] && acl[2]) acls.set(acl[1], acl[2]);
  }
  return lines.flatMap((line): readonly Route[] => {
    const use =
      /^\s+(?:use_backend\s+([\w.-]{1,100})\s+if\s+(?:\{\s*path(?:_beg|_dir)?\s+(?:-\w\s+)*(\/\S{0,200})|([\w.-]{1,100}))|default_backend\s+([\w.-]{1,100}))/.exec(
        line,
      );
    const target = servers.get(use?.[1] ?? use?.[4] ?? '');
    const path = use?.[4] ? '/' : (use?.[2] ?? acls.get(use?.[3] ?? ''));
    return target && path ? [{ path, ...target, line: line.trim().slice(0, 300), ofGateway: true }] : [];
  });
}

function yamlRoutes(lines: readonly string[]): readonly Route[] {
  const spring = lines.some((line) => /^\s*-?\s*["']?predicates["']?\s*:/.test(line));
  const paths = lines.map((line) => (line.trim().startsWith('#') ? undefined : YAML_PATH.exec(line.slice(0, 500))?.[1]));
  return lines.flatMap((line, index): readonly Route[] => {
    if (line.trim().startsWith('#') || !YAML_URI.test(line)) return [];
    const [target] = addressesIn(line.slice(0, 500).replace(/\blb:\/\//, 'http://'));
    const near = nearestOf(paths, index);
    return target && near !== undefined ? [{ path: near, host: target.host, port: target.port, line: line.trim().slice(0, 300), ofGateway: spring }] : [];
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

/** Words that say nothing about which service is meant. */
const EMPTY_WORDS =
  /^(?:api|apis|rest|v\d+|svc|service|services|server|srv|app|http|grpc|public|internal|external|ts|ms|backend|addr|address|host|hostname|url|uri|endpoint|port|\*+)$/;

/** What a path or a service is about, without separators and words that all of them share: `/api/v1/orderservice/**` and `ts-order-service` are both `order`. */
export function gist(name: string): string {
  return wordsOf(name).join('');
}

function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !EMPTY_WORDS.test(word))
    .map((word) => word.replace(/(?:service|server|svc)$/, ''));
}

/** How much a path is about a service, by their names: 3 the same, 2 it begins with it, 1 they share a word, 0 not at all. `/api/orders` and `order-service` are the same. */
export function closeness(path: string, service: string): 0 | 1 | 2 | 3 {
  const [wanted, name] = [wordsOf(path).map(singular), wordsOf(service).map(singular)];
  const [left, right] = [wanted.join(''), name.join('')];
  if (left === '' || right === '') return 0;
  if (left === right) return 3;
  if (right.length >= 4 && left.startsWith(right)) return 2;
  return wanted.some((word) => word.length >= 3 && name.includes(word)) ? 1 : 0;
}

function singular(word: string): string {
  if (word.length < 4 || /(?:ss|us|is)$/.test(word)) return word;
  return word.replace(/ies$/, 'y').replace(/s$/, '');
}
