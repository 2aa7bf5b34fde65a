const LONGEST = 128;

/** How many letters must be changed, added or dropped to make one word of the other. Words are cut at 128 characters. */
export function editDistance(left: string, right: string): number {
  const [a, b] = [left.slice(0, LONGEST), right.slice(0, LONGEST)];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A name without what people vary by accident: case, `-`, `_`, `.`. */
function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/**
 * How alike two names are, 0…1: 1 for the same letters whatever their case and separators; high for a slip of the finger or for a name with something
 * added in front or behind (`cache-v2`, `cache`); 0 for names that merely share some letters.
 */
export function likeness(left: string, right: string): number {
  const [a, b] = [bare(left), bare(right)];
  if (a === '' || b === '') return 0;
  if (a === b) return 1;
  const longer = Math.max(a.length, b.length);
  const slip = editDistance(a, b);
  if (slip <= (longer >= 8 ? 2 : 1) && longer >= 4) return 1 - slip / longer;
  const shorter = Math.min(a.length, b.length);
  if (shorter >= 4 && (a.startsWith(b) || b.startsWith(a) || a.endsWith(b) || b.endsWith(a))) return Math.max(0.5, shorter / longer);
  return 0;
}

/** The name most like `wanted`; undefined when none is alike enough to be meant. */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, score: likeness(wanted, name) }))
    .filter(({ score }) => score >= 0.5)
    .toSorted((left, right) => right.score - left.score || left.name.localeCompare(right.name));
  return ranked[0]?.name;
}
