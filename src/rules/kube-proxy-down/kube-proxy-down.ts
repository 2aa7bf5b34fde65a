import type { Citation } from '#domain/finding.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import { type AskFor, cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { earliest, isRecent } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { idleUnit, podsOn, readyCondition, stoppedUnit, unitQuestion } from '../support/node-facts.ts';
import { isReady, podRef } from '../support/pods.ts';
import { fix, look } from '../support/workload-edits.ts';

/** A pod that is just starting is not down. */
const STARTING_SECONDS = 120;

export const kubeProxyDown = defineRule({
  id: 'kube-proxy-down',
  code: 'KubeProxyDown',
  summary: 'kube-proxy does not run on a node, so pods there reach Services by outdated rules or not at all',
  about: 'Node',
  role: 'cause',
  symptoms: ['node-trouble', 'unavailable', 'errors', 'slow', 'control-plane'],
  needs: ['pods', 'daemonsets', 'metrics'],
  references: [{ title: 'Kubernetes: kube-proxy', url: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/' }],

  async judge(node, ask, circumstances) {
    const { object, ref } = node;
    // On a node that does not report, nothing about its pods is news.
    if (readyCondition(object)?.status === 'Unknown') return notApplicable;
    const units = await ask(unitQuestion(circumstances));
    const stopped = stoppedUnit(units, object, ['kube-proxy']);
    const idle = stopped ? undefined : idleUnit(units, object, 'kube-proxy');
    const pods = await ask(list('pods', 'kube-system'));
    const proxies = pods.outcome === 'present' ? pods.data.filter(isProxy) : [];
    const own = proxies.find(({ spec }) => spec.nodeName === ref.name);
    const down = own && !isReady(own) && !isRecent(own.metadata.creationTimestamp, circumstances.now, STARTING_SECONDS) ? own : undefined;
    const missing = !own && proxies.length > 0 && (await isWanted(ask));
    if (!stopped && !idle && !down && !missing)
      return own && pods.outcome === 'present' ? ruledOut(pods, `kube-proxy on ${ref.name} is ready.`) : notApplicable;

    const all = await ask(list('pods'));
    const affected = all.outcome === 'present' ? podsOn(ref.name, all.data) : [];
    const citations: Citation[] = [];
    if (stopped) citations.push(cite(stopped.fact, `The service kube-proxy of ${ref.name} stopped.`, { about: ref, excerpt: stopped.excerpt }));
    if (idle)
      citations.push(
        cite(idle.fact, `The service kube-proxy does not run on ${ref.name}, and does on all other nodes.`, { about: ref, excerpt: idle.excerpt }),
      );
    if (down && pods.outcome === 'present') {
      citations.push(
        cite(pods, `The kube-proxy pod of ${ref.name} is not ready.`, {
          about: podRef(down),
          excerpt: fields({ phase: down.status.phase, containers: down.status.containerStatuses.map(({ state, restartCount }) => ({ state, restartCount })) }),
        }),
      );
    }
    if (missing && pods.outcome === 'present')
      citations.push(cite(pods, `${proxies.length} nodes run a kube-proxy pod; ${ref.name} runs none.`, { about: ref }));
    return found(stopped || down ? 'certain' : 'likely', citations, {
      title: `kube-proxy is down on node ${ref.name}`,
      explanation: `kube-proxy writes the rules by which a node sends traffic for Services to pods. Without it, the rules on ${ref.name} are frozen: calls from its pods go to pods that are gone and miss new ones, and calls to Services made since then fail, although the node counts as ready.`,
      remedies: [
        look('See what runs on the node.', kubectl(ref, 'get', 'pods', '--all-namespaces', '-o', 'wide', '--field-selector', `spec.nodeName=${ref.name}`)),
        down
          ? fix('Let its DaemonSet make the kube-proxy pod again.', kubectl(podRef(down), 'delete', objectArg(podRef(down))), 'low')
          : fix(
              'On the machine, see why kube-proxy stopped and start it: systemctl status kube-proxy; journalctl -u kube-proxy -n 200; systemctl restart kube-proxy.',
              kubectl(ref, 'get', objectArg(ref), '-o', 'wide'),
              'none',
            ),
      ],
      since: earliest(stopped?.since, down?.status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime),
      affects: affected.slice(0, 200).map(podRef),
    });
  },
});

function isProxy({ metadata }: Pod): boolean {
  return (
    metadata.labels['k8s-app'] === 'kube-proxy' ||
    metadata.labels['component'] === 'kube-proxy' ||
    metadata.ownerReferences.some(({ name }) => name === 'kube-proxy')
  );
}

/** Whether a DaemonSet wants kube-proxy on more nodes than have it. */
async function isWanted(ask: AskFor<'daemonsets'>): Promise<boolean> {
  const sets = await ask(list('daemonsets', 'kube-system'));
  const set = sets.outcome === 'present' ? sets.data.find(({ metadata }) => metadata.name.startsWith('kube-proxy')) : undefined;
  return set !== undefined && set.status.currentNumberScheduled < set.status.desiredNumberScheduled;
}
