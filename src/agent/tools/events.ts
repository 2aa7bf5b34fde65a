import { z } from 'zod';
import { pickSome } from '#domain/evidence.ts';
import { list } from '#domain/question.ts';
import { defineTool, gap } from './tool.ts';
import { containing, kindName, namespaceName, objectName } from './words.ts';

const SHOWN = 300;

/** What the cluster said about an object or a namespace. */
export const eventsOf = defineTool({
  name: 'events',
  description: 'Shows the events of a namespace, or of one object in it, newest last. Events are forgotten after an hour: seeing none rules nothing out.',
  input: z.object({
    namespace: namespaceName,
    kind: kindName.optional(),
    name: objectName.optional(),
    contains: containing.optional(),
    only_warnings: z.boolean().optional(),
  }),
  saying: ({ namespace, name }) => `Reading the events of ${name ? `${namespace}/${name}` : namespace}`,
  async run({ namespace, kind, name, contains, only_warnings }, { ask }) {
    const all = await ask(list('events', namespace));
    if (all.outcome === 'unavailable') return gap(all);
    const wanted = contains?.toLowerCase();
    const evidence = pickSome(
      all,
      ({ involvedObject, message, reason, type }) =>
        (!only_warnings || type === 'Warning') &&
        (!kind || involvedObject.kind.toLowerCase() === kind.toLowerCase()) &&
        (!name || involvedObject.name === name) &&
        (!wanted || `${reason} ${message}`.toLowerCase().includes(wanted)),
    );
    const events =
      evidence.outcome === 'present' ? evidence.data.toSorted((left, right) => (left.lastTimestamp ?? '').localeCompare(right.lastTimestamp ?? '')) : [];
    const about = kind && name ? { kind, namespace, name } : undefined;
    const title = `Events of ${about ? `${kind} ${namespace}/${name}` : (name ?? namespace)}`;
    const lines = events
      .slice(-SHOWN)
      .map(
        ({ type, reason, message, count, lastTimestamp, involvedObject }) =>
          `${lastTimestamp ?? '?'} ${type ?? ''} ${reason ?? ''} x${count} ${involvedObject.kind}/${involvedObject.name}: ${message.slice(0, 1_000)}`,
      );
    return {
      found: true,
      fact: evidence as Extract<typeof evidence, { outcome: 'present' | 'absent' }>,
      title,
      about,
      content: { text: [`${events.length} events`, ...lines].join('\n') },
      objects: [],
      hearsay: false,
    };
  },
});
