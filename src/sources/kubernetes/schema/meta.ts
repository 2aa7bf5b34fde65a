import type { Condition, LabelSelector, LabelSelectorRequirement, ManagedFields, ObjectMeta, OwnerReference } from '#domain/kubernetes/meta.ts';
import { flag, list, number, object, optionalObject, type Raw, text, textMap, texts } from './read.ts';

/** A copy of the whole object, Secret values included, as `kubectl apply` left it: dropped at the door. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Undefined without a name: such an object cannot be spoken about. */
export function readMeta(value: unknown): ObjectMeta | undefined {
  const name = text(object(value)['name']);
  return name ? { ...readTemplateMeta(value), name } : undefined;
}

/** The metadata of a pod template, which has no name of its own. */
export function readTemplateMeta(value: unknown): Omit<ObjectMeta, 'name'> & { readonly name?: string | undefined } {
  const meta = object(value);
  return {
    name: text(meta['name']),
    namespace: text(meta['namespace']) || undefined,
    uid: text(meta['uid']),
    creationTimestamp: text(meta['creationTimestamp']),
    deletionTimestamp: text(meta['deletionTimestamp']),
    generation: number(meta['generation']),
    resourceVersion: text(meta['resourceVersion']),
    labels: textMap(meta['labels']),
    annotations: annotations(meta['annotations']),
    ownerReferences: list(meta['ownerReferences'], readOwner),
    finalizers: texts(meta['finalizers']),
    managedFields: list(meta['managedFields'], readManagedFields),
  };
}

function annotations(value: unknown): Readonly<Record<string, string>> {
  const all = textMap(value);
  if (!(LAST_APPLIED in all)) return all;
  const { [LAST_APPLIED]: _, ...kept } = all;
  return kept;
}

function readOwner(owner: Raw): OwnerReference | undefined {
  const [kind, name] = [text(owner['kind']), text(owner['name'])];
  return kind && name ? { kind, name, uid: text(owner['uid']) ?? '', controller: flag(owner['controller']) } : undefined;
}

function readManagedFields(entry: Raw): ManagedFields {
  return { manager: text(entry['manager']), operation: text(entry['operation']), time: text(entry['time']), subresource: text(entry['subresource']) };
}

export function readConditions(value: unknown): readonly Condition[] {
  return list(value, readCondition);
}

function readCondition(condition: Raw): Condition | undefined {
  const type = text(condition['type']);
  if (!type) return undefined;
  return {
    type,
    status: text(condition['status']) ?? 'Unknown',
    reason: text(condition['reason']),
    message: text(condition['message']),
    lastTransitionTime: text(condition['lastTransitionTime']),
    lastHeartbeatTime: text(condition['lastHeartbeatTime']),
    lastUpdateTime: text(condition['lastUpdateTime']),
  };
}

export function readSelector(value: unknown): LabelSelector {
  const selector = object(value);
  return { matchLabels: textMap(selector['matchLabels']), matchExpressions: readRequirements(selector['matchExpressions']) };
}

/** Undefined where there is none: for a peer or a claim that is not "everything". */
export function readOptionalSelector(value: unknown): LabelSelector | undefined {
  return optionalObject(value) && readSelector(value);
}

export function readRequirements(value: unknown): readonly LabelSelectorRequirement[] {
  return list(value, (term) => {
    const [key, operator] = [text(term['key']), text(term['operator'])];
    return key && operator ? { key, operator, values: texts(term['values']) } : undefined;
  });
}
