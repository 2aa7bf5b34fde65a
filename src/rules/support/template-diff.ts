import type { PodTemplate } from '#domain/kubernetes/pod.ts';

/** One field that differs between two pod templates. */
export interface FieldChange {
  /** `containers[app].image`, `containers[app].env[DB_HOST].value`, `nodeSelector.disk`: list items by their name, not their place. */
  readonly path: string;
  /** Undefined: the field was added. */
  readonly before: string | undefined;
  /** Undefined: the field was removed. */
  readonly after: string | undefined;
}

/** Written by controllers and by people who restart; says nothing about what changed. */
const NOISE =
  /^metadata\.(?:labels\.(?:pod-template-hash|controller-revision-hash)|name|uid|creationTimestamp|resourceVersion|generation|managedFields|ownerReferences|finalizers|namespace)/;
const LONGEST_VALUE = 200;
const DEEPEST = 12;

/** What differs between two revisions of a pod template, in the order of the fields. Values are cut at 200 characters. Both may come from any version of the API. */
export function templateDiff(before: PodTemplate, after: PodTemplate): readonly FieldChange[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => !NOISE.test(path) && old.get(path) !== now.get(path))
    .map((path) => ({ path: path.replace(/^spec\./, ''), before: old.get(path), after: now.get(path) }));
}

/** A diff as lines that a person reads: `- image: a` and `+ image: b`. */
export function diffText(changes: readonly FieldChange[], most = 20): string {
  const lines = changes
    .slice(0, most)
    .flatMap(({ path, before, after }) => [...(before === undefined ? [] : [`- ${path}: ${before}`]), ...(after === undefined ? [] : [`+ ${path}: ${after}`])]);
  return [...lines, ...(changes.length > most ? [`(${changes.length - most} more fields)`] : [])].join('\n');
}

function leavesOf(template: PodTemplate): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  collect(template, '', leaves, 0);
  return leaves;
}

function collect(value: unknown, path: string, leaves: Map<string, string>, depth: number): void {
  if (value === undefined || value === null || depth > DEEPEST) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      collect(item, `${path}[${nameOf(item) ?? index}]`, leaves, depth + 1);
    });
  } else if (typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) collect(inner, path === '' ? key : `${path}.${key}`, leaves, depth + 1);
  } else leaves.set(path, String(value).slice(0, LONGEST_VALUE));
}

/** What tells an item of a list apart, so that one put in front does not change all behind it. */
function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { name, mountPath, key, containerPort } = item as Readonly<Record<string, unknown>>;
  const found = mountPath ?? name ?? key ?? containerPort;
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}
