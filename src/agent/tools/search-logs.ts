import { z } from 'zod';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { list, log } from '#domain/question.ts';
import { commandLine } from '#lib/shell-word.ts';
import { around } from './logs.ts';
import { defineTool, gap, refsOf } from './tool.ts';
import { containing, namespaceName } from './words.ts';

const PODS = 20;
const LINES_EACH = 40;

/** A text in the logs of many pods: what LogQL's `{namespace="x", pod=~"y.*"} |= "text"` would find, of the last lines of each. */
export const searchLogs = defineTool({
  name: 'search_logs',
  description: `Looks for text in the logs of all containers of a namespace's pods, or of those whose name begins with something; at most ${PODS} pods, those that are not ready first. Also looks into the run before the last restart.`,
  input: z.object({
    namespace: namespaceName,
    pod_prefix: containing.optional().describe('beginning of the names of pods; all if left out'),
    search: containing.describe('plain text, any case'),
  }),
  saying: ({ namespace, pod_prefix, search }) => `Searching the logs of ${namespace}/${pod_prefix ?? ''}* for ${JSON.stringify(search.slice(0, 60))}`,
  async run({ namespace, pod_prefix, search }, { ask }) {
    const known = await ask(list('pods', namespace));
    if (known.outcome === 'unavailable') return gap(known);
    const all = known.outcome === 'present' ? known.data : [];
    const fitting = all
      .filter(({ metadata }) => !pod_prefix || metadata.name.startsWith(pod_prefix))
      .toSorted((left, right) => readiness(left) - readiness(right));
    const pods = fitting.slice(0, PODS);
    const read = await Promise.all(
      pods.flatMap((pod) => runsOf(pod).map(async ({ container, run }) => ({ pod, container, run, evidence: await ask(log(refOf(pod), container, run)) }))),
    );
    const unread = read.filter(({ evidence }) => evidence.outcome === 'unavailable');
    if (read.length > 0 && unread.length === read.length && unread[0]?.evidence.outcome === 'unavailable') return gap(unread[0].evidence);
    const found = read.flatMap(({ pod, container, run, evidence }) => {
      const lines =
        evidence.outcome === 'present'
          ? around(
              evidence.data.lines.map(({ at, text }) => `${at ? `${at} ` : ''}${text.slice(0, 1_000)}`),
              search,
              LINES_EACH,
            )
          : [];
      return lines.map((line) => `${pod.metadata.name}/${container}${run === 'previous' ? ' (previous)' : ''}: ${line}`);
    });
    return {
      found: true,
      fact: read.flatMap(({ evidence }) => (evidence.outcome === 'present' ? [evidence] : []))[0] ?? known,
      title: `Logs of ${namespace}/${pod_prefix ?? ''}* with ${JSON.stringify(search)}`,
      query: commandLine('kubectl', '-n', namespace, 'logs', pods[0]?.metadata.name ?? 'POD', '--all-containers', '--timestamps'),
      content: {
        text: [
          `${found.length} lines in the logs of ${pods.length} pods${fitting.length > pods.length ? ` (of ${fitting.length})` : ''}${unread.length > 0 ? `; ${unread.length} logs could not be read` : ''}`,
          ...found,
        ].join('\n'),
      },
      objects: pods.flatMap(refsOf),
      hearsay: true,
    };
  },
});

function readiness({ status }: Pod): number {
  return status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True') ? 1 : 0;
}

function refOf({ metadata: { name, namespace = 'default' } }: Pod) {
  return { kind: 'Pod', namespace, name };
}

function runsOf({ spec, status }: Pod): readonly { readonly container: string; readonly run: 'current' | 'previous' }[] {
  return spec.containers.flatMap(({ name }) => {
    const restarted = status.containerStatuses.some((one) => one.name === name && one.restartCount > 0);
    return [{ container: name, run: 'current' as const }, ...(restarted ? [{ container: name, run: 'previous' as const }] : [])];
  });
}
