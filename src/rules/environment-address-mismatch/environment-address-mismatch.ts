import { list } from '#domain/question.ts';
import { defineRule } from '../rule.ts';
import { isStorePort, judgeAddresses } from '../support/astray-address.ts';
import { routeSources } from '../support/route-sources.ts';

export const environmentAddressMismatch = defineRule({
  id: 'environment-address-mismatch',
  code: 'EnvironmentAddressMismatch',
  summary: 'a workload is told to call a Service by a name or at a port that does not exist',
  about: 'Workload',
  role: 'cause',
  symptoms: ['errors', 'unavailable', 'slow', 'restarting', 'not-ready'],
  needs: ['pods', 'services', 'configmaps', 'replicasets', 'deployments', 'statefulsets', 'daemonsets', 'namespaces', 'logs'],
  references: [{ title: 'Kubernetes: DNS for Services and Pods', url: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/' }],

  async judge(workload, ask) {
    const maps = await ask(list('configmaps', workload.ref.namespace));
    // A variable that is a route of a gateway is judged as one.
    const routes = routeSources(workload.template.spec, maps.outcome === 'present' ? maps.data : []).flatMap((source) => source.routes);
    const routed = new Set(routes.flatMap(({ variable }) => variable ?? []));
    return judgeAddresses(workload, ask, (astray) => !isStorePort(astray) && !routed.has(astray.address.variable?.name ?? ''));
  },
});
