import type { Pod } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { lookAtComponent } from '../support/control-plane.ts';
import { eventsOf } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { earliest, secondsBetween } from '../support/instants.ts';
import { kubectl } from '../support/kubectl.ts';
import { podRef } from '../support/pods.ts';
import { fix, look } from '../support/workload-edits.ts';

/** A scheduler that lives looks at a new pod within a second or two, and says so either way. */
const UNSEEN_SECONDS = 20;

export const schedulerDown = defineRule({
  id: 'scheduler-down',
  code: 'SchedulerDown',
  summary: 'the scheduler does not run, so new pods are not even looked at',
  about: 'Cluster',
  role: 'cause',
  symptoms: ['pending', 'unavailable', 'rollout-stuck', 'control-plane'],
  needs: ['pods', 'events', 'nodes', 'leases', 'metrics'],
  references: [{ title: 'Kubernetes: kube-scheduler', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/' }],

  async judge(cluster, ask, circumstances) {
    const unseen: Pod[] = [];
    let listed: Parameters<typeof cite>[0] | undefined;
    for (const namespace of cluster.namespaces) {
      const pods = await ask(list('pods', namespace));
      if (pods.outcome !== 'present') continue;
      listed ??= pods;
      const candidates = pods.data.filter((pod) => waitsUnseen(pod, circumstances.now));
      if (candidates.length === 0) continue;
      const events = await ask(list('events', namespace));
      unseen.push(...candidates.filter((pod) => !wasLookedAt(pod, events)));
    }
    const trouble = await lookAtComponent('kube-scheduler', ask, circumstances);
    if (unseen.length === 0 && trouble.citations.length === 0)
      return listed ? ruledOut(listed, 'No pod waits without the scheduler having looked at it.') : notApplicable;
    // A lease or a pod that looks bad while no pod waits may be one of several schedulers.
    if (unseen.length === 0 && !trouble.citations.some(({ excerpt }) => excerpt?.includes('node_systemd_unit_state')))
      return undecided('The scheduler looks down, but no pod waits for it.');

    const [first] = unseen;
    const where = trouble.node ? ` on node ${trouble.node.name}` : '';
    const shown =
      listed && first
        ? [
            cite(listed, `Pod ${first.metadata.name} waits and no scheduler has looked at it.`, {
              about: podRef(first),
              excerpt: fields({ phase: first.status.phase, conditions: first.status.conditions, created: first.metadata.creationTimestamp, nodeName: 'none' }),
            }),
          ]
        : [];
    return found(unseen.length > 0 && trouble.citations.length > 0 ? 'certain' : 'likely', [...shown, ...trouble.citations.slice(0, 3)], {
      title: `The scheduler is down${where}: ${
        unseen.length > 0
          ? `${unseen.length} new pod${unseen.length === 1 ? '' : 's'} (${unseen
              .slice(0, 3)
              .map(({ metadata }) => metadata.name)
              .join(', ')}) ${unseen.length === 1 ? 'is' : 'are'} not even looked at`
          : 'no new pod can be placed'
      }`,
      explanation:
        'A pod that cannot be placed gets a FailedScheduling event and a condition within seconds. These have neither: nobody assigns pods to nodes. What runs keeps running; nothing new starts, and nothing that ends is replaced.',
      subject: trouble.node ?? cluster.ref,
      remedies: [
        look('See the components of the control plane.', 'kubectl -n kube-system get pods -l tier=control-plane -o wide'),
        fix(
          'On the control-plane node, see why the scheduler stopped and start it (its static pod manifest in /etc/kubernetes/manifests, or systemctl status kube-scheduler).',
          trouble.pod ? kubectl(trouble.pod, 'logs', trouble.pod.name, '--previous') : 'kubectl -n kube-system get lease kube-scheduler -o yaml',
          'none',
        ),
      ],
      since: trouble.since ?? earliest(...unseen.map(({ metadata }) => metadata.creationTimestamp)),
      affects: unseen.slice(0, 200).map(podRef),
    });
  },
});

/** Pending without a node and without a word of the scheduler, for longer than that takes. Gates and other schedulers are other matters. */
function waitsUnseen({ metadata, spec, status }: Pod, now: string): boolean {
  if (status.phase !== 'Pending' || spec.nodeName !== undefined || metadata.deletionTimestamp !== undefined || spec.schedulingGates.length > 0) return false;
  if ((spec.schedulerName ?? 'default-scheduler') !== 'default-scheduler' || status.conditions.some(({ type }) => type === 'PodScheduled')) return false;
  return (secondsBetween(metadata.creationTimestamp, now) ?? 0) >= UNSEEN_SECONDS;
}

function wasLookedAt(pod: Pod, events: Parameters<typeof eventsOf>[1]): boolean {
  const about = eventsOf(podRef(pod), events);
  return about.outcome === 'present' && about.data.some(({ reason }) => reason === 'FailedScheduling' || reason === 'Scheduled');
}
