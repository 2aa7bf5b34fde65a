import { z } from 'zod';
import { pickOne } from '#domain/evidence.ts';
import { list, log } from '#domain/question.ts';
import { defineTool, gap } from './tool.ts';
import { containing, namespaceName, objectName } from './words.ts';

/** What a container wrote. */
export const readLog = defineTool({
  name: 'read_log',
  description:
    'Shows the last lines of a container log; previous: those of the run before the last restart. With search, only lines that contain it and their neighbours.',
  input: z.object({
    namespace: namespaceName,
    pod: objectName,
    container: objectName.optional().describe('the first container if left out'),
    previous: z.boolean().optional(),
    search: containing.optional().describe('plain text, any case'),
    lines: z.number().int().min(1).max(1_000).optional().describe('100 if left out'),
  }),
  saying: ({ namespace, pod, container, previous }) =>
    `Reading the ${previous ? 'previous ' : ''}log of ${container ? `container ${container} of ` : ''}pod ${namespace}/${pod}`,
  async run({ namespace, pod, container, previous, search, lines = 100 }, { ask }) {
    const ref = { kind: 'Pod', namespace, name: pod };
    const known = pickOne(await ask(list('pods', namespace)), ref);
    const names = known.outcome === 'present' ? [...known.data.spec.containers, ...known.data.spec.initContainers].map(({ name }) => name) : [];
    const wanted = container ?? names[0];
    if (wanted === undefined) return { found: false, why: `Pod ${namespace}/${pod} is not known; name its container to try all the same.` };
    if (names.length > 0 && !names.includes(wanted))
      return { found: false, why: `Pod ${namespace}/${pod} has no container ${wanted}. It has ${names.join(', ')}.` };
    const evidence = await ask(log(ref, wanted, previous ? 'previous' : 'current'));
    if (evidence.outcome === 'unavailable') return gap(evidence);
    const title = `Log of container ${wanted} in Pod ${namespace}/${pod}${previous ? ', run before the last restart' : ''}`;
    if (evidence.outcome === 'absent')
      return { found: true, fact: evidence, title, about: ref, content: { text: 'There is no such log.' }, objects: [], hearsay: true };
    const all = evidence.data.lines.map(({ at, text }) => `${at ? `${at} ` : ''}${text.slice(0, 2_000)}`);
    const found = search ? around(all, search, lines) : all;
    const shown = found.slice(-lines);
    const head = search ? `${all.length} lines, of which those with ${JSON.stringify(search)}:` : `The last ${shown.length} of ${all.length} lines:`;
    return {
      found: true,
      fact: evidence,
      title,
      about: ref,
      content: { text: found.join('\n') },
      shown: [head, ...shown].join('\n'),
      objects: known.outcome === 'present' ? [ref] : [],
      hearsay: true,
    };
  },
});

/** The last lines that contain a text, with two neighbours each. */
export function around(lines: readonly string[], search: string, limit: number): readonly string[] {
  const wanted = search.toLowerCase();
  const places = lines.flatMap((line, index) => (line.toLowerCase().includes(wanted) ? [index] : []));
  const shown = new Set(places.slice(-limit).flatMap((place) => [place - 2, place - 1, place, place + 1, place + 2]));
  return lines.filter((_, index) => shown.has(index)).slice(-limit);
}
