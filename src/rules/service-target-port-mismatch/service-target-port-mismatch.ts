import type { Present } from '#domain/evidence.ts';
import type { Citation, Confidence } from '#domain/finding.ts';
import type { ServicePort } from '#domain/kubernetes/network.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { list, log } from '#domain/question.ts';
import type { ServiceSubject } from '#domain/subject.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl } from '../support/kubectl.ts';
import { isReady, podRef } from '../support/pods.ts';
import { probeOf, probeTarget } from '../support/probes.ts';
import { asProtocol, loggedPorts, resolveTargetPort, servedPorts } from '../support/served-ports.ts';
import { changedAt, podsBehind, selectsPods } from '../support/service-backends.ts';
import { fix, look } from '../support/workload-edits.ts';

/** One reason to believe that a pod serves a port. */
interface Served {
  readonly port: number;
  readonly by: 'declared' | 'configured' | 'probe' | 'logged';
  readonly cite: Citation;
}

export const serviceTargetPortMismatch = defineRule({
  id: 'service-target-port-mismatch',
  code: 'ServiceTargetPortMismatch',
  summary: 'a Service sends its traffic to a port that its pods do not serve',
  about: 'Service',
  role: 'cause',
  symptoms: ['unavailable', 'errors', 'target-down', 'slow'],
  needs: ['pods', 'logs'],
  references: [
    { title: 'Kubernetes: Debug Services', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/#is-the-service-defined-correctly' },
  ],

  async judge(service, ask) {
    if (!selectsPods(service.object)) return notApplicable;
    const pods = await ask(list('pods', service.ref.namespace));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    const behind = podsBehind(service.object, pods.data);
    const [pod] = behind.toSorted((left, right) => Number(isReady(right)) - Number(isReady(left)));
    if (!pod) return notApplicable;
    const suspect = service.object.spec.ports.filter((port) => !isServed(port, behind));
    if (suspect.length === 0) return ruledOut(pods, `The pods behind Service ${service.ref.name} serve the ports that it sends traffic to.`);

    const served: Served[] = [...written(pods, behind)];
    for (const { name } of pod.spec.containers.slice(0, 4)) {
      const said = await ask(log(podRef(pod), name));
      if (said.outcome === 'present')
        served.push(
          ...loggedPorts(said.data).map(
            ({ port, line }): Served => ({
              port,
              by: 'logged',
              cite: cite(said, `Its log says that it listens on ${port}.`, { about: podRef(pod), excerpt: line }),
            }),
          ),
        );
    }
    return suspect.map((port) => judgePort(service, pods, behind, port, served));
  },
});

/** Whether some pod declares the target, is configured for it, or is probed on it. */
function isServed({ port, targetPort, protocol }: ServicePort, behind: readonly Pod[]): boolean {
  return behind.some(({ spec }) => {
    const target = [asProtocol(protocol), 'TCP' as const, 'UDP' as const]
      .map((one) => resolveTargetPort(targetPort ?? port, one, spec))
      .find((one) => one !== undefined);
    // Another protocol on the right port is another rule's matter.
    return target !== undefined && (servedPorts(spec).some((one) => one.port === target) || probedPorts(spec).includes(target));
  });
}

function probedPorts(spec: Pod['spec']): readonly number[] {
  return spec.containers.flatMap((container) =>
    (['readiness', 'liveness'] as const).flatMap((kind) => {
      const probe = probeOf(container, kind);
      return (probe && probeTarget(container, probe).number) ?? [];
    }),
  );
}

function written(pods: Present<readonly Pod[]>, behind: readonly Pod[]): readonly Served[] {
  const [pod] = behind;
  if (!pod) return [];
  const declared = servedPorts(pod.spec)
    .filter(({ protocol }) => protocol === 'TCP')
    .map(
      ({ port, by, where, container }): Served => ({
        port,
        by: by === 'declared' ? 'declared' : 'configured',
        cite: cite(pods, `Container ${container} has ${where}.`, { about: podRef(pod), excerpt: where }),
      }),
    );
  const probed = isReady(pod)
    ? [...new Set(probedPorts(pod.spec))].map(
        (port): Served => ({ port, by: 'probe', cite: cite(pods, `The pod is ready, and it is probed on port ${port}.`, { about: podRef(pod) }) }),
      )
    : [];
  return [...probed, ...declared];
}

function judgePort(service: ServiceSubject, pods: Present<readonly Pod[]>, behind: readonly Pod[], port: ServicePort, served: readonly Served[]): Verdict {
  const { ref, object, seenIn } = service;
  const target = port.targetPort ?? port.port;
  const named = typeof target === 'string' && !/^\d+$/.test(target);
  if (!named && served.some(({ port: one, by }) => one === Number(target) && by === 'logged'))
    return ruledOut(pods, `A program behind Service ${ref.name} says that it listens on ${target}.`);
  const taken = object.spec.ports.filter((one) => one !== port && isServed(one, behind)).map((one) => one.targetPort ?? one.port);
  const right = bestPort(
    served.filter((one) => !taken.includes(one.port)),
    port,
  );
  if (!right) return undecided(`Nothing tells which port the pods behind Service ${ref.name} serve.`);

  const names = behind.flatMap(({ spec }) => spec.containers.flatMap(({ ports }) => ports.flatMap(({ name }) => name ?? [])));
  const confidence: Confidence = named ? 'certain' : confidenceOf(right, object.spec.ports.length);
  const what = named
    ? `the port named "${target}", which no container of its pods defines${names.length > 0 ? ` (they define ${[...new Set(names)].slice(0, 5).join(', ')})` : ''}`
    : `port ${target}, where its pods do not listen`;
  return found(
    confidence,
    [
      cite(seenIn, `Service ${ref.name} sends port ${port.port} to targetPort ${target}.`, {
        about: ref,
        excerpt: fields({ 'spec.ports': object.spec.ports }),
      }),
      ...right.slice(0, 3).map((one) => one.cite),
    ],
    {
      title: `Service ${ref.name} sends its port ${port.port} to ${what}; they listen on ${right[0]?.port}`,
      explanation: `Every connection to ${ref.name}:${port.port} ends at a port where nobody listens and is refused, although the pods are up. targetPort must be the port (or the port's name) at which the program in the pods listens.`,
      remedies: [
        look('See where it sends its traffic.', kubectl(ref, 'get', 'endpointslices', '-l', `kubernetes.io/service-name=${ref.name}`)),
        fix(
          `Set targetPort of port ${port.port} to ${right[0]?.port}.`,
          kubectl(
            ref,
            'patch',
            `service/${ref.name}`,
            '-p',
            JSON.stringify({ spec: { ports: [{ port: port.port, ...(port.protocol ? { protocol: port.protocol } : {}), targetPort: right[0]?.port }] } }),
          ),
        ),
      ],
      since: changedAt(object),
      affects: [ref],
    },
  );
}

/** All reasons for the port that the Service most likely means: of its name, of its own number, else the one with the most reasons. */
function bestPort(served: readonly Served[], { port }: ServicePort): readonly Served[] | undefined {
  const ranked = [...Map.groupBy(served, (one) => one.port).values()].toSorted((left, right) => weight(right, port) - weight(left, port));
  return ranked[0];
}

function weight(reasons: readonly Served[], port: number): number {
  const kinds = new Set(reasons.map(({ by }) => by));
  return kinds.size + (kinds.has('probe') || kinds.has('logged') ? 2 : 0) + (reasons[0]?.port === port ? 2 : 0);
}

/** A port need not be declared to be served: only a program that is seen to listen elsewhere, or a Service with this one port, makes it sure. */
function confidenceOf(right: readonly Served[], ports: number): Confidence {
  const seen = right.some(({ by }) => by === 'probe' || by === 'logged');
  if (seen && right.length >= 2) return ports === 1 ? 'certain' : 'likely';
  return ports === 1 && (seen || right.length >= 2 || right.some(({ by }) => by === 'declared')) ? 'likely' : 'possible';
}
