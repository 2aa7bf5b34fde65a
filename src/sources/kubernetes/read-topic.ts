import { type KubernetesTopic, type KubernetesTopics, TOPIC_FACTS } from '#domain/topic.ts';
import type { ClusterReader, ListRequest, Read } from './cluster-reader.ts';
import { parseItems } from './schema/parse-list.ts';

/** Where else a topic may be found: on servers without the newer API, or for clients that may not read it. */
const ELSEWHERE: Partial<Record<KubernetesTopic, Pick<ListRequest, 'group' | 'version' | 'plural'>>> = {
  endpoints: { group: '', version: 'v1', plural: 'endpoints' },
  horizontalpodautoscalers: { group: 'autoscaling', version: 'v1', plural: 'horizontalpodautoscalers' },
  // Flux before 2.3.
  helmreleases: { group: 'helm.toolkit.fluxcd.io', version: 'v2beta2', plural: 'helmreleases' },
};

/** The lists that answer a topic, the first that can be read. */
export function requestsFor(topic: KubernetesTopic, namespace: string | undefined): readonly [ListRequest, ...ListRequest[]] {
  const { group, version, namespaced } = TOPIC_FACTS[topic];
  const scope = namespaced ? namespace : undefined;
  const elsewhere = ELSEWHERE[topic];
  const first = { group, version, plural: topic === 'endpoints' ? 'endpointslices' : topic, namespace: scope };
  return elsewhere ? [first, { ...elsewhere, namespace: scope }] : [first];
}

export interface TopicItems<T extends KubernetesTopic> {
  readonly items: readonly KubernetesTopics[T][];
  readonly skipped: number;
}

/**
 * What an answer about a topic means: that the API of an add-on is not served says that there is nothing of it. Where it may not be read the server says so
 * before it looks whether there is such a thing: that stays a refusal.
 */
export function orNone<T>(topic: KubernetesTopic, outcome: Read<T>): Read<T> {
  const isNone = outcome.outcome === 'failed' && outcome.reason === 'not-configured' && TOPIC_FACTS[topic].addOn;
  return isNone ? { outcome: 'absent', why: outcome.why } : outcome;
}

/** Reads the whole list of a topic and turns each page into what we judge, so that the API's objects are let go page by page. */
export async function readTopic<T extends KubernetesTopic>(
  reader: ClusterReader,
  topic: T,
  namespace: string | undefined,
  signal: AbortSignal,
  atMost?: number,
): Promise<Read<TopicItems<T>>> {
  const [first, ...others] = requestsFor(topic, namespace);
  let outcome = await readOne(reader, topic, { ...first, atMost }, signal);
  const refusal = outcome;
  for (const request of others) {
    if (outcome.outcome !== 'failed' || (outcome.reason !== 'not-configured' && outcome.reason !== 'forbidden')) return outcome;
    outcome = await readOne(reader, topic, { ...request, atMost }, signal);
  }
  return orNone(topic, outcome.outcome === 'read' ? outcome : refusal);
}

async function readOne<T extends KubernetesTopic>(reader: ClusterReader, topic: T, request: ListRequest, signal: AbortSignal): Promise<Read<TopicItems<T>>> {
  let pages: TopicItems<T>[] = [];
  let slices: unknown[] = [];
  const end = await reader.list(
    request,
    (items, page) => {
      if (page === 0) [pages, slices] = [[], []];
      // The slices of one Service may lie on different pages.
      if (topic === 'endpoints') slices.push(...items);
      else pages.push(parseItems(topic, items));
    },
    signal,
  );
  if (end.outcome !== 'read') return end;
  if (topic === 'endpoints') pages.push(parseItems(topic, slices));
  const items = pages.flatMap((page) => page.items);
  return { outcome: 'read', value: { items, skipped: pages.reduce((sum, { skipped }) => sum + skipped, 0) } };
}
