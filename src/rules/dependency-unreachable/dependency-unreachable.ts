import type { Present } from '#domain/evidence.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { Workload } from '#domain/subject.ts';
import { cite, defineRule, type Found, found, notApplicable } from '../rule.ts';
import { complaintSince, type DependencyClue, dependencyClues, dependencyText } from '../support/dependency.ts';
import { secondsBetween } from '../support/instants.ts';
import { kubectl } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { isReady, podRef } from '../support/pods.ts';
import { podsBehind, selectsPods, serviceRef } from '../support/service-backends.ts';
import { look } from '../support/workload-edits.ts';

/** At most this many dependencies of one workload are reported. */
const MOST = 4;
const STEADY_SECONDS = 1800;

export const dependencyUnreachable = defineRule({
  id: 'dependency-unreachable',
  code: 'DependencyUnreachable',
  summary: 'a workload gets no connection to something that it depends on',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['errors', 'restarting', 'not-ready', 'unavailable', 'slow'],
  needs: ['pods', 'services', 'logs', 'configmaps', 'namespaces'],
  references: [{ title: 'Kubernetes: Debug Services', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/' }],

  async judge(workload, ask, circumstances) {
    const told = await dependencyClues(workload, ['connection-refused', 'timeout', 'unreachable', 'unavailable', 'dns'], ask, circumstances);
    if (!told) return notApplicable;
    const named = told.clues.filter(
      (one) =>
        (one.target.host !== undefined || one.target.service !== undefined || one.clue.kind === 'connection-refused') && !isAsEver(one, circumstances.onset),
    );
    const byTarget = new Map(named.toReversed().map((one) => [dependencyText(one.target, one.clue.source), one]));
    return [...byTarget.values()]
      .toReversed()
      .slice(0, MOST)
      .map((one) =>
        claim(workload, one, {
          around: told.around,
          pods: told.pods.outcome === 'present' ? told.pods : undefined,
          services: told.services.outcome === 'present' ? told.services : undefined,
        }),
      );
  },
});

/** A pod that is well and complained of something outside long before the trouble began: every cluster has such lines, and what is as ever explains nothing new. */
function isAsEver({ error, pod, target }: DependencyClue, onset: string): boolean {
  return target.service === undefined && isReady(pod) && (secondsBetween(error.firstAt, onset) ?? 0) > STEADY_SECONDS;
}

interface Lists {
  readonly around: readonly Pod[];
  readonly pods: Present<readonly Pod[]> | undefined;
  readonly services: Present<readonly Service[]> | undefined;
}

function claim(workload: Workload, one: DependencyClue, { around, pods, services }: Lists): Found {
  const { clue, error, fact, pod, target } = one;
  const { ref } = workload;
  const { service } = target;
  const who = dependencyText(target, clue.source);
  const behind = service && pods ? podsBehind(service, around) : [];
  const ready = behind.filter(isReady).length;
  const state =
    service && selectsPods(service)
      ? behind.length === 0
        ? 'it has no pods'
        : ready === 0
          ? `none of its ${behind.length} pods is ready`
          : `${ready} of its ${behind.length} pods are ready`
      : undefined;
  const doing = clue.kind === 'dns' ? 'cannot resolve' : clue.kind === 'timeout' ? 'waits in vain for' : 'gets no connection to';
  return found(
    service && ready === 0 ? 'likely' : 'possible',
    [
      cite(fact, `${ref.name} ${doing} ${who}.`, { about: podRef(pod), excerpt: errorText(error) }),
      ...(service && services ? [cite(services, `${who} is there.`, { about: serviceRef(service) })] : []),
      ...(state && pods ? [cite(pods, `Of ${service?.metadata.name}: ${state}.`)] : []),
    ],
    {
      title: `${ref.name} ${doing} ${who}${state ? `: ${state}` : ''}`,
      explanation: `${ref.name} fails because of what it depends on: ${clue.quote.slice(0, 300)}`,
      ...(service && ready === 0 ? { subject: serviceRef(service) } : {}),
      remedies: [
        service
          ? look(
              'See whether the dependency has endpoints.',
              kubectl(serviceRef(service), 'get', 'endpointslices', '-l', `kubernetes.io/service-name=${service.metadata.name}`),
            )
          : look('Read what it says.', kubectl(ref, 'logs', pod.metadata.name, '-c', one.container, '--tail=100')),
      ],
      since: complaintSince(one),
      affects: [podRef(pod), ref],
    },
  );
}
