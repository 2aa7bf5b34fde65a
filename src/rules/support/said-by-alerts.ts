import type { Present } from '#domain/evidence.ts';
import type { Citation } from '#domain/finding.ts';
import type { Node } from '#domain/kubernetes/cluster.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { ALERTS, type FiringAlert } from '#domain/question.ts';
import { type AskFor, cite } from '../rule.ts';
import { isOfNode } from './node-facts.ts';

/** What an alert is about, by its words. */
export type Matter = 'retransmission' | 'throttling' | 'latency' | 'cpu' | 'memory' | 'traffic' | 'errors';

const WORDS: Readonly<Record<Matter, RegExp>> = {
  retransmission: /retrans/i,
  throttling: /throttl/i,
  latency: /latenc|response time|slow (?:response|request|answer)|duration_seconds|_p(?:50|90|95|99)\b/i,
  cpu: /\bcpus?\b|container_cpu|node_cpu|processor/i,
  memory: /\bmemory\b|working_set|\boom\b/i,
  traffic: /\btraffic\b|throughput|\brps\b|packets|requests? per second/i,
  errors: /error rate|\berrors?\b|success (?:rate|ratio)|availability|\b5xx\b/i,
};
/** Measurements that are gone say nothing about their subject. */
const VANISHED = /\b(?:missing|absent|vanished|no data|stale)\b/i;
const LONGEST = 4_000;

/** The alerts of the incident; undefined when nobody tells them. Their words are hints: what they are about was measured by somebody else. */
export async function alertsOf(ask: AskFor<'alerts'>): Promise<Present<readonly FiringAlert[]> | undefined> {
  const alerts = await ask(ALERTS);
  return alerts.outcome === 'present' ? alerts : undefined;
}

/** Whether an alert's name, description or expression is about this: never by a name that some catalogue gives it. */
export function tells(alert: FiringAlert, matter: Matter): boolean {
  const words = `${spaced(alert.name)} ${wordsOf(alert)}`;
  return !VANISHED.test(words) && WORDS[matter].test(`${words} ${alert.expression ?? ''}`.slice(0, LONGEST));
}

function spaced(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3 $2$4');
}

function wordsOf({ annotations }: FiringAlert): string {
  return [annotations['summary'], annotations['description'], annotations['message']]
    .filter((text) => text !== undefined)
    .join(' ')
    .slice(0, LONGEST);
}

/** Labels by which rules name a workload or what is in front of it. */
const WORKLOAD_LABELS = [
  'service',
  'service_name',
  'destination_service_name',
  'destination_workload',
  'workload',
  'deployment',
  'statefulset',
  'daemonset',
  'app',
  'container',
];

/** Whether an alert names a workload of this namespace, by one of the names that it goes by, or by one of its pods. */
export function namesWorkload({ labels }: FiringAlert, namespace: string | undefined, names: ReadonlySet<string>, pods: readonly string[] = []): boolean {
  const space = labels['namespace'] ?? labels['exported_namespace'];
  if (space !== undefined && space !== namespace) return false;
  const pod = labels['pod'];
  if (pod !== undefined && pods.includes(pod)) return true;
  return WORKLOAD_LABELS.some((label) => names.has(labels[label] ?? ''));
}

/** Whether an alert names a node rather than something on it. */
export function namesNode({ labels }: FiringAlert, node: Node): boolean {
  return labels['pod'] === undefined && labels['container'] === undefined && isOfNode(labels, node);
}

/** The last plain figure in an alert's words: what it measured, where it says so. Changes (`+375%`) and parts of names are none. */
export function figureIn(alert: FiringAlert): { readonly value: number; readonly percent: boolean } | undefined {
  const figures = [...wordsOf(alert).matchAll(/(?<![\w.+-])(\d{1,12}(?:\.\d{1,12})?)\s?(%)?/g)];
  const last = figures.at(-1);
  return last && { value: Number(last[1]), percent: last[2] !== undefined };
}

/** Cites these alerts out of all: the evidence is what their rules saw. */
export function citeAlerts(all: Present<readonly FiringAlert[]>, alerts: readonly FiringAlert[], statement: string, about?: ObjectRef): Citation {
  const excerpt = alerts
    .slice(0, 6)
    .map((alert) => `${alert.startsAt} ${alert.name} ${JSON.stringify(alert.labels)} ${wordsOf(alert).slice(0, 300)}`)
    .join('\n');
  return cite({ ...all, data: alerts }, statement, { ...(about ? { about } : {}), excerpt });
}
