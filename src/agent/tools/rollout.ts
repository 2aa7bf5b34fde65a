import { z } from 'zod';
import { list } from '#domain/question.ts';
import { leaves, plainObject } from './plain-object.ts';
import { defineTool, gap } from './tool.ts';
import { namespaceName, objectName } from './words.ts';

const REVISION = 'deployment.kubernetes.io/revision';

/** What the newest revision of a Deployment changed. */
export const rolloutChanges = defineTool({
  name: 'rollout_changes',
  description: 'Shows what the newest revision of a Deployment changed in its pod template, compared with the revision before.',
  input: z.object({ namespace: namespaceName, deployment: objectName }),
  saying: ({ namespace, deployment }) => `Comparing the revisions of Deployment ${namespace}/${deployment}`,
  async run({ namespace, deployment }, { ask }) {
    const evidence = await ask(list('replicasets', namespace));
    if (evidence.outcome === 'unavailable') return gap(evidence);
    const own = (evidence.outcome === 'present' ? evidence.data : [])
      .filter(({ metadata }) => metadata.ownerReferences.some(({ kind, name }) => kind === 'Deployment' && name === deployment))
      .toSorted((left, right) => Number(right.metadata.annotations[REVISION] ?? 0) - Number(left.metadata.annotations[REVISION] ?? 0));
    const [newest, before] = own;
    const about = { kind: 'Deployment', namespace, name: deployment };
    const title = `What the newest revision of Deployment ${namespace}/${deployment} changed`;
    const answer = (content: { readonly text: string } | { readonly data: unknown }) => ({
      found: true as const,
      fact: evidence,
      title,
      about,
      content,
      objects: newest ? [about] : [],
      hearsay: false,
    });
    if (!newest) return answer({ text: `No ReplicaSet belongs to Deployment ${namespace}/${deployment}.` });
    if (!before)
      return answer({ text: `There is only revision ${newest.metadata.annotations[REVISION] ?? '?'}, of ${newest.metadata.creationTimestamp ?? '?'}.` });
    const now = new Map(leaves(plainObject(newest.spec.template)));
    const then = new Map(leaves(plainObject(before.spec.template)));
    const paths = [...new Set([...then.keys(), ...now.keys()])].filter((path) => then.get(path) !== now.get(path) && !path.includes('pod-template-hash'));
    return answer({
      data: {
        newest: { revision: newest.metadata.annotations[REVISION], created: newest.metadata.creationTimestamp, replicaset: newest.metadata.name },
        before: { revision: before.metadata.annotations[REVISION], created: before.metadata.creationTimestamp, replicaset: before.metadata.name },
        changes: paths.slice(0, 100).map((path) => ({ name: path, value: now.get(path) ?? '(removed)', was: then.get(path) ?? '(not set)' })),
      },
    });
  },
});
