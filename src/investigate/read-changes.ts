import type { Ask, Evidence } from '#domain/evidence.ts';
import type { KubernetesEvent, Node } from '#domain/kubernetes/cluster.ts';
import type { KubernetesObject, ManagedFields, ObjectMeta } from '#domain/kubernetes/meta.ts';
import type { Deployment, ReplicaSet } from '#domain/kubernetes/workload.ts';
import { type ObjectRef, refKey, refText } from '#domain/object-ref.ts';
import { list, type Question } from '#domain/question.ts';
import type { KubernetesTopic } from '#domain/topic.ts';
import { type FieldChange, templateDiff } from '#rules/support/template-diff.ts';

/** Something that changed, when, and by whom as far as the cluster tells. */
export interface Change {
  readonly at: string;
  readonly what: string;
  readonly subject: ObjectRef;
}

/** Changes between these times, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is asked besides asking: an answer that somebody else has got already, without asking for it. */
export type Known = (question: Question) => Promise<Evidence<unknown>> | undefined;

/** Of these people and tools change the objects themselves; what controllers write into them is `status` or their own. */
const EDITED = ['services', 'ingresses', 'statefulsets', 'daemonsets', 'deployments', 'horizontalpodautoscalers'] as const;
/** Only when a rule has asked for them already: a line of the timeline is not worth a request more, or a gap on the report. */
const EDITED_IF_KNOWN = ['configmaps', 'secrets', 'networkpolicies', 'resourcequotas', 'limitranges'] as const;
const MOST_CHANGES = 14;
const MOST_FIELDS = 3;
/** Controllers and caches that rewrite objects all the time. */
const BUSY = /^(?:kube-controller-manager|kube-scheduler|kubelet|cloud-controller-manager|.*leader.*|cert-manager-cainjector|node-problem-detector)$/;
const BUSY_OBJECTS = /^(?:kube-root-ca\.crt|.*leader.*|.*-lock)$/;
/** The name under which Helm writes; https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers */
const HELM = 'helm';
/** The controller makes the revision a moment after the object was written. */
const SAME_WRITE_MS = 30_000;
const SECRET_FIELD = /pass|secret|token|key|credential|auth/i;

/** What changed in the namespaces and the nodes in a stretch of time, newest first, each once, at most 14. */
export async function readChanges(namespaces: readonly string[], span: Span, ask: Ask, known: Known): Promise<readonly Change[]> {
  const found = await Promise.all([...namespaces.map((namespace) => inNamespace(namespace, span, ask, known)), ofNodes(span, ask)]);
  const once = new Map(found.flat().map((change) => [`${refKey(change.subject)} ${change.at.slice(0, 16)}`, change]));
  return [...once.values()].toSorted((left, right) => right.at.localeCompare(left.at)).slice(0, MOST_CHANGES);
}

async function inNamespace(namespace: string, span: Span, ask: Ask, known: Known): Promise<readonly Change[]> {
  const lists = await Promise.all([
    ...EDITED.map((topic) => ask(list(topic, namespace)) as Promise<Evidence<unknown>>),
    ...EDITED_IF_KNOWN.map((topic: KubernetesTopic) => known(list(topic, namespace))),
  ]);
  const edited = lists.flatMap((evidence) => (evidence ? itemsOf(evidence as Evidence<readonly KubernetesObject[]>).flatMap((one) => edits(one, span)) : []));
  const rescaled = itemsOf(await ask(list('events', namespace))).flatMap((event) => rescale(event, span));
  const deployments = itemsOf(await ask(list('deployments', namespace)));
  // Last, because of several changes of one object in one minute the last one stays: a rollout says more than "was changed".
  return [...edited, ...rescaled, ...rollouts(itemsOf(await ask(list('replicasets', namespace))), deployments, span)];
}

/** Revisions that a Deployment was given, with what differs from the one before, and that it was Helm if it was. */
function rollouts(sets: readonly ReplicaSet[], deployments: readonly Deployment[], span: Span): readonly Change[] {
  const byOwner = Map.groupBy(sets, ({ metadata }) => metadata.ownerReferences.find(({ kind }) => kind === 'Deployment')?.name ?? '');
  byOwner.delete('');
  return [...byOwner].flatMap(([name, unordered]) => {
    const revisions = unordered.toSorted((left, right) => madeAt(left) - madeAt(right));
    const deployment = deployments.find(({ metadata }) => metadata.name === name);
    return revisions.flatMap((one, index) => {
      const { creationTimestamp, namespace, annotations } = one.metadata;
      if (!creationTimestamp || !within(creationTimestamp, span)) return [];
      const before = revisions[index - 1];
      const number = annotations['deployment.kubernetes.io/revision'];
      const what = before ? changedFields(templateDiff(before.spec.template, one.spec.template)) : 'the first that is known';
      return [
        {
          at: creationTimestamp,
          what: `Rollout of ${name}${number ? `, revision ${number}` : ''}${deployment ? helmAt(deployment.metadata, creationTimestamp) : ''}: ${what}`,
          subject: { kind: 'Deployment', namespace, name },
        },
      ];
    });
  });
}

