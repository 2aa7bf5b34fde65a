import { pickOne } from '#domain/evidence.ts';
import { list } from '#domain/question.ts';
import { shellWord } from '#lib/shell-word.ts';
import { type AskFor, cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { secondsBetween } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { fix, look } from '../support/workload-edits.ts';

/** What is in a namespace goes within seconds; pods have their grace besides, half a minute unless they say otherwise. */
const OVERDUE_SECONDS = 5 * 60;

/** What the namespace controller says it could not do, the one that explains the others first: without the list of kinds it does not know what to delete. */
const HINDRANCES = [
  'NamespaceDeletionDiscoveryFailure',
  'NamespaceDeletionGroupVersionParsingFailure',
  'NamespaceDeletionContentFailure',
  'NamespaceFinalizersRemaining',
  'NamespaceContentRemaining',
];

export const namespaceStuckTerminating = defineRule({
  id: 'namespace-stuck-terminating',
  code: 'NamespaceStuckTerminating',
  summary: 'a namespace was deleted and does not go away; nothing can be created in it meanwhile',
  about: 'Namespace',
  role: 'cause',
  symptoms: ['unavailable', 'not-ready', 'rollout-stuck'],
  needs: ['pods', 'persistentvolumeclaims', 'events', 'namespaces'],
  references: [
    { title: 'Kubernetes: Finalizers', url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/' },
    { title: 'Kubernetes: NamespaceStatus', url: 'https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/#NamespaceStatus' },
  ],

  async judge({ ref }, ask, { now }) {
    if (!(await looksDeleted(ref.name, now, ask))) return notApplicable;
    const seen = pickOne(await ask(list('namespaces')), ref);
    if (seen.outcome === 'unavailable') return undecided(seen);
    if (seen.outcome === 'absent') return notApplicable;
    const { metadata, status } = seen.data;
    if (status.phase !== 'Terminating' || (secondsBetween(metadata.deletionTimestamp, now) ?? 0) < OVERDUE_SECONDS) return notApplicable;
    const holds = HINDRANCES.flatMap((type) => status.conditions.find((one) => one.type === type && one.status === 'True') ?? []);
    const [first] = holds;
    const noDiscovery = first?.type === HINDRANCES[0];
    return found(
      first ? 'certain' : 'likely',
      [
        cite(seen, `Namespace ${ref.name} was deleted at ${metadata.deletionTimestamp} and is still there.`, {
          about: ref,
          excerpt: fields({
            phase: status.phase,
            deletionTimestamp: metadata.deletionTimestamp,
            conditions: holds.map(({ type, message }) => `${type}: ${message}`),
          }),
        }),
      ],
      {
        title: `Namespace ${ref.name} was deleted and does not go away${first?.message ? `: ${first.message.slice(0, 200)}` : ''}`,
        explanation: `The API server refuses to create anything in a namespace that is being deleted, so what ends there does not come back. ${
          noDiscovery
            ? 'Its controller must know all kinds there are before it deletes any: an aggregated API that does not answer stops it.'
            : 'What is left in it has finalizers, which the controller that put them there must take off; where that controller is gone, nobody does.'
        }`,
        remedies: [
          look('See what is left in it, and what the controller says.', kubectl(ref, 'get', objectArg(ref), '-o', 'jsonpath={.status.conditions}')),
          noDiscovery
            ? fix('Make the API answer again, or delete its APIService when nothing serves it any more.', 'kubectl get apiservices', 'none')
            : fix(
                'Bring back the controller of the finalizers; take one off by hand only when what it guards is done.',
                `kubectl api-resources --verbs=list --namespaced -o name | xargs -n 1 kubectl get --ignore-not-found --show-kind -n ${shellWord(ref.name)}`,
                'none',
              ),
        ],
        since: metadata.deletionTimestamp,
      },
    );
  },
});

/** A pod of a rollout is to go as well, and goes. */
const LINGERS_SECONDS = 60;

/** Said by the API server of what is to be created in such a namespace. */
const REFUSED = /because it is being terminated/;

/** Whether what is read in any case hints at it: nothing is left, some of what is left should be gone, or something new was refused. Only then the list of namespaces is worth a request. */
async function looksDeleted(namespace: string, now: string, ask: AskFor<'pods' | 'persistentvolumeclaims' | 'events'>): Promise<boolean> {
  const pods = await ask(list('pods', namespace));
  const claims = await ask(list('persistentvolumeclaims', namespace));
  const events = await ask(list('events', namespace));
  const objects = [pods, claims].flatMap((one) => (one.outcome === 'present' ? [...one.data] : []));
  return (
    (pods.outcome === 'present' && pods.data.length === 0) ||
    objects.some(({ metadata }) => (secondsBetween(metadata.deletionTimestamp, now) ?? 0) > LINGERS_SECONDS) ||
    (events.outcome === 'present' && events.data.some(({ message }) => REFUSED.test(message)))
  );
}
