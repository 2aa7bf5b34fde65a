import type { LabelSet } from './alert.ts';
import { type ObjectRef, refKey } from './object-ref.ts';
import { API_SERVICE, CLUSTER_SCOPED, HOSTS, MACHINES, NAMES, NAMESPACES, NAMING, ON_THE_NODE, REPORTERS } from './subject-labels.ts';

/** What the labels of one alert say about where to look, before anybody has looked. */
export interface AlertSubject {
  /** Objects that the labels name, the most specific first. */
  readonly objects: readonly ObjectRef[];
  /** undefined: the labels name no namespace of the subject (the one they have may be the exporter's). */
  readonly namespace: string | undefined;
  /** What workloads or Services may be called, by labels that do not say the kind; the most telling first. */
  readonly names: readonly string[];
  /** `instance` of a node-level alert: an address or a node's name, to be matched with the nodes. */
  readonly nodeAddress: string | undefined;
  /** The address of something that nothing else names: of a pod, or of a node. */
  readonly address: string | undefined;
  /** The pod that exported a node's metrics runs on the node the alert is about. */
  readonly nodeOfPod: ObjectRef | undefined;
}

/**
 * Reads labels as they were measured on kube-prometheus-stack and kube-prometheus: labels of the exporter are not the subject;
 * `exported_x` is what the series said itself; a node-level alert knows its node by address or by the exporter's pod.
 */
export function readSubject(labels: LabelSet): AlertSubject {
  const reporter = REPORTERS.find(({ name }) => ['job', 'container', 'pod', 'service'].some((label) => name.test(labels[label] ?? '')));
  if (reporter && isAboutReporter(labels, reporter.name))
    return { ...NOTHING, objects: refs(NAMING, labels, labels['namespace']), namespace: labels['namespace'] };
  const own = ownLabels(labels, reporter);
  const scoped = [...refs(CLUSTER_SCOPED, own, undefined), ...apiServiceOf(own)];
  const aboutNode = reporter?.scope === 'node';
  const namespace = NAMESPACES.map((label) => own[label]).find(Boolean);
  const host = aboutNode ? undefined : clusterHostOf(own, namespace);
  const named = aboutNode ? [] : unique([...refs(NAMING, own, namespace), ...(host ? [host] : [])]);
  const onNode = aboutNode || (scoped.length === 0 && ON_THE_NODE.test(labels['job'] ?? '') && (reporter === undefined || named.length === 0));
  const machine = hostOf(MACHINES.map((label) => labels[label]).find(Boolean));
  // An object of the whole cluster and nothing of a namespace: the namespace is that of whoever exported it.
  const isBorrowed = aboutNode || (named.length === 0 && (scoped.some(({ kind }) => kind === 'APIService') || (reporter !== undefined && scoped.length > 0)));
  return {
    objects: [...named, ...scoped],
    namespace: isBorrowed ? undefined : (host?.namespace ?? namespace),
    names: reporter ? [] : namesOf(own),
    nodeAddress: onNode ? machine : undefined,
    address: onNode || reporter || named.length > 0 || scoped.length > 0 ? undefined : machine,
    nodeOfPod: aboutNode && labels['pod'] ? { kind: 'Pod', namespace: labels['namespace'], name: labels['pod'] } : undefined,
  };
}

/** What an alert is about in a word, as its labels say it: `Pod checkout-7d4f-x2k`, `Node worker-1`, `checkout`; '' where they name nothing. */
export function aboutOf(labels: LabelSet): string {
  const { objects, names, nodeAddress, address } = readSubject(labels);
  const [object] = objects;
  if (object !== undefined) return `${object.kind} ${object.name}`;
  return names[0] ?? nodeAddress ?? address ?? '';
}

const NOTHING: AlertSubject = { objects: [], namespace: undefined, names: [], nodeAddress: undefined, address: undefined, nodeOfPod: undefined };

/** TargetDown and the like: a job and its Service, and no target of it, so they are what the alert is about. */
function isAboutReporter(labels: LabelSet, reporter: RegExp): boolean {
  return reporter.test(labels['service'] ?? '') && Object.keys(labels).every((label) => !ABOUT_MORE.has(label));
}

/** One of these on an alert: it is about a target, or about an object. */
const ABOUT_MORE = new Set([
  'instance',
  ...[...NAMING, ...CLUSTER_SCOPED].map(([label]) => label).filter((label) => label !== 'service'),
  'container',
  'endpoint',
]);

/** Labels of the subject under their plain names: without the reporter's own, `exported_x` as `x`. */
function ownLabels(labels: LabelSet, reporter: (typeof REPORTERS)[number] | undefined): LabelSet {
  const isReporters = (name: string, value: string): boolean =>
    reporter !== undefined && (reporter.name.test(value) || (name === 'service' && reporter.scope === 'node'));
  const plain = Object.entries(labels).filter(([name, value]) => value !== '' && !name.startsWith('exported_') && !isReporters(name, value));
  const exported = Object.entries(labels).filter(([name, value]) => value !== '' && name.startsWith('exported_'));
  return Object.fromEntries([...plain, ...exported.map(([name, value]) => [name.slice('exported_'.length), value] as const)]);
}

function refs(naming: typeof NAMING, labels: LabelSet, namespace: string | undefined): readonly ObjectRef[] {
  return naming.flatMap(([label, kind]) => (labels[label] ? [{ kind, namespace, name: labels[label] }] : []));
}

function apiServiceOf({ name = '' }: LabelSet): readonly ObjectRef[] {
  return API_SERVICE.test(name) ? [{ kind: 'APIService', name }] : [];
}

/** The Service that a host of the cluster's DNS stands for: `cart.shop.svc.cluster.local`, `http://cart.shop.svc:80/health`. */
function clusterHostOf(labels: LabelSet, namespace: string | undefined): ObjectRef | undefined {
  for (const label of HOSTS) {
    const [name = '', inside = '', svc] = (hostOf(labels[label]) ?? '').split('.');
    if (name && inside && svc === 'svc') return { kind: 'Service', namespace: inside, name };
  }
  const called = labels['destination_service_name'];
  return called && !called.includes('.') ? { kind: 'Service', namespace, name: called } : undefined;
}

/** The scrape job last: operators call it as the Service it was made from, others as they like. */
function namesOf(labels: LabelSet): readonly string[] {
  const named = [...NAMES, 'job'].flatMap((label) => (labels[label] ? [labels[label]] : []));
  return [...new Set(named.map((name) => name.split('/').at(-1) ?? name))];
}

function unique(objects: readonly ObjectRef[]): readonly ObjectRef[] {
  return [...new Map(objects.map((ref) => [refKey(ref), ref])).values()];
}

/** `10.0.0.1:9100` -> `10.0.0.1`, `[fd00::1]:9100` -> `fd00::1`, `worker-1` -> `worker-1`, `https://shop.example/x` -> `shop.example`. */
function hostOf(instance: string | undefined): string | undefined {
  if (!instance) return undefined;
  if (instance.includes('://')) return URL.parse(instance)?.hostname.replace(/^\[(.*)\]$/, '$1') || undefined;
  const bracketed = /^\[(?<host>[^\]]+)\]/.exec(instance)?.groups?.['host'];
  if (bracketed) return bracketed;
  const [bare = ''] = instance.split('/');
  return bare.split(':').length === 2 ? bare.split(':')[0] : bare || undefined;
}