function changedFields(changes: readonly FieldChange[]): string {
  if (changes.length === 0) return 'no field of the pod template changed';
  const shown = changes.slice(0, MOST_FIELDS).map(({ path, before, after }) => {
    if (SECRET_FIELD.test(path)) return `${path} changed`;
    return `${path}: ${before === undefined ? 'added' : cut(before)}${after === undefined ? ' removed' : ` -> ${cut(after)}`}`.replace('added ->', 'added');
  });
  return `${shown.join('; ')}${changes.length > MOST_FIELDS ? ` (and ${changes.length - MOST_FIELDS} more)` : ''}`;
}

/** Times at which somebody wrote the object itself, not its status. */
function edits({ kind, metadata }: KubernetesObject, span: Span): readonly Change[] {
  const { namespace, name, managedFields, creationTimestamp } = metadata;
  if (BUSY_OBJECTS.test(name)) return [];
  const subject = { kind, namespace, name };
  const made = creationTimestamp && within(creationTimestamp, span) ? [{ at: creationTimestamp, what: `${refText(subject)} was created`, subject }] : [];
  return [
    ...managedFields.flatMap(({ manager = '', time, subresource }) => {
      if (!time || !within(time, span) || subresource === 'status' || BUSY.test(manager) || time === creationTimestamp) return [];
      const did = subresource === 'scale' ? 'was scaled' : 'was changed';
      return [{ at: time, what: `${refText(subject)} ${did}${manager ? ` by ${manager === HELM ? chartOf(metadata) : manager.slice(0, 60)}` : ''}`, subject }];
    }),
    ...made,
  ];
}

/** By Helm with the chart, where Helm wrote the object when a revision of it was made: it keeps the time of its last write only. */
function helmAt(metadata: ObjectMeta, madeAt: string): string {
  const wrote = ({ manager, time, subresource }: ManagedFields) =>
    manager === HELM && subresource === undefined && time !== undefined && Math.abs(Date.parse(time) - Date.parse(madeAt)) < SAME_WRITE_MS;
  return metadata.managedFields.some(wrote) ? ` by ${chartOf(metadata)}` : '';
}

/** The chart's label is written with the object: it is that of Helm's last write. https://helm.sh/docs/chart_best_practices/labels/ */
function chartOf({ labels }: ObjectMeta): string {
  const chart = labels['app.kubernetes.io/managed-by'] === 'Helm' ? labels['helm.sh/chart'] : undefined;
  return chart ? `Helm (chart ${chart})` : 'Helm';
}

function rescale({ reason, message, firstTimestamp, lastTimestamp, involvedObject }: KubernetesEvent, span: Span): readonly Change[] {
  const at = lastTimestamp ?? firstTimestamp;
  if (reason !== 'SuccessfulRescale' || !at || !within(at, span)) return [];
  const subject = { kind: involvedObject.kind, namespace: involvedObject.namespace, name: involvedObject.name };
  return [{ at, what: `${refText(subject)}: ${message.slice(0, 160)}`, subject }];
}

async function ofNodes(span: Span, ask: Ask): Promise<readonly Change[]> {
  return itemsOf(await ask(list('nodes'))).flatMap((node) => nodeChanges(node, span));
}

function nodeChanges({ metadata, spec, status }: Node, span: Span): readonly Change[] {
  const subject = { kind: 'Node', name: metadata.name };
  const entry = (at: string | undefined, what: string): readonly Change[] =>
    at && within(at, span) ? [{ at, what: `Node ${metadata.name} ${what}`, subject }] : [];
  return [
    ...status.conditions.flatMap(({ type, status: is, reason, lastTransitionTime }) =>
      entry(lastTransitionTime, `became ${type}=${is}${reason ? ` (${reason})` : ''}`),
    ),
    ...spec.taints.flatMap(({ key, effect, timeAdded }) => entry(timeAdded, `was given the taint ${key}:${effect}`)),
    ...entry(metadata.creationTimestamp, 'joined the cluster'),
  ];
}

export function within(time: string, { from, to }: Span): boolean {
  const at = Date.parse(time);
  return at >= from && at <= to;
}

function madeAt({ metadata }: KubernetesObject): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

function itemsOf<T>(evidence: Evidence<readonly T[]>): readonly T[] {
  return evidence.outcome === 'present' ? evidence.data : [];
}
