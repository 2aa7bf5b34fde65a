import type { z } from 'zod';
import type { Ask, Evidence, Fact } from '#domain/evidence.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import type { Question } from '#domain/question.ts';
import type { KubernetesTopic } from '#domain/topic.ts';
import { TOPIC_FACTS } from '#domain/topic.ts';

/** One kind of question that the model may ask. Reads only, through the same door as the rules. */
export interface Tool<I = unknown> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<I>;
  /** The question in a line for the page: `Reading the log of container app in pod shop/web-1`. */
  readonly saying: (input: I) => string;
  readonly run: (input: I, context: ToolContext) => Promise<ToolAnswer>;
}

interface ToolContext {
  readonly ask: Ask;
  /** The incident at hand. */
  readonly incident: { readonly id: string; readonly cluster: string };
  readonly now: Date;
}

/** What was found out. Text and titles are not redacted yet. */
export type ToolAnswer =
  | {
      readonly found: true;
      readonly fact: Fact;
      readonly title: string;
      /** The object that it is about; without one, the list. */
      readonly about?: ObjectRef | undefined;
      /** The command a person would run to see the same, where it is not that of the question. */
      readonly query?: string | undefined;
      /** All of it: text, or data that is written as text after its secrets are taken out. */
      readonly content: { readonly text: string } | { readonly data: unknown };
      /** The part of the text that the model is shown; without it, as much as fits. */
      readonly shown?: string | undefined;
      readonly objects: readonly ObjectRef[];
      readonly hearsay: boolean;
    }
  /** A gap, which cannot be cited, or a wrong question. */
  | { readonly found: false; readonly why: string };

export function defineTool<I>(tool: Tool<I>): Tool {
  return tool as unknown as Tool;
}

/** What can be listed and described: everything but Secrets, which are never read for a model, and events, which have a tool of their own. */
export const READABLE_TOPICS = (Object.keys(TOPIC_FACTS) as KubernetesTopic[]).filter((topic) => topic !== 'secrets' && topic !== 'events');

/** The topic of a kind, whatever its case, singular or plural; undefined for Secrets and what does not exist. */
export function topicOf(kind: string): KubernetesTopic | undefined {
  const wanted = kind.trim().toLowerCase();
  return READABLE_TOPICS.find((topic) => topic === wanted || TOPIC_FACTS[topic].kind.toLowerCase() === wanted);
}

/** The gap as an answer: not being able to look proves nothing. */
export function gap({ question, why, reason }: Extract<Evidence<unknown>, { outcome: 'unavailable' }>): ToolAnswer {
  return { found: false, why: `Could not look (${reason}): ${why || question.topic}. This proves nothing; nothing may be concluded from it.` };
}

/** Asks for a list that the topic's own scope allows. */
export async function askList(ask: Ask, topic: KubernetesTopic, namespace: string | undefined): Promise<Evidence<readonly ListedObject[]>> {
  const scope = TOPIC_FACTS[topic].namespaced ? namespace : undefined;
  const question: Question = { about: 'list', topic, ...(scope !== undefined && { namespace: scope }) };
  return (await ask(question)) as Evidence<readonly ListedObject[]>;
}

/** What every listed object has. */
export interface ListedObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly labels: Readonly<Record<string, string>>;
    readonly ownerReferences: readonly { readonly kind: string; readonly name: string }[];
  };
}

/** The object and those that it proves to exist: its owners, and the Deployment behind a ReplicaSet, whose name is the Deployment's and a hash. */
export function refsOf({ kind, metadata }: ListedObject): readonly ObjectRef[] {
  const place = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
  const hash = metadata.labels['pod-template-hash'];
  const owners = metadata.ownerReferences.map(({ kind: owner, name }) => ({ kind: owner, ...place, name }));
  const deployments = owners.flatMap(({ kind: owner, name }) =>
    owner === 'ReplicaSet' && hash && name.endsWith(`-${hash}`) ? [{ kind: 'Deployment', ...place, name: name.slice(0, -hash.length - 1) }] : [],
  );
  return [{ kind, ...place, name: metadata.name }, ...owners, ...deployments];
}
