import { list, type Question } from '#domain/question.ts';
import type { KubernetesTopic } from '#domain/topic.ts';
import type { Rule } from '#rules/rule.ts';

/** What gathering reads of every namespace under investigation. */
const GATHERED: readonly KubernetesTopic[] = [
  'pods',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
  'services',
  'persistentvolumeclaims',
  'ingresses',
  'horizontalpodautoscalers',
  'poddisruptionbudgets',
  'events',
];
/** What rules about the cluster itself read of its own namespace. */
const OF_THE_CLUSTER: readonly KubernetesTopic[] = ['pods', 'deployments', 'leases', 'services', 'endpoints'];

/**
 * What an investigation of these namespaces will ask in any case, whatever it finds: asked at once it costs one round trip instead of five. Only
 * what is asked in any case, so that there is no request more.
 */
export function expectedQuestions(namespaces: readonly string[], rules: readonly Rule[]): readonly Question[] {
  const judgesCluster = new Set(rules.filter(({ about }) => about === 'Cluster').flatMap(({ needs }) => needs));
  return [
    list('nodes'),
    ...namespaces.flatMap((namespace) => GATHERED.map((topic) => list(topic, namespace))),
    ...OF_THE_CLUSTER.filter((topic) => judgesCluster.has(topic)).map((topic) => list(topic, 'kube-system')),
    ...(judgesCluster.has('apiservices') ? [list('apiservices')] : []),
    // Where the events of nodes are.
    ...(rules.some(({ about, needs }) => about === 'Node' && needs.includes('events')) ? [list('events', 'default')] : []),
  ];
}
