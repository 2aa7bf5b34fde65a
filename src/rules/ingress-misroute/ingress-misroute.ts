import type { IngressBackend } from '#domain/kubernetes/network.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { faultsOf } from '../support/route-judge.ts';
import type { Route } from '../support/routes.ts';
import { changedAt } from '../support/service-backends.ts';
import { nearest } from '../support/similar.ts';
import { fix, look } from '../support/workload-edits.ts';

export const ingressMisroute = defineRule({
  id: 'ingress-misroute',
  code: 'GatewayMisroute',
  summary: 'an Ingress sends a path to a Service or port that does not exist, or to another Service than the path is for',
  about: 'Ingress',
  role: 'cause',
  symptoms: ['errors', 'unavailable'],
  needs: ['services'],
  references: [{ title: 'Kubernetes: Ingress', url: 'https://kubernetes.io/docs/concepts/services-networking/ingress/' }],

  async judge({ ref, object, seenIn }, ask) {
    const services = await ask(list('services', ref.namespace));
    if (services.outcome !== 'present') return services.outcome === 'unavailable' ? undecided(services) : notApplicable;
    const backends = [
      ...(object.spec.defaultBackend ? [{ path: '/', host: '', backend: object.spec.defaultBackend }] : []),
      ...object.spec.rules.flatMap(({ host, paths }) => paths.map(({ path, backend }) => ({ path: path ?? '/', host: host ?? '', backend }))),
    ].filter(({ backend }) => backend.serviceName !== undefined);
    if (backends.length === 0) return notApplicable;

    const wrong = backends.flatMap(({ path, host, backend }): readonly Verdict[] => {
      const service = services.data.find(({ metadata }) => metadata.name === backend.serviceName);
      const has = service?.spec.ports.some(({ port, name }) => port === backend.servicePort || (name !== undefined && name === backend.servicePort));
      // A controller's own pseudo port, as annotations of cloud load balancers use it.
      if ((service && (has || backend.servicePort === undefined)) || backend.servicePort === 'use-annotation') return [];
      const better = service
        ? undefined
        : nearest(
            backend.serviceName ?? '',
            services.data.map(({ metadata }) => metadata.name),
          );
      const ports = service?.spec.ports.map(({ port, name }) => `${port}${name ? ` (${name})` : ''}`).join(', ');
      const what = service ? `which has no port ${backend.servicePort}, only ${ports}` : `which does not exist${better ? `; there is ${better}` : ''}`;
      return [
        found(
          'certain',
          [
            cite(seenIn, `Ingress ${ref.name} sends ${host}${path} to ${text(backend)}.`, { about: ref, excerpt: fields({ host, path, backend }) }),
            cite(services, service ? `Service ${service.metadata.name} has port ${ports}.` : `There is no Service ${backend.serviceName}.`, {
              excerpt: services.data
                .slice(0, 40)
                .map(({ metadata }) => metadata.name)
                .join('\n'),
            }),
          ],
          claim(
            `Ingress ${ref.name} sends ${host}${path} to ${text(backend)}, ${what}`,
            'Requests for it are answered by the ingress controller itself, with 503 or 404, although the Services are well.',
          ),
        ),
      ];
    });
    if (wrong.length > 0) return wrong;
    const routes = backends.map(
      ({ path, backend }): Route => ({ path, host: backend.serviceName ?? '', port: undefined, line: `${path} -> ${text(backend)}`, ofGateway: true }),
    );
    const astray = faultsOf(routes, ref.namespace ?? '', services.data).filter((fault) => fault.wrong === 'other-service' && !fault.needsProof);
    if (astray.length === 0) return ruledOut(seenIn, `The backends of Ingress ${ref.name} exist.`);
    return astray.map(({ route, better, sure }) =>
      found(
        sure ? 'likely' : 'possible',
        [
          cite(seenIn, `Ingress ${ref.name} sends ${route.path} to ${route.host}.`, { about: ref, excerpt: route.line }),
          cite(services, `There is a Service ${better?.host}.`),
        ],
        claim(
          `Ingress ${ref.name} sends ${route.path} to ${route.host}, although there is ${better?.host} for it`,
          'Its other paths lead to the Services they are named after; requests for this one end at a Service that does not know them.',
        ),
      ),
    );

    function claim(title: string, explanation: string) {
      return {
        title,
        explanation,
        remedies: [look('See its rules.', kubectl(ref, 'describe', objectArg(ref))), fix('Correct the backend.', kubectl(ref, 'edit', objectArg(ref)))],
        since: changedAt(object),
        affects: [ref],
      };
    }
  },
});

function text({ serviceName, servicePort }: IngressBackend): string {
  return `${serviceName}${servicePort === undefined ? '' : `:${servicePort}`}`;
}
