import type { Citation } from '#domain/finding.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { eventLine, eventsOf } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { earliest, isRecent } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { podsOn, readyCondition, stoppedUnit, unitQuestion } from '../support/node-facts.ts';
import { podRef } from '../support/pods.ts';
import { fix, look } from '../support/workload-edits.ts';

/** What the kubelet says when it cannot talk to containerd, CRI-O or Docker. */
const RUNTIME = /container runtime (?:is down|status check|not ready)|PLEG is not healthy|runtime service failed|RuntimeReady=false|container runtime version/i;
const SOCKET =
  /(?:containerd|crio|cri-dockerd|docker)\.sock[^\n]{0,80}(?:no such file|connection refused|connect:)|dial unix \/(?:var\/)?run\/(?:containerd|crio|docker)/i;
/** Pods that could not be made for it belong to the trouble when they are this fresh. */
const RECENT_SECONDS = 1800;

export const containerRuntimeDown = defineRule({
  id: 'container-runtime-down',
  code: 'ContainerRuntimeDown',
  summary: 'the container runtime of a node (containerd, CRI-O, Docker) is down or does not answer, so no container can be started there',
  about: 'Node',
  role: 'cause',
  symptoms: ['node-trouble', 'pending', 'not-ready', 'unavailable', 'rollout-stuck'],
  needs: ['pods', 'events', 'metrics'],
  references: [{ title: 'Kubernetes: Container Runtimes', url: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/' }],

  async judge(node, ask, circumstances) {
    const { object, ref, seenIn } = node;
    const ready = readyCondition(object);
    const saysSo = ready?.status === 'False' && RUNTIME.test(ready.message ?? '');
    const stopped = stoppedUnit(await ask(unitQuestion(circumstances)), object, ['containerd', 'crio', 'docker']);
    if (!saysSo && !stopped && ready?.status !== 'False')
      return ready?.status === 'True' ? ruledOut(seenIn, `Node ${ref.name} is ready, so its container runtime answers.`) : notApplicable;
    const pods = await ask(list('pods'));
    const affected = pods.outcome === 'present' ? podsOn(ref.name, pods.data) : [];
    const events = await ask(list('events'));
    const about = eventsOf([{ kind: 'Node', name: ref.name }, ...affected.map(podRef)], events);
    const heard =
      about.outcome === 'present'
        ? about.data.filter(({ message, lastTimestamp }) => SOCKET.test(message) && isRecent(lastTimestamp, circumstances.now, RECENT_SECONDS))
        : [];
    const last = heard.at(-1);
    if (!saysSo && !stopped && !last) return notApplicable;

    const citations: Citation[] = [];
    if (ready && saysSo)
      citations.push(cite(seenIn, `Node ${ref.name} is not ready: ${ready.message ?? ''}`.slice(0, 300), { about: ref, excerpt: fields({ ...ready }) }));
    if (stopped) citations.push(cite(stopped.fact, `Its service ${stopped.unit} stopped.`, { about: ref, excerpt: stopped.excerpt }));
    if (last && about.outcome === 'present')
      citations.push(cite(about, 'The kubelet gets no connection to the runtime.', { about: ref, excerpt: eventLine(last) }));
    return found(citations.length >= 2 ? 'certain' : 'likely', citations, {
      title: `The container runtime of node ${ref.name} ${stopped ? `(${stopped.unit}) is stopped` : 'does not answer'}`,
      explanation: `The kubelet of ${ref.name} cannot talk to its container runtime, so it can start and check no container: new pods hang in ContainerCreating, and the node counts as not ready${ready?.message ? ` (${ready.message.slice(0, 120)})` : ''}.`,
      remedies: [
        look('See the conditions and events of the node.', kubectl(ref, 'describe', objectArg(ref))),
        fix(
          'On the machine, see why the runtime stopped and start it: systemctl status containerd; journalctl -u containerd -n 200; systemctl restart containerd.',
          kubectl(ref, 'get', objectArg(ref), '-o', 'wide'),
          'none',
        ),
      ],
      since: earliest(stopped?.since, saysSo ? ready?.lastTransitionTime : undefined, heard[0]?.firstTimestamp),
      affects: affected.slice(0, 200).map(podRef),
    });
  },
});
