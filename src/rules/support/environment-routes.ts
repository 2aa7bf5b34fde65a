import { addressesIn } from './addresses.ts';
import type { Route } from './routes.ts';
import { routesOfTree } from './structured-routes.ts';

interface Variable {
  readonly name: string;
  readonly value: string;
}

/**
 * Routes that environment variables make: Spring Cloud Gateway (`..._ROUTES_0_URI` with `..._ROUTES_0_PREDICATES_0=Path=/cart/**`), Zuul (`ZUUL_ROUTES_CART_URL`), and
 * the gateways of .NET, whose configuration is a tree with two underscores between its levels (YARP, Ocelot).
 *
 * @see https://learn.microsoft.com/en-us/aspnet/core/fundamentals/configuration/#non-prefixed-environment-variables
 */
export function routesInEnvironment(variables: readonly Variable[]): readonly Route[] {
  return [...spring(variables), ...zuul(variables), ...dotnet(variables)];
}

function spring(variables: readonly Variable[]): readonly Route[] {
  return variables.flatMap(({ name, value }): readonly Route[] => {
    const stem = /^(.*ROUTES?_?\[?\d+\]?)_?URI$/i.exec(name)?.[1];
    const predicate =
      stem === undefined ? undefined : variables.find((one) => one.name.startsWith(stem) && /PREDICATES/i.test(one.name) && /Path=/i.test(one.value));
    const path = predicate && /Path=(\/[^\s,]{0,200})/i.exec(predicate.value)?.[1];
    return path === undefined ? [] : routeOf(path, name, value.replace(/^lb:\/\//, 'http://'));
  });
}

function zuul(variables: readonly Variable[]): readonly Route[] {
  return variables.flatMap(({ name, value }): readonly Route[] => {
    const route = /^ZUUL_ROUTES_(\w{1,100})_URL$/i.exec(name)?.[1];
    if (route === undefined) return [];
    const path = variables.find((one) => one.name.toUpperCase() === `ZUUL_ROUTES_${route.toUpperCase()}_PATH`)?.value;
    return routeOf(path?.startsWith('/') ? path : `/${route.toLowerCase()}`, name, value);
  });
}

function dotnet(variables: readonly Variable[]): readonly Route[] {
  const nested = variables.filter(({ name }) => /^(?:ReverseProxy|Routes)__/i.test(name)).slice(0, 500);
  if (nested.length === 0) return [];
  const root: Tree = {};
  for (const { name, value } of nested) {
    const keys = name.split('__').slice(0, 12);
    let at = root;
    for (const key of keys.slice(0, -1)) {
      const known = at[key];
      const below = typeof known === 'object' ? known : {};
      at[key] = below;
      at = below;
    }
    at[keys.at(-1) ?? ''] = value;
  }
  return routesOfTree(root).flatMap(({ path, host, port }) => {
    const source = nested.find(
      ({ value }) => value.toLowerCase().includes(host) && (port === undefined || value.includes(String(port)) || value.toLowerCase() === host),
    );
    return source ? [{ path, host, port, line: lineOf(source), ofGateway: true, variable: source.name }] : [];
  });
}

interface Tree {
  [key: string]: string | Tree;
}

function routeOf(path: string, name: string, value: string): readonly Route[] {
  const [target] = addressesIn(value);
  return target ? [{ path, ...target, line: lineOf({ name, value }), ofGateway: true, variable: name }] : [];
}

function lineOf({ name, value }: Variable): string {
  return `${name}=${value}`.slice(0, 300);
}
