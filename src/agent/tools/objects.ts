import { z } from 'zod';
import { pickOne } from '#domain/evidence.ts';
import { refText } from '#domain/object-ref.ts';
import type { KubernetesTopic } from '#domain/topic.ts';
import { TOPIC_FACTS } from '#domain/topic.ts';
import { brief, isTroubled } from './brief.ts';
import { plainObject } from './plain-object.ts';
import { askList, defineTool, gap, READABLE_TOPICS, refsOf, topicOf } from './tool.ts';
import { containing, kindName, namespaceName, objectName } from './words.ts';

const LISTED = 2_000;

/** Which objects there are, a line each. */
export const listObjects = defineTool({
  name: 'list_objects',
  description: `Lists Kubernetes objects of one kind with their status, a line each. Kinds: ${READABLE_TOPICS.join(', ')}.`,
  input: z.object({
    kind: kindName,
    namespace: namespaceName.optional().describe('all namespaces if left out'),
    name_contains: containing.optional(),
    label: z.string().max(300).optional().describe('name=value'),
    only_troubled: z.boolean().optional().describe('only those whose status says that something is wrong'),
  }),
  saying: ({ kind, namespace }) => `Listing ${kind}${namespace ? ` in ${namespace}` : ''}`,
  async run({ kind, namespace, name_contains, label, only_troubled }, { ask }) {
    const topic = topicOf(kind);
    if (!topic) return { found: false, why: noSuchKind };
    const evidence = await askList(ask, topic, namespace);
    if (evidence.outcome === 'unavailable') return gap(evidence);
    const all = evidence.outcome === 'present' ? evidence.data : [];
    const [labelName, labelValue] = label?.split('=', 2) ?? [];
    const fitting = all
      .filter(({ metadata }) => !name_contains || metadata.name.includes(name_contains))
      .filter(({ metadata }) => labelName === undefined || metadata.labels[labelName] === labelValue)
      .filter((object) => !only_troubled || isTroubled(object));
    const where = namespace && TOPIC_FACTS[topic].namespaced ? `in ${namespace}` : 'in the cluster';
    const narrowed = fitting.length < all.length ? ` (of ${all.length}, narrowed)` : '';
    return {
      found: true,
      fact: evidence,
      title: `${topic} ${where}${narrowed}`,
      content: { text: [`${fitting.length} ${topic} ${where}${narrowed}:`, ...fitting.slice(0, LISTED).map(brief)].join('\n') },
      objects: fitting.slice(0, LISTED).flatMap(refsOf),
      hearsay: false,
    };
  },
});

/** Everything about one object. */
export const describeObject = defineTool({
  name: 'describe_object',
  description: 'Shows one Kubernetes object whole: spec, status, labels, annotations; for a ConfigMap its values. Secrets cannot be read.',
  input: z.object({ kind: kindName, namespace: namespaceName.optional(), name: objectName }),
  saying: ({ kind, namespace, name }) => `Reading ${kind} ${namespace ? `${namespace}/` : ''}${name}`,
  async run({ kind, namespace, name }, { ask }) {
    const topic: KubernetesTopic | undefined = topicOf(kind);
    if (!topic) return { found: false, why: noSuchKind };
    if (TOPIC_FACTS[topic].namespaced && !namespace) return { found: false, why: `A ${TOPIC_FACTS[topic].kind} is in a namespace: name it.` };
    const scope = TOPIC_FACTS[topic].namespaced ? namespace : undefined;
    const ref = { kind: TOPIC_FACTS[topic].kind, ...(scope !== undefined && { namespace: scope }), name };
    const evidence = pickOne(await askList(ask, topic, scope), ref);
    if (evidence.outcome === 'unavailable') return gap(evidence);
    const title = refText(ref);
    if (evidence.outcome === 'absent')
      return { found: true, fact: evidence, title, about: ref, content: { text: `There is no ${title}.` }, objects: [], hearsay: false };
    return {
      found: true,
      fact: evidence,
      title,
      about: ref,
      content: { data: plainObject(evidence.data) },
      objects: refsOf(evidence.data),
      hearsay: topic === 'configmaps',
    };
  },
});

const noSuchKind = `There is no such kind to read. Kinds: ${READABLE_TOPICS.join(', ')}. Secrets are never read.`;
