import type { Service } from '#domain/kubernetes/network.ts';
import { serviceAt } from './addresses.ts';
import { forwardsPorts } from './caller-ports.ts';
import { closeness, type Route } from './routes.ts';
import { nearest } from './similar.ts';

/** What is wrong with a route. */
export interface RouteFault {
  readonly route: Route;
  readonly wrong: 'no-service' | 'no-port' | 'other-service';
  /** Where it should probably lead. */
  readonly better: { readonly host: string; readonly port: number | undefined } | undefined;
  /** How sure: by what exists, or by names only. */
  readonly sure: boolean;
  /** Only names speak for it, and this gateway's other routes do not keep to names: it takes refused requests to say so. */
  readonly needsProof: boolean;
}

/** Names lead only when most routes of the gateway keep to them. */
const NAMED_SHARE = 0.6;
const LEAST_ROUTES = 3;

/** Routes of a gateway that lead to no Service, to a port that it does not have, or elsewhere than their path says while the Service of that name is there. */
export function faultsOf(routes: readonly Route[], namespace: string, services: readonly Service[]): readonly RouteFault[] {
  const named = routes.filter(({ path, host }) => closeness(path, host.split('.')[0] ?? host) > 0);
  const keepsNames = routes.length >= LEAST_ROUTES && named.length / routes.length >= NAMED_SHARE;
  return routes.flatMap((route): readonly RouteFault[] => {
    const name = route.host.split('.')[0] ?? route.host;
    const service = serviceAt(route.host, namespace, services);
    if (!service) {
      if (route.host.includes('.') && !/\.svc(?:\.|$)/.test(route.host) && !route.host.endsWith(`.${namespace}`)) return [];
      const meant =
        services.find(({ metadata }) => closeness(route.path, metadata.name) === 3)?.metadata.name ??
        nearest(
          name,
          services.map(({ metadata }) => metadata.name),
        );
      return [
        {
          route,
          wrong: 'no-service',
          better: meant === undefined ? undefined : { host: meant, port: route.port },
          sure: meant !== undefined,
          needsProof: false,
        },
      ];
    }
    if (route.port !== undefined && forwardsPorts(service) && !service.spec.ports.some(({ port }) => port === route.port)) {
      return [{ route, wrong: 'no-port', better: { host: route.host, port: service.spec.ports[0]?.port }, sure: true, needsProof: false }];
    }
    const path = route.path.replace(/\*+$/, '');
    const own = services.find(({ metadata }) => metadata.name !== name && closeness(path, metadata.name) === 3);
    if (!own || closeness(path, name) === 3) return [];
    // Nobody else leads to the Service of that name, or another route leads where this one does: it took the wrong turn.
    const forgotten = !routes.some(({ host }) => serviceAt(host, namespace, services) === own);
    const doubled = routes.some((other) => other !== route && other.host === route.host && closeness(other.path, name) > 0);
    if (!forgotten && !(keepsNames && doubled)) return [];
    return [
      {
        route,
        wrong: 'other-service',
        better: { host: own.metadata.name, port: own.spec.ports[0]?.port },
        sure: keepsNames && forgotten && doubled,
        needsProof: !keepsNames,
      },
    ];
  });
}
