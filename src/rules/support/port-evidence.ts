import type { Evidence, Fact, Present } from '#domain/evidence.ts';
import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ReplicaSet } from '#domain/kubernetes/workload.ts';
import type { LogLines } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { matchesLabels } from '#lib/label-selector.ts';
import { earlierContainer } from './earlier-template.ts';
import { eventsOf } from './events.ts';
import { secondsBetween } from './instants.ts';
import { type ContainerView, podRef } from './pods.ts';
import { failedProbe, type ProbeKind, patienceSeconds, probeOf, probeTarget } from './probes.ts';
import { asProtocol, loggedPorts, resolveTargetPort, servedPorts } from './served-ports.ts';

/** One reason to believe that a program answers at a port of a pod. */
export interface PortReason {
  readonly port: number;
  readonly by: 'declared' | 'configured' | 'logged' | 'probe' | 'service' | 'earlier';
  readonly text: string;
  readonly fact: Fact;
  readonly excerpt?: string;
}

export interface PortSources {
  readonly pods: Present<readonly Pod[]>;
  readonly services: Evidence<readonly Service[]>;
  readonly replicaSets: Evidence<readonly ReplicaSet[]>;
  readonly log: Evidence<LogLines>;
  readonly workload: Workload;
  readonly events: Evidence<readonly KubernetesEvent[]>;
  readonly now: string;
}

/**
 * Everything that tells on which ports the programs of a container's pod answer, except the probe under suspicion itself: declared ports, own environment and
 * arguments, what the program logged, its other probes that succeed, Services in front of it, the same probe in the revision before.
 */
export function portReasons(kind: ProbeKind, view: ContainerView, sources: PortSources): readonly PortReason[] {
  const { pods, services, replicaSets, log, workload } = sources;
  const { pod, spec } = view;
  const written = servedPorts(pod.spec)
    .filter(({ protocol }) => protocol === 'TCP')
    .map(
      ({ port, by, where, container }): PortReason => ({
        port,
        by: by === 'declared' ? 'declared' : 'configured',
        text: `Container ${container} has ${where}.`,
        fact: pods,
        excerpt: where,
      }),
    );
  const logged =
    log.outcome === 'present'
      ? loggedPorts(log.data).map(
          ({ port, line }): PortReason => ({ port, by: 'logged', text: `Its log says that it listens on ${port}.`, fact: log, excerpt: line }),
        )
      : [];
  return [
    ...written,
    ...logged,
    ...probesThatSucceed(kind, view, sources),
    ...servicesInFront(pod, services),
    ...earlierProbe(kind, spec.name, workload, replicaSets),
  ];
}

function probesThatSucceed(kind: ProbeKind, view: ContainerView, sources: PortSources): readonly PortReason[] {
  return OTHERS.flatMap((other): readonly PortReason[] => {
    const probe = probeOf(view.spec, other);
    const port = probe && probeTarget(view.spec, probe).number;
    if (other === kind || port === undefined || !probeSucceeds(other, view, sources)) return [];
    return [{ port, by: 'probe', text: `The ${other} probe of the same container succeeds on port ${port}.`, fact: sources.pods }];
  });
}

const OTHERS: readonly ProbeKind[] = ['readiness', 'liveness'];

/**
 * Whether a probe of a running container passes: readiness shows in the status; liveness has passed when the container ran for longer than the probe is
 * patient, was never restarted, and no failure was reported.
 */
export function probeSucceeds(kind: ProbeKind, { status, pod, spec }: ContainerView, { events, now }: Pick<PortSources, 'events' | 'now'>): boolean {
  const probe = probeOf(spec, kind);
  if (!probe || !status?.state.running) return false;
  if (kind === 'readiness') return status.ready;
  const about = eventsOf(podRef(pod), events);
  if (about.outcome !== 'present' || about.data.some((event) => failedProbe(event) === kind)) return false;
  const ranFor = secondsBetween(status.state.running.startedAt, now);
  return status.restartCount === 0 && ranFor !== undefined && ranFor > patienceSeconds(probe) + 5;
}

function servicesInFront(pod: Pod, services: Evidence<readonly Service[]>): readonly PortReason[] {
  if (services.outcome !== 'present') return [];
  return services.data
    .filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.metadata.namespace && Object.keys(spec.selector).length > 0 && matchesLabels(spec.selector, pod.metadata.labels),
    )
    .flatMap(({ metadata, spec }) =>
      spec.ports.flatMap(({ port, targetPort, protocol }): readonly PortReason[] => {
        const target = resolveTargetPort(targetPort ?? port, asProtocol(protocol), pod.spec);
        if (target === undefined || asProtocol(protocol) !== 'TCP') return [];
        return [
          {
            port: target,
            by: 'service',
            text: `Service ${metadata.name} sends its traffic to port ${target}.`,
            fact: services,
            excerpt: `targetPort: ${targetPort ?? port}`,
          },
        ];
      }),
    );
}

function earlierProbe(kind: ProbeKind, name: string, workload: Workload, replicaSets: Evidence<readonly ReplicaSet[]>): readonly PortReason[] {
  if (replicaSets.outcome !== 'present') return [];
  const container = earlierContainer(workload, replicaSets.data, name);
  const probe = container && probeOf(container, kind);
  const port = container && probe && probeTarget(container, probe).number;
  return port === undefined ? [] : [{ port, by: 'earlier', text: `In the revision before, the ${kind} probe asked port ${port}.`, fact: replicaSets }];
}
