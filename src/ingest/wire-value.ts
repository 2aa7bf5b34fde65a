import type { LabelSet } from '#domain/alert.ts';

/** Values as they come over the wire, brought into the shapes we use. None of these functions throws, whatever it is given. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** For messages: what a value is instead of what it should be. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * A value as text: strings as they are (half surrogate pairs replaced, since no encoding can carry them), numbers and booleans as
 * written, objects as JSON; undefined where there is no value.
 */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object') return String(value);
  try {
    return JSON.stringify(value).toWellFormed();
  } catch {
    return '(nested too deeply)'; // JSON.parse reads nesting that JSON.stringify cannot write
  }
}

/** A label or annotation set. Labels without a value (null) are left out; what is no object is an empty set. */
export function labelSetOf(value: unknown): LabelSet {
  if (!isObject(value)) return {};
  // fromEntries and not assignment: a label may be called `__proto__`.
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, label]) => {
      const text = textOf(label);
      return text === undefined ? [] : [[name.toWellFormed(), text]];
    }),
  );
}

/** A count: a non-negative whole number, also when it is written as text; 0 for anything else. */
export function countOf(value: unknown): number {
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0;
}
