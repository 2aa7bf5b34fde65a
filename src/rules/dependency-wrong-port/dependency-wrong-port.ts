import type { Pod } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, type Verdict } from '../rule.ts';
import { isStorePort, judgeAddresses } from '../support/astray-address.ts';
import { forwardsPorts } from '../support/caller-ports.ts';
import { complaintSince, type DependencyClue, dependencyClues } from '../support/dependency.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { isReady, podRef } from '../support/pods.ts';
import { isRouted, routeSources } from '../support/route-sources.ts';
import { servedPorts } from '../support/served-ports.ts';
import { podsBehind, serviceRef } from '../support/service-backends.ts';
import { editWorkload, fix, hasTemplate, look, rollBack } from '../support/workload-edits.ts';

export const dependencyWrongPort = defineRule({
  id: 'dependency-wrong-port',
  code: 'DependencyWrongPort',
  summary: 'a workload calls its database or another dependency at a port where that does not listen',
  about: 'Workload',
  role: 'cause',
  symptoms: ['errors', 'restarting', 'not-ready', 'unavailable'],
  needs: ['pods', 'services', 'logs', 'configmaps', 'replicasets', 'deployments', 'statefulsets', 'daemonsets', 'namespaces'],
  references: [{ title: 'Kubernetes: Debug Services', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/' }],

  async judge(workload, ask, circumstances) {
    const written = [await judgeAddresses(workload, ask, isStorePort)].flat();
    if (written.some(({ verdict }) => verdict === 'found')) return written;
    const told = await dependencyClues(workload, ['connection-refused', 'timeout', 'unreachable', 'unavailable'], ask, circumstances);
    if (told?.services.outcome !== 'present' || told.pods.outcome !== 'present') return notApplicable;
    const pods = told.around;
    const named = told.clues.filter(({ target }) => target.service !== undefined && target.port !== undefined);
    // What the readable environment says is judged above, here or by the rule for addresses, but for other namespaces and headless Services; the routes of a gateway, by the rule for them.
    const maps = await ask(list('configmaps', workload.ref.namespace));
    const sources = routeSources(workload.template.spec, maps.outcome === 'present' ? maps.data : []);
    const services = told.services.data;
    const routed = ({ target }: DependencyClue) =>
      target.service !== undefined && isRouted(sources, workload.ref.namespace ?? '', services, target.service, target.port);
    const unjudged = ({ target: { address, service }, clue }: DependencyClue) =>
      !address || (service && (service.metadata.namespace !== workload.ref.namespace || (clue.kind === 'connection-refused' && !forwardsPorts(service))));
    const wrong = named.find((one) => unjudged(one) && !routed(one) && portsOf(one, pods) !== undefined && !portsOf(one, pods)?.includes(one.target.port ?? 0));
    if (!wrong) return named[0] ? ruledOut(named[0].fact, `${workload.ref.name} calls its dependencies at ports that they have.`) : notApplicable;

    const { clue, error, fact, pod, target } = wrong;
    const service = target.service;
    if (!service) return notApplicable;
    const own = portsOf(wrong, pods) ?? [];
    const { ref } = workload;
    const up = podsBehind(service, pods).some(isReady);
    return found(
      up ? 'certain' : 'likely',
      [
        cite(fact, `${ref.name} gets no connection to ${service.metadata.name} at port ${target.port}.`, { about: podRef(pod), excerpt: errorText(error) }),
        cite(told.services, `Service ${service.metadata.name} has port ${own.join(', ')}.`, {
          about: serviceRef(service),
          excerpt: service.spec.ports.map(({ name, port, targetPort }) => `${name ?? ''} ${port} -> ${targetPort ?? port}`).join('\n'),
        }),
      ],
      {
        title: `${ref.name} calls ${service.metadata.name} at port ${target.port}, but ${service.metadata.name} listens on ${own.join(', ')}`,
        explanation: `${service.metadata.name}${up ? ' is up and' : ''} answers at port ${own.join(', ')} only; at ${target.port} nobody does (${clue.kind}). The port in the settings of ${ref.name} is wrong.`,
        remedies: [
          look(
            'See what it is set to.',
            hasTemplate(ref) ? kubectl(ref, 'set', 'env', objectArg(ref), '--list') : kubectl(ref, 'get', objectArg(ref), '-o', 'yaml'),
          ),
          ...rollBack(ref),
          fix(`Set the port for ${service.metadata.name} to ${own[0]}.`, editWorkload(ref)),
        ],
        since: complaintSince(wrong),
        affects: [podRef(pod)],
      },
    ) satisfies Verdict;
  },
});

/** The ports at which a dependency answers: those of its Service; for a headless one, those of its pods. Undefined when nothing tells. */
function portsOf({ target }: DependencyClue, pods: readonly Pod[]): readonly number[] | undefined {
  const { service } = target;
  if (!service) return undefined;
  const behind = podsBehind(service, pods).flatMap(({ spec }) => servedPorts(spec).map(({ port }) => port));
  // A dial to a pod's own address names the pod's port.
  const own = service.spec.ports.flatMap(({ port, targetPort }) => (typeof targetPort === 'number' ? [port, targetPort] : [port]));
  const all = [...new Set([...own, ...(forwardsPorts(service) && target.host === service.metadata.name ? [] : behind)])];
  return all.length > 0 ? all : undefined;
}
