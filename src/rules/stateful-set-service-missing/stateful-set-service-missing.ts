import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { saidClues } from '../support/called-logs.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { isReady, podRef, podsOf } from '../support/pods.ts';
import { fix, look } from '../support/workload-edits.ts';

export const statefulSetServiceMissing = defineRule({
  id: 'stateful-set-service-missing',
  code: 'HeadlessServiceMissing',
  summary: 'the Service that gives the pods of a StatefulSet their names does not exist, so they do not find each other',
  about: 'Workload',
  role: 'cause',
  symptoms: ['not-ready', 'restarting', 'errors', 'unavailable'],
  needs: ['statefulsets', 'services', 'pods', 'logs'],
  references: [
    { title: 'Kubernetes: StatefulSet, Stable Network ID', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id' },
  ],

  async judge(workload, ask) {
    const { ref } = workload;
    if (ref.kind !== 'StatefulSet' || workload.desired === 0) return notApplicable;
    const sets = await ask(list('statefulsets', ref.namespace));
    if (sets.outcome !== 'present') return sets.outcome === 'unavailable' ? undecided(sets) : notApplicable;
    const name = sets.data.find(({ metadata }) => metadata.name === ref.name)?.spec.serviceName;
    if (!name) return notApplicable;
    const services = await ask(list('services', ref.namespace));
    // A list without a single Service is one that was not taken.
    if (services.outcome !== 'present' || services.data.length === 0) return services.outcome === 'unavailable' ? undecided(services) : notApplicable;
    if (services.data.some(({ metadata }) => metadata.name === name)) return ruledOut(services, `Service ${name} of StatefulSet ${ref.name} exists.`);
    const pods = podsOf(workload, await ask(list('pods', ref.namespace)));
    const own = pods.outcome === 'present' ? pods.data : [];
    const said = (await saidClues(own, ask)).find(({ clue }) => clue.kind === 'dns' && (clue.host ?? '').split('.').includes(name));
    // Many programs never use these names: then nothing is wrong.
    if (!said)
      return own.every(isReady)
        ? notApplicable
        : undecided(`StatefulSet ${ref.name} names Service ${name}, which does not exist; nothing tells that its pods need it.`);
    return found(
      'certain',
      [
        cite(sets, `StatefulSet ${ref.name} names Service ${name}.`, { about: ref, excerpt: fields({ serviceName: name }) }),
        cite(services, `There is no Service ${name}.`, {
          excerpt: services.data
            .slice(0, 40)
            .map(({ metadata }) => metadata.name)
            .join('\n'),
        }),
        cite(said.fact, 'A pod looks for another by that name in vain.', { about: podRef(said.pod), excerpt: errorText(said.error) }),
      ],
      {
        title: `StatefulSet ${ref.name} names Service ${name} (spec.serviceName), which does not exist`,
        explanation: `Its pods are to be found as ${ref.name}-0.${name} and so on; the DNS knows these names through that headless Service only. Members that look for each other find nobody.`,
        remedies: [
          look('See which Services there are.', kubectl(ref, 'get', 'services')),
          fix(`Make the headless Service ${name} (clusterIP: None) that selects these pods.`, kubectl(ref, 'get', objectArg(ref), '-o', 'yaml'), 'none'),
        ],
        since: workload.createdAt,
        affects: own.filter((pod) => !isReady(pod)).map(podRef),
      },
    );
  },
});
