import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided, type Verdict } from '../rule.ts';
import { missingPorts, withoutCredentials } from '../support/caller-ports.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl } from '../support/kubectl.ts';
import { changedAt, makersOf, selectsPods } from '../support/service-backends.ts';
import { fix, look } from '../support/workload-edits.ts';

export const servicePortMismatch = defineRule({
  id: 'service-port-mismatch',
  code: 'ServicePortMismatch',
  summary: 'a Service does not have the port at which its callers call it',
  about: 'Service',
  role: 'cause',
  symptoms: ['unavailable', 'errors', 'slow'],
  needs: ['pods', 'services', 'configmaps', 'deployments', 'statefulsets', 'daemonsets'],
  references: [{ title: 'Kubernetes: Defining a Service', url: 'https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service' }],

  async judge(service, ask) {
    const { object, ref, seenIn } = service;
    if (!selectsPods(object)) return notApplicable;
    const services = await ask(list('services', ref.namespace));
    const pods = await ask(list('pods', ref.namespace));
    if (services.outcome !== 'present' || pods.outcome !== 'present') return undecided('Services or pods could not be listed.');
    const self = services.data.find(({ metadata }) => metadata.name === ref.name);
    if (!self) return notApplicable;
    const configMaps = await ask(list('configmaps', ref.namespace));
    const makers = await makersOf(ref.namespace, ask);
    const wrong = missingPorts(self, makers, pods.data, configMaps.outcome === 'present' ? configMaps.data : [], services.data).filter(
      ({ blame }) => blame === 'service',
    );

    return wrong.map(({ port, callers }): Verdict => {
      const names = [...new Set(callers.map(({ maker }) => maker.ref.name))];
      const own = object.spec.ports.map((one) => one.port);
      return found(
        names.length > 1 ? 'certain' : 'likely',
        [
          cite(seenIn, `Service ${ref.name} has port ${own.join(', ')}.`, { about: ref, excerpt: fields({ 'spec.ports': object.spec.ports }) }),
          ...callers.slice(0, 3).map(({ maker, address }) =>
            cite(pods, `${maker.ref.kind} ${maker.ref.name} calls it at port ${port}.`, {
              about: maker.ref,
              excerpt: `${address.where}${address.variable ? `=${withoutCredentials(address.variable.value)}` : ''}`,
            }),
          ),
        ],
        {
          title: `Service ${ref.name} has port ${own.join(', ')}, but ${names.slice(0, 3).join(', ')} ${names.length === 1 ? 'calls' : 'call'} it at ${port}`,
          explanation: `A Service answers only at the ports that it lists. Nobody calls ${ref.name} at ${own.join(', ')}, while ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} set to port ${port}: connections there find nobody.`,
          remedies: [
            look('See the ports of the Service.', kubectl(ref, 'get', `service/${ref.name}`, '-o', 'wide')),
            fix(
              `Give the Service its port ${port} back.`,
              object.spec.ports.length === 1
                ? kubectl(
                    ref,
                    'patch',
                    `service/${ref.name}`,
                    '--type=json',
                    '-p',
                    JSON.stringify([{ op: 'replace', path: '/spec/ports/0/port', value: port }]),
                  )
                : kubectl(ref, 'edit', `service/${ref.name}`),
            ),
          ],
          since: changedAt(object),
          affects: [ref, ...callers.map(({ maker }) => maker.ref)],
        },
      );
    });
  },
});
