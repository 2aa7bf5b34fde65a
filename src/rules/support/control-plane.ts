import type { Evidence } from '#domain/evidence.ts';
import type { Citation } from '#domain/finding.ts';
import type { Lease, Node } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { type AskFor, type Circumstances, cite } from '../rule.ts';
import { fields } from './excerpt.ts';
import { earliest, isRecent, secondsBetween } from './instants.ts';
import { isControlPlane, nodeRef, stoppedUnit, unitQuestion } from './node-facts.ts';
import { isReady, podRef } from './pods.ts';

/** What tells that a component of the control plane does not work, and on which node. */
export interface ComponentTrouble {
  readonly citations: readonly Citation[];
  readonly since: string | undefined;
  /** The node to go to; undefined when the control plane cannot be seen from here. */
  readonly node: ObjectRef | undefined;
  /** The pod of the component, where it runs as one. */
  readonly pod: ObjectRef | undefined;
}

/** A leader renews its lease every 2 seconds and loses it after 15; this is well beyond both. */
const STALE_SECONDS = 60;

/**
 * Looks at a component that runs as a static pod, as a service of the machine, or out of sight: its pod, its unit, its leader's lease. An empty list of citations means
 * that nothing speaks against it, not that it works. With several replicas one that is down is no outage: every one that is seen must be down.
 */
export async function lookAtComponent(
  component: 'kube-scheduler' | 'kube-controller-manager',
  ask: AskFor<'pods' | 'nodes' | 'leases' | 'metrics'>,
  circumstances: Circumstances,
): Promise<ComponentTrouble> {
  const nodes = await ask(list('nodes'));
  const known = nodes.outcome === 'present' ? nodes.data : [];
  const units = await ask(unitQuestion(circumstances));
  const stopped = known.flatMap((node) => {
    const unit = stoppedUnit(units, node, [component]);
    return unit ? [{ node, unit }] : [];
  });
  const running = units.outcome === 'present' ? units.data.filter(({ labels }) => labels['name'] === `${component}.service`).length - stopped.length : 0;
  const pods = await ask(list('pods', 'kube-system'));
  const own = pods.outcome === 'present' ? pods.data.filter((pod) => isComponent(pod, component)) : [];
  const down = own.filter((pod) => !isReady(pod) && !isRecent(pod.metadata.creationTimestamp, circumstances.now, STALE_SECONDS));
  const leases = await ask(list('leases', 'kube-system'));
  const lease = staleLease(component, leases, circumstances.now);

  const citations: Citation[] = [];
  if (running <= 0)
    for (const { node, unit } of stopped)
      citations.push(cite(unit.fact, `Service ${component} stopped on node ${node.metadata.name}.`, { about: nodeRef(node), excerpt: unit.excerpt }));
  if (pods.outcome === 'present' && down.length > 0 && down.length === own.length) {
    for (const pod of down) {
      citations.push(
        cite(pods, `Pod ${pod.metadata.name} is not ready.`, {
          about: podRef(pod),
          excerpt: fields({ phase: pod.status.phase, containers: pod.status.containerStatuses.map(({ state, restartCount }) => ({ state, restartCount })) }),
        }),
      );
    }
  }
  if (lease && leases.outcome === 'present') {
    citations.push(
      cite(leases, `Its leader last renewed the lease ${Math.round(lease.silent)} s before.`, {
        about: { kind: 'Lease', namespace: 'kube-system', name: component },
        excerpt: fields({ ...lease.lease.spec }),
      }),
    );
  }
  return {
    citations,
    since: earliest(
      ...stopped.map(({ unit }) => unit.since),
      lease?.lease.spec.renewTime,
      ...down.map(({ status }) => status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime),
    ),
    node: placeOf(known, stopped[0]?.node, down[0], lease?.lease.spec.holderIdentity),
    pod: down[0] && podRef(down[0]),
  };
}

function isComponent({ metadata }: Pod, component: string): boolean {
  return metadata.labels['component'] === component || metadata.labels['k8s-app'] === component || metadata.name.startsWith(`${component}-`);
}

/** A lease that is older than it can be while its leader lives; other leases that are fresh show that it is not the clock. */
function staleLease(name: string, leases: Evidence<readonly Lease[]>, now: string): { readonly lease: Lease; readonly silent: number } | undefined {
  if (leases.outcome !== 'present') return undefined;
  const lease = leases.data.find(({ metadata }) => metadata.name === name);
  const silent = secondsBetween(lease?.spec.renewTime, now);
  const othersFresh = leases.data.some((other) => other !== lease && isRecent(other.spec.renewTime, now, STALE_SECONDS));
  return lease && silent !== undefined && silent > STALE_SECONDS && othersFresh ? { lease, silent } : undefined;
}

/** The node of the stopped service, of the pod, or of the last leader (its identity begins with the host name); else the only node of the control plane. */
function placeOf(nodes: readonly Node[], stopped: Node | undefined, pod: Pod | undefined, holder: string | undefined): ObjectRef | undefined {
  const named = nodes.find(({ metadata }) => metadata.name === pod?.spec.nodeName || (holder !== undefined && holder.split('_')[0] === metadata.name));
  const planes = nodes.filter(isControlPlane);
  const node = stopped ?? named ?? planes[0];
  return node && nodeRef(node);
}
