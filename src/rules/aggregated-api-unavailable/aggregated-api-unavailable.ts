import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl } from '../support/kubectl.ts';
import { look } from '../support/workload-edits.ts';

export const aggregatedApiUnavailable = defineRule({
  id: 'aggregated-api-unavailable',
  code: 'AggregatedApiUnavailable',
  summary: 'an API that a Service in the cluster answers for the API server is not available',
  about: 'Cluster',
  role: 'mechanism',
  symptoms: ['control-plane', 'autoscaling'],
  needs: ['apiservices'],
  references: [
    { title: 'Kubernetes: API Aggregation Layer', url: 'https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/' },
  ],

  async judge(_cluster, ask) {
    const services = await ask(list('apiservices'));
    if (services.outcome !== 'present') return notApplicable;
    return services.data.flatMap(({ metadata, spec, status }) => {
      const available = status.conditions.find(({ type }) => type === 'Available');
      if (!spec.service || available?.status !== 'False') return [];
      const ref = { kind: 'APIService', name: metadata.name };
      const server = { kind: 'Service', namespace: spec.service.namespace, name: spec.service.name };
      return [
        found(
          'certain',
          [
            cite(services, `API ${metadata.name} is not available: ${(available.message ?? available.reason ?? '').slice(0, 200)}`, {
              about: ref,
              excerpt: fields({ ...available }),
            }),
          ],
          {
            title: `API ${metadata.name} is not available: Service ${server.namespace}/${server.name} does not answer for it (${available.reason ?? 'no reason given'})`,
            explanation: `The API server passes requests for ${metadata.name} on to Service ${server.namespace}/${server.name} and gets no answer. What needs it (autoscaling and kubectl top, where it is the metrics API) fails; deleting namespaces may hang.`,
            subject: server,
            remedies: [
              look('See the Service and its endpoints.', kubectl(server, 'get', 'service,endpointslices', '-l', `kubernetes.io/service-name=${server.name}`)),
              look('See the API.', kubectl(ref, 'describe', `apiservice/${metadata.name}`)),
            ],
            since: available.lastTransitionTime,
            affects: [ref],
          },
        ),
      ];
    });
  },
});
