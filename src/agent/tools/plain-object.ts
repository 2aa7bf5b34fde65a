/** Parts of an object that no diagnosis needs and that cost tokens. */
const NOISE = new Set(['managedFields', 'uid', 'resourceVersion', 'generation', 'finalizers']);
/** The whole object once more, as kubectl keeps it. */
const NOISY_ANNOTATIONS = /^kubectl\.kubernetes\.io\/last-applied-configuration$/;

/** An object without what is empty and what is noise. */
export function plainObject(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainObject);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([key]) => !NOISE.has(key) && !NOISY_ANNOTATIONS.test(key))
    .map(([key, item]) => [key, plainObject(item)] as const)
    .filter(([, item]) => !isEmpty(item));
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Every leaf of an object with its path: `spec.containers[app].image`. List items are named by their name where they have one. */
export function leaves(value: unknown, path = ''): readonly (readonly [path: string, leaf: string])[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, `${path}[${nameIn(item) ?? index}]`));
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, path === '' ? key : `${path}.${key}`));
}

function nameIn(item: unknown): string | undefined {
  const name = typeof item === 'object' && item !== null ? (item as { readonly name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : undefined;
}
