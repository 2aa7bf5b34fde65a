import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';
import type { Rule } from '#rules/rule.ts';

/** What every investigation lists, whatever the rules ask (gather-subjects.ts, find-scope.ts, read-timeline.ts). */
const ALWAYS: readonly KubernetesTopic[] = [
  'pods',
  'events',
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
  'nodes',
];

/** Topics that must be readable for an investigation by these rules to be whole. Never Secrets: rules do without, and say so. */
export function topicsRead(rules: readonly Rule[]): readonly KubernetesTopic[] {
  const asked = rules.flatMap(({ needs }) => needs).filter((topic): topic is KubernetesTopic => topic in TOPIC_FACTS);
  return [...new Set([...ALWAYS, ...asked])].filter((topic) => topic !== 'secrets').toSorted();
}
