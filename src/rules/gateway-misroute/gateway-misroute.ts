import type { ConfigMap } from '#domain/kubernetes/cluster.ts';
import { list } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { environmentOf } from '../support/addresses.ts';
import { isAboutHost, saidClues } from '../support/called-logs.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { faultsOf } from '../support/route-judge.ts';
import { routesIn, routesInEnvironment } from '../support/routes.ts';
import { changedAt } from '../support/service-backends.ts';
import { editWorkload, fix, look } from '../support/workload-edits.ts';

/** One route is an address that a workload calls; several make it a gateway. */
const LEAST_ROUTES = 2;

export const gatewayMisroute = defineRule({
  id: 'gateway-misroute',
  code: 'GatewayMisroute',
  summary: 'a gateway sends a path to a Service that does not exist, to a wrong port, or to another Service than the path is for',
  about: 'Workload',
  role: 'cause',
  symptoms: ['errors', 'unavailable'],
  needs: ['pods', 'services', 'configmaps', 'logs'],
  references: [
    { title: 'nginx: proxy_pass', url: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass' },
    { title: 'Spring Cloud Gateway: configuring routes', url: 'https://docs.spring.io/spring-cloud-gateway/reference/' },
  ],

  async judge(workload, ask) {
    const { ref } = workload;
    if (ref.namespace === undefined) return notApplicable;
    const maps = await ask(list('configmaps', ref.namespace));
    const configMaps = maps.outcome === 'present' ? maps.data : [];
    const sources = routeSources(workload, configMaps);
    const routes = sources.flatMap((source) => source.routes);
    if (routes.length < LEAST_ROUTES) return notApplicable;
    const services = await ask(list('services', ref.namespace));
    if (services.outcome !== 'present') return services.outcome === 'unavailable' ? undecided(services) : notApplicable;
    if (services.data.length === 0) return notApplicable;
    const faults = faultsOf(routes, ref.namespace, services.data);
    if (faults.length === 0) return ruledOut(services, `The ${routes.length} routes of ${ref.name} lead to Services that exist.`);

    const own = podsOf(workload, await ask(list('pods', ref.namespace)));
    const said = own.outcome === 'present' ? await saidClues(own.data, ask) : [];
    return faults.slice(0, 10).flatMap(({ route, wrong, better, sure }): readonly Verdict[] => {
      const source = sources.find((one) => one.routes.includes(route));
      const complaint = said.find(({ clue }) => isAboutHost(clue, route.host));
      // A host that looks like nothing here may be one outside.
      if (wrong === 'no-service' && !sure && !complaint) return [];
      const to = `${route.host}${route.port === undefined ? '' : `:${route.port}`}`;
      const why =
        wrong === 'no-service'
          ? 'which does not exist'
          : wrong === 'no-port'
            ? 'a port that it does not have'
            : `although there is ${better?.host ?? 'another one'} for it`;
      const map = source?.map && { kind: 'ConfigMap', namespace: ref.namespace, name: source.map.metadata.name, uid: source.map.metadata.uid };
      return [
        found(
          complaint && wrong !== 'other-service' ? 'certain' : wrong === 'other-service' && !sure ? 'possible' : 'likely',
          [
            ...(map && maps.outcome === 'present'
              ? [cite(maps, `ConfigMap ${map.name} routes ${route.path} to ${to}.`, { about: map, excerpt: route.line })]
              : [cite(workload.seenIn, `${ref.name} routes ${route.path} to ${to}.`, { about: ref, excerpt: route.line })]),
            cite(services, wrong === 'other-service' ? `There is a Service ${better?.host}.` : `Among the Services there is no ${to}.`, {
              excerpt: services.data
                .slice(0, 40)
                .map(({ metadata, spec }) => `${metadata.name}: ${spec.ports.map(({ port }) => port).join(', ')}`)
                .join('\n'),
            }),
            ...(complaint
              ? [cite(complaint.fact, 'The gateway complains of that host.', { about: podRef(complaint.pod), excerpt: errorText(complaint.error) })]
              : []),
          ],
          {
            title: `Gateway ${ref.name} routes ${route.path} to ${to}, ${why}`,
            explanation: `Requests for ${route.path} end ${wrong === 'other-service' ? 'at a Service that does not know them' : 'nowhere'}, so they fail although the Services themselves are well.${better ? ` ${better.host}${better.port === undefined ? '' : `:${better.port}`} is probably meant.` : ''}`,
            subject: ref,
            remedies: [
              look('See the routes.', map ? kubectl(map, 'get', objectArg(map), '-o', 'yaml') : kubectl(ref, 'get', objectArg(ref), '-o', 'yaml')),
              fix(
                `Let ${route.path} lead to ${better?.host ?? 'the right Service'}, and restart the gateway if it reads its routes only when it starts.`,
                map ? kubectl(map, 'edit', objectArg(map)) : editWorkload(ref),
              ),
            ],
            since: source?.map ? changedAt(source.map) : workload.createdAt,
            affects: [ref, ...(map ? [map] : [])],
          },
        ),
      ];
    });
  },
});

/** Where the routes of a workload are written: ConfigMaps that it mounts or reads as a file, and its environment. */
function routeSources(workload: Workload, configMaps: readonly ConfigMap[]) {
  const { spec } = workload.template;
  const mounted = spec.volumes.flatMap(({ configMap, projected }) => [configMap?.name, ...(projected?.sources.map((source) => source.configMap?.name) ?? [])]);
  const files = configMaps
    .filter(({ metadata }) => mounted.includes(metadata.name))
    .flatMap((map) => Object.values(map.data).map((text) => ({ map: map as ConfigMap | undefined, routes: routesIn(text) })));
  const environment = spec.containers.flatMap((container) => {
    const variables = environmentOf(container, configMaps);
    return [
      {
        map: undefined,
        routes: [...routesInEnvironment(variables), ...variables.filter(({ value }) => value.includes('\n')).flatMap(({ value }) => routesIn(value))],
      },
    ];
  });
  return [...files, ...environment].filter(({ routes }) => routes.length > 0);
}
