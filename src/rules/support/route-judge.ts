import type { Service } from '#domain/kubernetes/network.ts';
import { serviceAt } from './addresses.ts';
import { forwardsPorts } from './caller-ports.ts';
import { gist, type Route } from './routes.ts';
import { nearest } from './similar.ts';

/** What is wrong with a route. */
export interface RouteFault {
  readonly route: Route;
  readonly wrong: 'no-service' | 'no-port' | 'other-service';
  /** Where it should probably lead. */
  readonly better: { readonly host: string; readonly port: number | undefined } | undefined;
  /** How sure: by what exists, or by names only. */
  readonly sure: boolean;
}

/** Names lead only when most routes of the gateway keep to them. */
const NAMED_SHARE = 0.6;
const LEAST_ROUTES = 3;

/** Routes of a gateway that lead to no Service, to a port that it does not have, or elsewhere than their path says while the Service of that name is there. */
export function faultsOf(routes: readonly Route[], namespace: string, services: readonly Service[]): readonly RouteFault[] {
  const named = routes.filter(({ path, host }) => gist(path) !== '' && isAbout(path, host.split('.')[0] ?? host));
  const keepsNames = routes.length >= LEAST_ROUTES && named.length / routes.length >= NAMED_SHARE;
  return routes.flatMap((route): readonly RouteFault[] => {
    const name = route.host.split('.')[0] ?? route.host;
    const service = serviceAt(route.host, namespace, services);
    if (!service) {
      if (route.host.includes('.') && !/\.svc(?:\.|$)/.test(route.host) && !route.host.endsWith(`.${namespace}`)) return [];
      const meant =
        services.find(({ metadata }) => gist(route.path) !== '' && gist(metadata.name) === gist(route.path))?.metadata.name ??
        nearest(
          name,
          services.map(({ metadata }) => metadata.name),
        );
      return [{ route, wrong: 'no-service', better: meant === undefined ? undefined : { host: meant, port: route.port }, sure: meant !== undefined }];
    }
    if (route.port !== undefined && forwardsPorts(service) && !service.spec.ports.some(({ port }) => port === route.port)) {
      return [{ route, wrong: 'no-port', better: { host: route.host, port: service.spec.ports[0]?.port }, sure: true }];
    }
    if (!keepsNames || isAbout(route.path, name)) return [];
    const own = services.find(({ metadata }) => gist(metadata.name) === gist(firstSegments(route.path)) && metadata.name !== name);
    if (!own) return [];
    // Nobody else leads to the Service of that name, or another route leads where this one does: it took the wrong turn.
    const forgotten = !routes.some(({ host }) => serviceAt(host, namespace, services) === own);
    const doubled = routes.some((other) => other !== route && other.host === route.host && isAbout(other.path, name));
    return forgotten || doubled
      ? [{ route, wrong: 'other-service', better: { host: own.metadata.name, port: own.spec.ports[0]?.port }, sure: forgotten && doubled }]
      : [];
  });
}

function firstSegments(path: string): string {
  return path.replace(/\*+$/, '');
}

function isAbout(path: string, service: string): boolean {
  const [wanted, name] = [gist(path), gist(service)];
  return name !== '' && (wanted === name || (name.length >= 4 && wanted.startsWith(name)));
}
