/** An object of the API as recorded. Only the metadata is known to be there. */
export interface ApiObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

/** What is at a dotted path; undefined where the path ends early. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((here, key) => (isRecord(here) ? here[key] : undefined), value);
}

export function textAt(value: unknown, path: string): string {
  const found = at(value, path);
  return found === undefined || found === null || typeof found === 'object' ? '' : String(found);
}

export function numberAt(value: unknown, path: string): number {
  const found = at(value, path);
  return typeof found === 'number' ? found : 0;
}

/** The objects of a list at a dotted path; none where there is no list. */
export function listAt(value: unknown, path: string): Record<string, unknown>[] {
  const found = at(value, path);
  return Array.isArray(found) ? found.filter(isRecord) : [];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object without the keys that hold nothing. */
export function compact<T extends Record<string, unknown>>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
