import type { Pod } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { eventLine, eventsOf } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { secondsBetween } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { readyCondition } from '../support/node-facts.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { fix, look } from '../support/workload-edits.ts';

/** deletionTimestamp is when the pod should be gone, its grace included; what takes this much longer hangs. */
const OVERDUE_SECONDS = 600;

export const podStuckTerminating = defineRule({
  id: 'pod-stuck-terminating',
  code: 'PodStuckTerminating',
  summary: 'a pod that was deleted does not go away',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['not-ready', 'rollout-stuck', 'unavailable', 'volume-trouble'],
  needs: ['pods', 'nodes', 'events'],
  references: [{ title: 'Kubernetes: Termination of Pods', url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination' }],

  async judge(workload, ask, { now }) {
    const { ref } = workload;
    const pods = podsOf(workload, await ask(list('pods', ref.namespace)));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    const overdue = pods.data.filter(({ metadata }) => (secondsBetween(metadata.deletionTimestamp, now) ?? 0) > OVERDUE_SECONDS);
    if (overdue.length === 0) return notApplicable;
    const nodes = await ask(list('nodes'));
    // On a node that does not answer nobody can end it; the node is what is wrong.
    const onWellNode = ({ spec }: Pod) => {
      const node = nodes.outcome === 'present' ? nodes.data.find(({ metadata }) => metadata.name === spec.nodeName) : undefined;
      return spec.nodeName === undefined || (node !== undefined && readyCondition(node)?.status === 'True');
    };
    const [pod] = overdue.filter(onWellNode);
    if (!pod) return undecided('The pods that do not go away are on nodes that do not answer.');
    const { finalizers, deletionTimestamp } = pod.metadata;
    const events = await ask(list('events', ref.namespace));
    const own = eventsOf(podRef(pod), events);
    const said =
      own.outcome === 'present'
        ? own.data.findLast(({ reason }) => reason === 'FailedKillPod' || reason === 'FailedPreStopHook' || reason === 'ExceededGracePeriod')
        : undefined;
    const why = finalizers.length > 0 ? `finalizer ${finalizers.join(', ')} is still on it` : said ? said.message.slice(0, 160) : 'its containers do not end';
    return found(
      finalizers.length > 0 || said ? 'likely' : 'possible',
      [
        cite(pods, `Pod ${pod.metadata.name} should have been gone by ${deletionTimestamp}.`, {
          about: podRef(pod),
          excerpt: fields({ deletionTimestamp, finalizers, nodeName: pod.spec.nodeName }),
        }),
        ...(said && events.outcome === 'present' ? [cite(events, 'The kubelet says why.', { about: podRef(pod), excerpt: eventLine(said) })] : []),
      ],
      {
        title: `Pod ${pod.metadata.name} of ${ref.name} was deleted and does not go away: ${why}`,
        explanation:
          finalizers.length > 0
            ? 'A finalizer keeps an object until the controller that put it there takes it off; where that controller is gone or failing, nobody does. A StatefulSet makes no new pod of the name meanwhile, and its volume stays taken.'
            : 'The kubelet must see all containers end before the pod is gone; a process that waits for a disk or a mount that hangs cannot be killed. A StatefulSet makes no new pod of the name meanwhile.',
        remedies: [
          look('See what holds it.', kubectl(ref, 'describe', objectArg(podRef(pod)))),
          fix(
            finalizers.length > 0
              ? 'Find the controller of the finalizer; take the finalizer off only when what it guards is done.'
              : 'Look at the node: its mounts and the runtime. Force the deletion only when its processes are surely gone.',
            finalizers.length > 0
              ? kubectl(ref, 'get', objectArg(podRef(pod)), '-o', 'jsonpath={.metadata.finalizers}')
              : kubectl(ref, 'get', objectArg(podRef(pod)), '-o', 'wide'),
            'none',
          ),
        ],
        since: deletionTimestamp,
        affects: overdue.slice(0, 50).map(podRef),
      },
    );
  },
});
