import type { Confidence } from '#domain/finding.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { cpuUseOf, isAtLimit, isHeldBack } from '../support/cpu-use.ts';
import { earliest } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { latenciesOf } from '../support/latencies.ts';
import { nodeProbe } from '../support/node-probes.ts';
import { podRef } from '../support/pods.ts';
import { isOrigin, slownessOf, slowOnNode } from '../support/slowness.ts';
import { look } from '../support/workload-edits.ts';
import { podDelayByAlerts } from './delay-by-alerts.ts';

export const podNetworkDelay = defineRule({
  id: 'pod-network-delay',
  code: 'PodNetworkDelay',
  summary: 'the pods of one workload answer slowly though they do not work more and nothing that they call is slow: their network is delayed',
  about: 'Workload',
  role: 'cause',
  symptoms: ['slow', 'errors'],
  needs: ['pods', 'nodes', 'services', 'configmaps', 'deployments', 'statefulsets', 'daemonsets', 'metrics', 'alerts'],
  references: [{ title: 'Linux: network emulation and queueing (tc-netem)', url: 'https://man7.org/linux/man-pages/man8/tc-netem.8.html' }],

  async judge(workload, ask, circumstances) {
    const { ref } = workload;
    if (ref.namespace === undefined || !['Deployment', 'StatefulSet', 'DaemonSet'].includes(ref.kind)) return notApplicable;
    if ((await latenciesOf(ask, circumstances)).length === 0) return podDelayByAlerts(workload, ask);
    const slowness = await slownessOf(ref.namespace, ask, circumstances);
    const own = slowness?.slow.get(ref.name);
    if (!slowness || !own) return notApplicable;
    const [worst] = own.latencies.toSorted((left, right) => right.rise.after - left.rise.after);
    if (!worst) return notApplicable;
    if (!isOrigin(ref.name, slowness)) return ruledOut(worst.fact, `${ref.name} is slow because of what it calls, or of who calls it.`);
    const nodes = await ask(list('nodes'));
    for (const name of own.node.nodes) {
      const machine = nodes.outcome === 'present' ? nodes.data.find(({ metadata }) => metadata.name === name) : undefined;
      const probe = machine && (await nodeProbe(machine, ask, circumstances));
      if (probe?.rise) return ruledOut(probe.fact, `The network of node ${name}, where ${ref.name} runs, is delayed.`);
      // Where the node answers probes as ever, what is slow beside it calls it.
      if (!probe && slowOnNode(name, slowness).length > 0) return undecided(`Most of what runs beside ${ref.name} is slow too.`);
    }
    const uses = await cpuUseOf(ref.namespace, own.node.pods, ask, circumstances);
    const busy = uses?.find((use) => (use.rise && isAtLimit(use)) || isHeldBack(use));
    if (busy) return ruledOut(busy.fact, `${ref.name} is slow because it uses all the CPU it is allowed.`);
    if (own.node.pods.some(({ status }) => status.containerStatuses.some(({ ready }) => !ready)))
      return undecided(`Pods of ${ref.name} are not ready, which makes it slow too.`);

    const unseen = [...own.node.calls].filter((name) => !slowness.measured.has(name));
    const confidence: Confidence = uses && unseen.length === 0 ? 'likely' : 'possible';
    const [from, to] = [Math.round(worst.rise.before), Math.round(worst.rise.after)];
    const [use] = uses ?? [];
    return found(
      confidence,
      [
        cite(worst.fact, `Answers of ${ref.name} (${worst.measure}) went from ${from} ms to ${to} ms.`, {
          about: ref,
          excerpt: `${worst.measure} of ${worst.service}: ${worst.rise.before.toFixed(1)} ms before, ${worst.rise.after.toFixed(1)} ms from ${worst.rise.since}`,
        }),
        ...(use
          ? [
              cite(use.fact, 'It uses no more processor time than before.', {
                about: ref,
                excerpt: uses?.map(({ container, high, pod }) => `${pod.metadata.name} ${container}: ${high.toFixed(3)} cores at most`).join('\n') ?? '',
              }),
            ]
          : []),
      ],
      {
        title: `${ref.name} answers in ${to} ms instead of ${from} ms though it is not busier and nothing that it calls is slow: its pods' network is delayed`,
        explanation: `The delay begins at ${ref.name}: ${own.node.calls.size === 0 ? 'it calls nothing' : 'what it calls became no slower in a way that explains it'}, its CPU use did not rise, and other pods of its node are not affected. What remains is the way of its packets (a delay on the interface of the pod, a network policy or mesh proxy in the way, packet loss), or a wait inside the program that uses no processor (locks, disk, something outside).`,
        remedies: [
          look('See where its pods run, and whether they were restarted.', kubectl(ref, 'get', 'pods', '-o', 'wide')),
          look('If one pod is slow, let its controller make another one, elsewhere if need be, and compare.', kubectl(ref, 'describe', objectArg(ref))),
        ],
        since: earliest(...own.latencies.map(({ rise }) => rise.since)),
        affects: own.node.pods.slice(0, 50).map(podRef),
      },
    ) satisfies Verdict;
  },
});
