import type { Config } from '#config/load-config.ts';
import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';
import type { Source } from '#sources/source.ts';

/** How a source is called and what it is asked about. */
export type SourceFacts = Pick<Source, 'name' | 'topics'>;

/** The sources of these settings, in the order in which they are asked, without loading what reads them. */
export function liveSourceFacts({ loki }: Pick<Config, 'loki'>): readonly SourceFacts[] {
  return [
    { name: 'Kubernetes API', topics: new Set([...(Object.keys(TOPIC_FACTS) as KubernetesTopic[]), 'logs'] as const) },
    { name: 'Prometheus', topics: new Set(['metrics'] as const) },
    ...(loki.lokiUrl === undefined ? [] : [{ name: 'Loki', topics: new Set(['logs'] as const) }]),
  ];
}
