import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl } from '../support/kubectl.ts';
import { isReady, podRef } from '../support/pods.ts';
import { probeOf, probeTarget } from '../support/probes.ts';
import { asProtocol, resolveTargetPort, servedPorts } from '../support/served-ports.ts';
import { changedAt, podsBehind, selectsPods } from '../support/service-backends.ts';
import { fix, look } from '../support/workload-edits.ts';

export const serviceProtocolMismatch = defineRule({
  id: 'service-protocol-mismatch',
  code: 'ServiceProtocolMismatch',
  summary: 'a Service forwards another transport protocol (TCP, UDP, SCTP) than its pods speak on that port',
  about: 'Service',
  role: 'cause',
  symptoms: ['unavailable', 'errors', 'target-down', 'slow'],
  needs: ['pods'],
  references: [{ title: 'Kubernetes: Protocols for Services', url: 'https://kubernetes.io/docs/reference/networking/service-protocols/' }],

  async judge(service, ask) {
    const { object, ref, seenIn } = service;
    if (!selectsPods(object)) return notApplicable;
    const pods = await ask(list('pods', ref.namespace));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    const behind = podsBehind(object, pods.data);
    const [pod] = behind;
    if (!pod) return notApplicable;

    const verdicts = object.spec.ports.flatMap((port): readonly Verdict[] => {
      const spoken = asProtocol(port.protocol);
      const numbers = behind.flatMap(({ spec }) => resolveTargetPort(port.targetPort ?? port.port, spoken, spec) ?? namedAnywhere(port.targetPort, spec) ?? []);
      const declared = behind.flatMap(({ spec }) => servedPorts(spec)).filter((one) => numbers.includes(one.port) && one.by === 'declared');
      if (declared.length === 0 || declared.some(({ protocol }) => protocol === spoken)) return [];
      const other = declared[0]?.protocol ?? 'TCP';
      // Another port of the same Service may carry the right protocol, as DNS servers do.
      if (
        object.spec.ports.some((one) => one !== port && asProtocol(one.protocol) === other && (one.targetPort ?? one.port) === (port.targetPort ?? port.port))
      )
        return [];
      const probed = behind.find((one) => other === 'TCP' && isReady(one) && isProbed(one.spec, numbers));
      return [
        found(
          probed || callsItTcp(port.name, port.appProtocol) ? 'certain' : 'likely',
          [
            cite(seenIn, `Service ${ref.name} forwards ${spoken} on port ${port.port}.`, { about: ref, excerpt: fields({ 'spec.ports': object.spec.ports }) }),
            cite(pods, `Its pods declare port ${numbers[0]} for ${other}.`, {
              about: podRef(pod),
              excerpt: fields({ ports: pod.spec.containers.flatMap(({ ports }) => ports) }),
            }),
            ...(probed ? [cite(pods, `A probe reaches port ${numbers[0]} by TCP, and the pod is ready.`, { about: podRef(probed) })] : []),
          ],
          {
            title: `Service ${ref.name} forwards ${spoken} on port ${port.port}, but its pods speak ${other} on port ${numbers[0]}`,
            explanation: `For the cluster, ${port.port}/${spoken} and ${port.port}/${other} are different ports: ${other} connections to ${ref.name}:${port.port} are dropped or refused, although the pods are up and the Service has endpoints.`,
            remedies: [
              look('See the protocol of the Service.', kubectl(ref, 'get', `service/${ref.name}`, '-o', 'yaml')),
              fix(
                `Let it forward ${other}.`,
                kubectl(
                  ref,
                  'patch',
                  `service/${ref.name}`,
                  '--type=json',
                  '-p',
                  JSON.stringify([{ op: 'replace', path: `/spec/ports/${object.spec.ports.indexOf(port)}/protocol`, value: other }]),
                ),
              ),
            ],
            since: changedAt(object),
            affects: [ref],
          },
        ),
      ];
    });
    return verdicts.length > 0 ? verdicts : ruledOut(pods, `Service ${ref.name} forwards the transport protocols that its pods declare.`);
  },
});

/** A named port is looked up by name and protocol; by name alone it tells which port was meant. */
function namedAnywhere(target: number | string | undefined, spec: Parameters<typeof servedPorts>[0]): number | undefined {
  return servedPorts(spec).find(({ by, name }) => by === 'declared' && name !== undefined && name === target)?.port;
}

function isProbed(spec: Parameters<typeof servedPorts>[0], numbers: readonly number[]): boolean {
  return spec.containers.some((container) =>
    (['readiness', 'liveness'] as const).some((kind) => {
      const probe = probeOf(container, kind);
      const port = probe && probeTarget(container, probe);
      return port !== undefined && port.protocol !== 'exec' && port.number !== undefined && numbers.includes(port.number);
    }),
  );
}

/** Protocols that run over TCP only. */
function callsItTcp(name: string | undefined, appProtocol: string | undefined): boolean {
  return /^(?:grpc|http|https|http2|h2c|tcp|mysql|postgres|postgresql|mongo|redis|amqp|kafka|ws|wss)\b/i.test(appProtocol ?? name ?? '');
}
