import { oddString, oddValue } from './odd-values.ts';
import type { Random } from './random.ts';

type Parent = Record<string, unknown> | unknown[];

/** Where the whole value hangs while it is changed; no field of a corpus is called so. */
const ROOT = '(root)';

/** One place in a tree: what holds it, and under which name. */
interface Place {
  readonly parent: Parent;
  readonly key: string | number;
}

/**
 * A copy of a JSON value with a few things wrong in it: values of another type, missing and misnamed fields, repeated and exchanged items. Places near the
 * root and deep ones are equally likely to be reached: each step down the tree is a choice of its own.
 */
export function mutateJson<T>(value: T, random: Random, changes = random.whole(1, 6)): T {
  const root: Record<string, unknown> = { [ROOT]: structuredClone(value) };
  for (let count = changes; count > 0; count--) {
    try {
      change(placeIn(root, random), random);
    } catch (thrown) {
      // Nested so deeply by an earlier change that it cannot be copied: that is odd enough.
      if (!(thrown instanceof RangeError)) throw thrown;
    }
  }
  return root[ROOT] as T;
}

function placeIn(root: Record<string, unknown>, random: Random): Place {
  let place: Place = { parent: root, key: ROOT };
  for (;;) {
    const value = get(place);
    const keys = keysOf(value);
    if (keys.length === 0 || random.chance(0.08)) return place;
    place = { parent: value as Parent, key: random.pick(keys) };
  }
}

function change(place: Place, random: Random): void {
  switch (random.pick(['replace', 'replace', 'replace', 'remove', 'repeat', 'rename', 'add', 'alter', 'wrap'] as const)) {
    case 'replace':
      set(place, oddValue(random));
      break;
    case 'remove':
      remove(place);
      break;
    case 'repeat':
      repeat(place, random.whole(1, 3));
      break;
    case 'rename':
      rename(place, oddString(random));
      break;
    case 'add':
      if (Array.isArray(place.parent)) place.parent.push(oddValue(random));
      else define(place.parent, oddString(random), oddValue(random));
      break;
    case 'alter':
      set(place, altered(get(place), random));
      break;
    case 'wrap':
      set(place, random.chance(0.5) ? [get(place)] : { value: get(place) });
  }
}

function remove({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (key !== ROOT) delete parent[key];
}

function repeat(place: Place, times: number): void {
  const { parent, key } = place;
  if (Array.isArray(parent)) parent.splice(Number(key), 0, ...Array.from({ length: times }, () => structuredClone(parent[Number(key)])));
  else set(place, [get(place), get(place)]);
}

function rename({ parent, key }: Place, name: string): void {
  if (Array.isArray(parent) || key === ROOT) return;
  define(parent, name, parent[key]);
  if (name !== key) delete parent[key];
}

/** Nearly the same value: off by one, another case, cut, with something in the middle. */
function altered(value: unknown, random: Random): unknown {
  if (typeof value === 'number') return random.pick([-value, value + 1, value - 1, value * 1e6, value / 3, String(value)]);
  if (typeof value === 'boolean') return random.pick([!value, String(value), Number(value)]);
  if (typeof value !== 'string') return oddValue(random);
  const at = random.whole(0, value.length);
  return random.pick([
    value.slice(0, at),
    value.slice(at),
    value.toUpperCase(),
    ` ${value}\n`,
    value + value,
    value.slice(0, at) + oddString(random) + value.slice(at),
    Number(value),
  ]);
}

function keysOf(value: unknown): readonly (string | number)[] {
  if (Array.isArray(value)) return [...value.keys()];
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function get({ parent, key }: Place): unknown {
  return Array.isArray(parent) ? parent[Number(key)] : parent[key];
}

function set({ parent, key }: Place, value: unknown): void {
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else define(parent, String(key), value);
}

/** As JSON.parse does it: a field of the name `__proto__` is a field. */
function define(parent: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}
