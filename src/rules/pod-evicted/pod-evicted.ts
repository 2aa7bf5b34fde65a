import type { Pod } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import { displayLine } from '#lib/display-text.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { eventsOf } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { instant, isRecent, latestOf } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editWorkload, fix, look } from '../support/workload-edits.ts';

/** Evicted pods stay for long after the trouble is over; only these belong to it. */
const LATELY_SECONDS = 3600;
/** What the kubelet says when the pod is over its own limit, rather than the node under its reserve. */
const OWN_LIMIT = /usage of emptydir volume|ephemeral local storage usage exceeds|exceeded its local ephemeral storage limit/i;
const RESOURCE = /low on resource: ([\w/-]{1,40}(?:\.[\w/-]{1,40}){0,3})/i;
const BIGGEST = /Container (\S{1,63}) was using (\S{1,30}), request is ([^\s,]{1,30})/i;

export const podEvicted = defineRule({
  id: 'pod-evicted',
  code: 'PodEvicted',
  summary: 'the kubelet evicts pods: the node ran short of a resource, or a pod used more local storage than it may',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['not-ready', 'unavailable', 'restarting', 'node-trouble'],
  needs: ['pods', 'events'],
  references: [{ title: 'Kubernetes: Node-pressure Eviction', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/' }],

  async judge(workload, ask, { now, onset }) {
    const { ref } = workload;
    const pods = podsOf(workload, await ask(list('pods', ref.namespace)));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    const evicted = pods.data.filter(({ status }) => status.reason === 'Evicted');
    if (evicted.length === 0) return notApplicable;
    const events = await ask(list('events', ref.namespace));
    const at = (pod: Pod) => {
      const said = eventsOf(podRef(pod), events);
      const told = said.outcome === 'present' ? said.data.filter(({ reason }) => reason === 'Evicted').map(({ lastTimestamp }) => lastTimestamp) : [];
      return latestOf(...told, pod.status.conditions.find(({ type }) => type === 'DisruptionTarget')?.lastTransitionTime);
    };
    const began = (instant(onset) ?? 0) < (instant(now) ?? 0) ? onset : now;
    const late = evicted.filter((pod) => isRecent(at(pod), began, LATELY_SECONDS));
    const [pod] = late.toSorted((left, right) => (at(right) ?? '').localeCompare(at(left) ?? ''));
    if (!pod) return notApplicable;
    const message = displayLine(pod.status.message ?? '', 400);
    const resource = RESOURCE.exec(message)?.[1];
    const biggest = BIGGEST.exec(message);
    const own = OWN_LIMIT.test(message);
    const node = pod.spec.nodeName;
    return found(
      'likely',
      [
        cite(pods, `Pod ${pod.metadata.name} was evicted${node ? ` from node ${node}` : ''}.`, {
          about: podRef(pod),
          excerpt: fields({ reason: 'Evicted', message, at: at(pod) }),
        }),
      ],
      {
        title: own
          ? `Pods of ${ref.name} are evicted because they use more local storage than they may: ${displayLine(message, 160)}`
          : `${late.length === 1 ? 'A pod' : `${late.length} pods`} of ${ref.name} ${late.length === 1 ? 'was' : 'were'} evicted${node ? ` from node ${node}` : ''}${resource ? `, which ran short of ${resource}` : ''}`,
        explanation: own
          ? 'What a container writes into its own file system, its logs and emptyDir volumes counts as ephemeral storage; over the limit the kubelet ends the pod.'
          : `The kubelet ends pods to keep the node alive, first those that use more than they request.${biggest ? ` Container ${biggest[1]} used ${biggest[2]} with a request of ${biggest[3]}.` : ''}`,
        remedies: [
          look('See why, in its own words.', kubectl(ref, 'get', objectArg(podRef(pod)), '-o', 'jsonpath={.status.message}')),
          fix(
            own
              ? 'Write less, or raise its limit of ephemeral-storage or the size of the emptyDir.'
              : `Give ${ref.name} requests that match its use, or the node more room.`,
            editWorkload(ref),
          ),
        ],
        since: latestOf(at(pod)),
        affects: late.slice(0, 50).map(podRef),
      },
    );
  },
});
