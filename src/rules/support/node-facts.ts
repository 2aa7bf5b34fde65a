import type { Evidence, Present } from '#domain/evidence.ts';
import type { Lease, Node } from '#domain/kubernetes/cluster.ts';
import type { Condition } from '#domain/kubernetes/meta.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import type { Series, SeriesQuestion } from '#domain/question.ts';
import { latest, tidy } from '#lib/series.ts';
import type { Circumstances } from '../rule.ts';
import { instant, secondsBetween } from './instants.ts';

export function nodeRef({ metadata }: Node): ObjectRef {
  return { kind: 'Node', name: metadata.name, uid: metadata.uid };
}

export function readyCondition({ status }: Node): Condition | undefined {
  return status.conditions.find(({ type }) => type === 'Ready');
}

/** Nodes that run the control plane, by the labels that kubeadm and others give them. */
export function isControlPlane({ metadata }: Node): boolean {
  const { labels } = metadata;
  return 'node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels || labels['kubernetes.io/role'] === 'master';
}

/** The pods on a node, which suffer with it. */
export function podsOn(name: string, pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(({ spec, status }) => spec.nodeName === name && status.phase !== 'Succeeded' && status.phase !== 'Failed');
}

/** Seconds since a lease was last renewed; undefined when there is no such lease. */
export function silentSeconds(leases: Evidence<readonly Lease[]>, name: string, now: string): number | undefined {
  if (leases.outcome !== 'present') return undefined;
  return secondsBetween(leases.data.find(({ metadata }) => metadata.name === name)?.spec.renewTime, now);
}

/** How far back the state of units is read: enough to see when one stopped. */
const LOOK_BACK_MS = 3_600_000;

/** node_exporter's systemd collector about what runs a node and the control plane; one question for the whole cluster. https://github.com/prometheus/node_exporter#disabled-by-default */
export function unitQuestion({ now, onset }: Circumstances): SeriesQuestion {
  const from = Math.min(instant(onset) ?? Date.parse(now), Date.parse(now)) - LOOK_BACK_MS;
  return {
    about: 'series',
    topic: 'metrics',
    metric: 'node_systemd_unit_state',
    matchers: [
      { label: 'name', op: '=~', value: '(kubelet|containerd|crio|docker|kube-proxy|kube-scheduler|kube-controller-manager|kube-apiserver|etcd)\\.service' },
      { label: 'state', op: '=', value: 'active' },
    ],
    from: new Date(from).toISOString(),
    to: new Date(Date.parse(now)).toISOString(),
    stepSeconds: 30,
  };
}

/** A unit that runs no more. */
export interface StoppedUnit {
  readonly unit: string;
  /** When it was first seen stopped. */
  readonly since: string;
  readonly fact: Present<readonly Series[]>;
  readonly excerpt: string;
}

/** Whether a unit on a node was running and is not now. A unit that never ran in the time looked at is one that this node does not use. */
export function stoppedUnit(units: Evidence<readonly Series[]>, node: Node, names: readonly string[]): StoppedUnit | undefined {
  if (units.outcome !== 'present') return undefined;
  for (const series of units.data) {
    const unit = (series.labels['name'] ?? '').replace(/\.service$/, '');
    if (!names.includes(unit) || series.labels['state'] !== 'active' || !isOfNode(series.labels, node)) continue;
    const samples = tidy(series.samples);
    const ran = samples.findLastIndex(({ value }) => value === 1);
    const first = samples[ran + 1];
    if (latest(samples) !== 0 || ran < 0 || !first) continue;
    const since = new Date(first.at).toISOString();
    return {
      unit,
      since,
      fact: units,
      excerpt: `node_systemd_unit_state{name="${unit}.service",state="active"} 1 until ${new Date(samples[ran]?.at ?? first.at).toISOString()}, 0 from ${since}`,
    };
  }
  return undefined;
}

/**
 * Whether a unit is loaded on a node and does not run, while it runs on all other nodes that have it, at least two: what stopped it may lie before what was measured.
 * A node that makes do without it does not load it.
 */
export function idleUnit(
  units: Evidence<readonly Series[]>,
  node: Node,
  name: string,
): { readonly fact: Present<readonly Series[]>; readonly excerpt: string } | undefined {
  if (units.outcome !== 'present') return undefined;
  const all = units.data.filter(({ labels, samples }) => labels['name'] === `${name}.service` && labels['state'] === 'active' && samples.length > 0);
  const own = all.filter(({ labels }) => isOfNode(labels, node));
  const others = all.filter((one) => !own.includes(one));
  const runs = ({ samples }: Series) => latest(tidy(samples)) === 1;
  if (own.length === 0 || own.some(runs) || others.length < 2 || !others.every(runs)) return undefined;
  return {
    fact: units,
    excerpt: `node_systemd_unit_state{name="${name}.service",state="active"} 0 on ${node.metadata.name}, 1 on ${others.length} other nodes`,
  };
}

/** Whether a series is about a node: by a label that names it, or by the address it was scraped at. */
export function isOfNode(labels: Readonly<Record<string, string>>, { metadata, status }: Node): boolean {
  const named = labels['node'] ?? labels['nodename'] ?? labels['kubernetes_node'];
  if (named !== undefined) return named === metadata.name;
  const host = (labels['instance'] ?? '').replace(/:\d+$/, '');
  return host !== '' && (host === metadata.name || status.addresses.some(({ address }) => address === host));
}
