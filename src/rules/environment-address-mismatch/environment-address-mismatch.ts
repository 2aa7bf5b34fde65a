import { defineRule } from '../rule.ts';
import { isStorePort, judgeAddresses } from '../support/astray-address.ts';

export const environmentAddressMismatch = defineRule({
  id: 'environment-address-mismatch',
  code: 'EnvironmentAddressMismatch',
  summary: 'a workload is told to call a Service by a name or at a port that does not exist',
  about: 'Workload',
  role: 'cause',
  symptoms: ['errors', 'unavailable', 'slow', 'restarting', 'not-ready'],
  needs: ['pods', 'services', 'configmaps', 'replicasets', 'deployments', 'statefulsets', 'daemonsets', 'namespaces', 'logs'],
  references: [{ title: 'Kubernetes: DNS for Services and Pods', url: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/' }],

  judge: (workload, ask) => judgeAddresses(workload, ask, (astray) => !isStorePort(astray)),
});
