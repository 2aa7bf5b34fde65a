import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { eventLine, eventsOf } from '../support/events.ts';
import { isRecent } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { podsOn } from '../support/node-facts.ts';
import { podRef } from '../support/pods.ts';
import { fix, look } from '../support/workload-edits.ts';

const RECENT_SECONDS = 3600;

export const nodeOutOfMemory = defineRule({
  id: 'node-out-of-memory',
  code: 'NodeOutOfMemory',
  summary: 'a node ran out of memory and its kernel killed processes to survive',
  about: 'Node',
  role: 'cause',
  symptoms: ['node-trouble', 'restarting', 'not-ready', 'unavailable'],
  needs: ['pods', 'events'],
  references: [
    {
      title: 'Kubernetes: Node out of memory behavior',
      url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-out-of-memory-behavior',
    },
  ],

  async judge({ ref }, ask, { now }) {
    // Events about nodes live in the namespace default.
    const about = eventsOf({ kind: 'Node', name: ref.name }, await ask(list('events', 'default')));
    const killed =
      about.outcome === 'present'
        ? about.data.filter(({ reason, lastTimestamp }) => reason === 'SystemOOM' && isRecent(lastTimestamp, now, RECENT_SECONDS))
        : [];
    const last = killed.at(-1);
    if (!last || about.outcome !== 'present') return notApplicable;
    const pods = await ask(list('pods'));
    const victim = /victim process: ([^\s,]{1,64})/.exec(last.message)?.[1];
    return found('certain', [cite(about, `The kernel of ${ref.name} killed a process for want of memory.`, { about: ref, excerpt: eventLine(last) })], {
      title: `Node ${ref.name} ran out of memory and killed ${victim ?? 'a process'}`,
      explanation: `Not a container's own limit but the memory of the whole node was used up: pods on ${ref.name} use more than they request, or processes outside of pods do. The kernel ends whatever frees most.`,
      remedies: [
        look('See what is requested and what is allocatable on the node.', kubectl(ref, 'describe', objectArg(ref))),
        fix(
          'Find what uses more than it requests; give it a memory limit, or requests that match its use.',
          'kubectl top pods --all-namespaces --sort-by=memory',
          'none',
        ),
      ],
      since: killed[0]?.firstTimestamp ?? last.lastTimestamp,
      affects: pods.outcome === 'present' ? podsOn(ref.name, pods.data).slice(0, 200).map(podRef) : [],
    });
  },
});
