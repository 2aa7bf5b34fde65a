import type { Citation } from '#domain/finding.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { earliest } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { podsOn, readyCondition, silentSeconds, stoppedUnit, unitQuestion } from '../support/node-facts.ts';
import { podRef } from '../support/pods.ts';
import { fix, look } from '../support/workload-edits.ts';

/** The node controller's grace period; a lease is renewed every 10 seconds. */
const GRACE_SECONDS = 40;

export const kubeletDown = defineRule({
  id: 'kubelet-down',
  code: 'KubeletDown',
  summary: 'the kubelet of a node does not report any more: it is stopped, or the machine or its network is gone',
  about: 'Node',
  role: 'cause',
  symptoms: ['node-trouble', 'unavailable', 'not-ready', 'target-down', 'pending'],
  needs: ['pods', 'leases', 'metrics'],
  references: [{ title: 'Kubernetes: Node heartbeats', url: 'https://kubernetes.io/docs/reference/node/node-status/#heartbeats' }],

  async judge(node, ask, circumstances) {
    const { object, ref, seenIn } = node;
    const ready = readyCondition(object);
    const unknown = ready?.status === 'Unknown';
    const units = await ask(unitQuestion(circumstances));
    const stopped = stoppedUnit(units, object, ['kubelet']);
    if (!unknown && !stopped) return ready?.status === 'True' ? ruledOut(seenIn, `The kubelet of ${ref.name} reports.`) : notApplicable;

    const leases = await ask(list('leases', 'kube-node-lease'));
    const silent = silentSeconds(leases, ref.name, circumstances.now);
    const pods = await ask(list('pods'));
    const affected = pods.outcome === 'present' ? podsOn(ref.name, pods.data) : [];
    const citations: Citation[] = [];
    if (unknown)
      citations.push(cite(seenIn, `Node ${ref.name} is Ready=Unknown: ${ready.message ?? ready.reason ?? ''}`, { about: ref, excerpt: fields({ ...ready }) }));
    if (stopped) citations.push(cite(stopped.fact, `Its kubelet service stopped; the machine itself still answers.`, { about: ref, excerpt: stopped.excerpt }));
    if (leases.outcome === 'present' && silent !== undefined && silent > GRACE_SECONDS) {
      citations.push(
        cite(leases, `Its lease was last renewed ${Math.round(silent)} s before.`, { about: { kind: 'Lease', namespace: 'kube-node-lease', name: ref.name } }),
      );
    }
    if (!unknown) citations.push(cite(seenIn, `The node still counts as Ready=${ready?.status ?? '?'}: nobody has reported otherwise yet.`, { about: ref }));
    return found(stopped || citations.length >= 2 ? 'certain' : 'likely', citations, {
      title: stopped
        ? `The kubelet of node ${ref.name} is stopped`
        : `Node ${ref.name} does not report any more: its kubelet is down, or the machine or its network is`,
      explanation: `Without its kubelet nothing on ${ref.name} is started, stopped, probed or reported: its ${affected.length} pods count as not ready after ${GRACE_SECONDS} s and are replaced elsewhere after about five minutes, where they can be.`,
      remedies: [
        look('See when it last reported.', kubectl(ref, 'describe', objectArg(ref))),
        fix(
          `On the machine, see why the kubelet stopped and start it: systemctl status kubelet; journalctl -u kubelet -n 200; systemctl restart kubelet.`,
          kubectl(ref, 'get', objectArg(ref), '-o', 'wide'),
          'none',
        ),
      ],
      since: earliest(stopped?.since, ready?.status === 'Unknown' ? ready.lastTransitionTime : undefined),
      affects: affected.slice(0, 200).map(podRef),
    });
  },
});
