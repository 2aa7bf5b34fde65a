import type { Present } from '#domain/evidence.ts';
import type { FiringAlert } from '#domain/question.ts';
import type { AskFor } from '../rule.ts';
import { alertsOf, namesWorkload, tells } from './said-by-alerts.ts';
import { type GraphNode, type GraphTopics, serviceGraph } from './service-graph.ts';

/** A workload with the alerts that name it. */
export interface Alerted {
  readonly node: GraphNode;
  readonly slow: readonly FiringAlert[];
  /** About its answers, its traffic or its errors. */
  readonly hit: readonly FiringAlert[];
}

/** How the workloads of the alerts' namespaces fare by what the alerts say. */
export interface AlertedGraph {
  readonly alerts: Present<readonly FiringAlert[]>;
  readonly workloads: readonly Alerted[];
}

const MOST_NAMESPACES = 5;

/** Reads the alerts of the incident onto the workloads that they name; undefined when none of them is about slow answers. */
export async function alertedGraph(ask: AskFor<GraphTopics | 'alerts'>): Promise<AlertedGraph | undefined> {
  const alerts = await alertsOf(ask);
  if (!alerts?.data.some((alert) => tells(alert, 'latency'))) return undefined;
  const namespaces = [...new Set(alerts.data.flatMap(({ labels }) => labels['namespace'] ?? []))].slice(0, MOST_NAMESPACES);
  const workloads: Alerted[] = [];
  for (const namespace of namespaces) {
    for (const node of (await serviceGraph(namespace, ask)).values()) {
      const podNames = node.pods.map(({ metadata }) => metadata.name);
      const own = alerts.data.filter((alert) => namesWorkload(alert, namespace, node.names, podNames));
      const hit = own.filter((alert) => tells(alert, 'latency') || tells(alert, 'traffic') || tells(alert, 'errors'));
      workloads.push({ node, slow: own.filter((alert) => tells(alert, 'latency')), hit });
    }
  }
  return { alerts, workloads };
}

/** Workloads that alerts call slow and that call nothing that is: where it may begin. */
export function slowOrigins({ workloads }: AlertedGraph): readonly Alerted[] {
  const slow = workloads.filter((one) => one.slow.length > 0);
  const names = new Set(slow.map(({ node }) => node.maker.ref.name));
  return slow.filter(({ node }) => ![...node.calls].some((called) => names.has(called)));
}
