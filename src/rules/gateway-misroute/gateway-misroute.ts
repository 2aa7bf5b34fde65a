import type { Citation } from '#domain/finding.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import { list } from '#domain/question.ts';
import type { Clue } from '#lib/logs/clues.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { serviceAt } from '../support/addresses.ts';
import { isAboutHost, saidClues } from '../support/called-logs.ts';
import { missingPorts } from '../support/caller-ports.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { unreachedMakers } from '../support/missing-services.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { refusalOf } from '../support/refused-paths.ts';
import { faultsOf } from '../support/route-judge.ts';
import { routeSources } from '../support/route-sources.ts';
import type { Route } from '../support/routes.ts';
import { changedAt, makersOf, podsBehind } from '../support/service-backends.ts';
import { editWorkload, fix, look } from '../support/workload-edits.ts';

/** More of them say the same again. */
const MOST_FAULTS = 10;

/** HAProxy complains of a server of a backend, and not of its host: `Server be_cart/s1 is going DOWN for maintenance (DNS NX status)`. */
function isAboutBackend({ name }: Clue, { line }: Route): boolean {
  const backend = name?.split('/')[0];
  return backend !== undefined && backend !== '' && line.split(/[^\w.-]+/).includes(backend);
}

export const gatewayMisroute = defineRule({
  id: 'gateway-misroute',
  code: 'GatewayMisroute',
  summary: 'a gateway sends a path to a Service that does not exist, to a wrong port, or to another Service than the path is for',
  about: 'Workload',
  role: 'cause',
  symptoms: ['errors', 'unavailable'],
  needs: ['pods', 'services', 'configmaps', 'logs', 'deployments', 'statefulsets', 'daemonsets'],
  references: [
    { title: 'nginx: proxy_pass', url: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass' },
    { title: 'HAProxy: use_backend', url: 'https://docs.haproxy.org/3.2/configuration.html#use_backend' },
    { title: 'Spring Cloud Gateway: configuring routes', url: 'https://docs.spring.io/spring-cloud-gateway/reference/' },
  ],

  async judge(workload, ask) {
    const { ref } = workload;
    if (ref.namespace === undefined) return notApplicable;
    const maps = await ask(list('configmaps', ref.namespace));
    const configMaps = maps.outcome === 'present' ? maps.data : [];
    const sources = routeSources(workload.template.spec, configMaps);
    const routes = sources.flatMap((source) => source.routes);
    if (routes.length === 0) return notApplicable;
    const services = await ask(list('services', ref.namespace));
    if (services.outcome !== 'present') return services.outcome === 'unavailable' ? undecided(services) : notApplicable;
    if (services.data.length === 0) return notApplicable;
    const all = await ask(list('pods', ref.namespace));
    const makers = await makersOf(ref.namespace, ask);
    // A Service that has lost the port at which everybody calls it is at fault itself.
    const lost = (service: Service, port: number): boolean =>
      missingPorts(service, makers, all.outcome === 'present' ? all.data : [], configMaps, services.data).some(
        (one) => one.port === port && one.blame === 'service',
      );
    // A workload of that name runs, and no Service leads to it: the route is right, the Service is missing.
    const unreached = unreachedMakers(makers, services.data);
    const faults = faultsOf(routes, ref.namespace, services.data).filter(({ route, wrong }) => {
      if (wrong === 'no-service' && unreached.some((maker) => maker.ref.name === route.host.split('.')[0])) return false;
      const service = wrong === 'no-port' ? serviceAt(route.host, ref.namespace ?? '', services.data) : undefined;
      return service === undefined || route.port === undefined || !lost(service, route.port);
    });
    const well = () => ruledOut(services, `The ${routes.length} routes of ${ref.name} lead to Services that exist.`);
    if (faults.length === 0) return well();

    const own = podsOf(workload, all);
    const mine = own.outcome === 'present' ? own.data : [];
    const said = await saidClues(mine, ask);
    const refusals = new Map<Route, Citation>();
    for (const { route, wrong } of faults.slice(0, MOST_FAULTS)) {
      const service = wrong === 'other-service' ? serviceAt(route.host, ref.namespace, services.data) : undefined;
      const refusal = service && (await refusalOf(route.path, [...(all.outcome === 'present' ? podsBehind(service, all.data) : []), ...mine], ask));
      if (refusal) refusals.set(route, refusal);
    }
    const verdicts = faults.slice(0, MOST_FAULTS).flatMap(({ route, wrong, better, sure, needsProof }): readonly Verdict[] => {
      const refusal = refusals.get(route);
      if (needsProof && !refusal) return [];
      const source = sources.find((one) => one.routes.includes(route));
      const target = serviceAt(route.host, ref.namespace ?? '', services.data);
      const complaint = said.find(
        ({ clue }) => isAboutHost(clue, route.host) || (target !== undefined && clue.host === target.spec.clusterIP) || isAboutBackend(clue, route),
      );
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
          (complaint && wrong !== 'other-service') || (refusal && sure) ? 'certain' : wrong === 'other-service' && !sure && !refusal ? 'possible' : 'likely',
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
            ...(refusal ? [refusal] : []),
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
    return verdicts.length > 0 ? verdicts : well();
  },
});
