/**
 * Groups the items of a list by key, once for each list: rules ask "which pods has this owner" of the same list thousands of times.
 * The list must not change afterwards (evidence never does); the index goes when the list goes.
 */
export function listIndex<T>(keysOf: (item: T) => readonly string[]): (list: readonly T[]) => ReadonlyMap<string, readonly T[]> {
  const indexes = new WeakMap<readonly T[], ReadonlyMap<string, readonly T[]>>();
  return (list) => {
    const known = indexes.get(list);
    if (known) return known;
    const index = new Map<string, T[]>();
    for (const item of list) {
      for (const key of keysOf(item)) {
        const group = index.get(key);
        if (group) group.push(item);
        else index.set(key, [item]);
      }
    }
    indexes.set(list, index);
    return index;
  };
}
