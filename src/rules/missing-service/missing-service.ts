import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { clusterHost, serviceAt } from '../support/addresses.ts';
import { allAddresses, withoutCredentials } from '../support/caller-ports.ts';
import { earliest } from '../support/instants.ts';
import { kubectl } from '../support/kubectl.ts';
import { declaredPorts } from '../support/served-ports.ts';
import { makersOf } from '../support/service-backends.ts';
import { fix, look } from '../support/workload-edits.ts';

export const missingService = defineRule({
  id: 'missing-service',
  code: 'MissingService',
  summary: 'a workload is called by a name for which there is no Service',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['errors', 'unavailable', 'target-down'],
  needs: ['services', 'configmaps', 'deployments', 'statefulsets', 'daemonsets'],
  references: [{ title: 'Kubernetes: Debug Services', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/#does-the-service-exist' }],

  async judge(workload, ask) {
    const { ref } = workload;
    const services = await ask(list('services', ref.namespace));
    if (
      services.outcome !== 'present' ||
      ref.namespace === undefined ||
      workload.desired === 0 ||
      !['Deployment', 'StatefulSet', 'DaemonSet'].includes(ref.kind)
    )
      return notApplicable;
    if (services.data.length === 0 || services.data.some(({ metadata }) => metadata.name === ref.name)) return notApplicable;
    const maps = await ask(list('configmaps', ref.namespace));
    const makers = await makersOf(ref.namespace, ask);
    const callers = makers.flatMap((maker) =>
      allAddresses(maker, maps.outcome === 'present' ? maps.data : [])
        .filter(
          ({ host }) =>
            clusterHost(host, ref.namespace ?? '', [ref.namespace ?? ''])?.name === ref.name && !serviceAt(host, ref.namespace ?? '', services.data),
        )
        .map((address) => ({ maker, address })),
    );
    const [first] = callers;
    if (!first || callers.every(({ maker }) => maker.ref.name === ref.name)) return notApplicable;
    const names = [...new Set(callers.map(({ maker }) => maker.ref.name))];
    const port = first.address.port;
    const target = workload.template.spec.containers.flatMap(declaredPorts)[0]?.port;
    return found(
      'likely',
      [
        cite(services, `There is no Service ${ref.name}.`, { excerpt: services.data.map(({ metadata }) => metadata.name).join('\n') }),
        ...callers.slice(0, 3).map(({ maker, address }) =>
          cite(workload.seenIn, `${maker.ref.name} calls ${address.host}.`, {
            about: maker.ref,
            excerpt: `${address.where}${address.variable ? `=${withoutCredentials(address.variable.value)}` : ''}`,
          }),
        ),
      ],
      {
        title: `There is no Service ${ref.name}, though ${names.slice(0, 3).join(', ')} ${names.length === 1 ? 'calls' : 'call'} ${ref.kind} ${ref.name} by that name`,
        explanation: `The pods of ${ref.name} are there, but its name resolves to nothing: the Service was never created (a quota or an admission rule may have refused it) or was deleted.`,
        subject: { kind: 'Service', namespace: ref.namespace, name: ref.name },
        remedies: [
          look('See which Services there are, and whether a quota is in the way.', kubectl(ref, 'get', 'services,resourcequotas')),
          ...(port !== undefined && target !== undefined && ref.kind === 'Deployment'
            ? [fix(`Create the Service again.`, kubectl(ref, 'expose', `deployment/${ref.name}`, `--port=${port}`, `--target-port=${target}`), 'low')]
            : []),
        ],
        since: earliest(...callers.map(({ maker }) => maker.createdAt)),
        affects: [ref, ...callers.map(({ maker }) => maker.ref)],
      },
    );
  },
});
