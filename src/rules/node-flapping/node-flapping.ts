import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { eventLine, eventsOf } from '../support/events.ts';
import { earliest, isRecent } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { podsOn, readyCondition } from '../support/node-facts.ts';
import { podRef } from '../support/pods.ts';
import { look } from '../support/workload-edits.ts';

/** Once is a restart of the kubelet; what was long ago is over. */
const OFTEN = 2;
const LATELY_SECONDS = 1800;

export const nodeFlapping = defineRule({
  id: 'node-flapping',
  code: 'NodeFlapping',
  summary: 'a node goes in and out of being ready again and again',
  about: 'Node',
  role: 'mechanism',
  symptoms: ['node-trouble', 'not-ready', 'errors', 'unavailable'],
  needs: ['events', 'pods'],
  references: [{ title: 'Kubernetes: Nodes, Heartbeats', url: 'https://kubernetes.io/docs/concepts/architecture/nodes/#node-heartbeats' }],

  async judge({ ref, object }, ask, { now }) {
    // Where it is not ready now, other rules say why.
    if (readyCondition(object)?.status !== 'True') return notApplicable;
    const all = await ask(list('events', 'default'));
    if (all.outcome !== 'present') return all.outcome === 'unavailable' ? undecided(all) : notApplicable;
    const own = eventsOf({ kind: 'Node', name: ref.name }, all);
    const lost =
      own.outcome === 'present'
        ? own.data.filter(({ reason, lastTimestamp }) => reason === 'NodeNotReady' && isRecent(lastTimestamp, now, LATELY_SECONDS))
        : [];
    const times = lost.reduce((sum, { count }) => sum + Math.max(1, count), 0);
    if (times < OFTEN) return notApplicable;
    const pods = await ask(list('pods'));
    return found(
      'likely',
      [cite(all, `Node ${ref.name} became not ready ${times} times.`, { about: ref, excerpt: lost.slice(-6).map(eventLine).join('\n') })],
      {
        title: `Node ${ref.name} became not ready ${times} times lately, and is ready again`,
        explanation:
          'Each time its pods are taken out of their Services, and after five minutes replaced. A kubelet that is starved of memory, processor or disk, or a network that comes and goes, does that.',
        remedies: [
          look('See its conditions and what was said about it.', kubectl(ref, 'describe', objectArg(ref))),
          { kind: 'immediate', advice: 'Keep new pods away from it until the reason is known.', command: kubectl(ref, 'cordon', ref.name), risk: 'low' },
        ],
        since: earliest(...lost.map(({ firstTimestamp }) => firstTimestamp)),
        affects: pods.outcome === 'present' ? podsOn(ref.name, pods.data).slice(0, 100).map(podRef) : [],
      },
    );
  },
});
