/** The word that was probably meant: the one with the fewest changed letters, if those are few; undefined when none is near. */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  const plain = simplify(typed);
  const limit = Math.max(1, Math.ceil(plain.length / 3));
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const word of words) {
    const distance = editDistance(plain, simplify(word));
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { word, distance };
  }
  return best?.word;
}

function simplify(word: string): string {
  return word.slice(0, 100).toUpperCase().replaceAll(/[-. ]/g, '_');
}

/** Levenshtein's distance: insertions, deletions and replacements. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...left].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...right].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
