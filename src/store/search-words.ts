import type { LabelSet } from '#domain/alert.ts';

/** What is kept of one alert for search, at most. */
const DOCUMENT_WORDS = 200;
const WORD_LENGTH = 64;
/** What is looked for at once, at most. */
const QUERY_WORDS = 8;

/**
 * The words an alert is found by. Search matches beginnings of words, so each name is also entered from each of its inner beginnings:
 * `KubePodCrashLooping` is found by `crashl`, `checkout-7f9c` by `7f9`.
 */
export function searchDocument(labels: LabelSet, cause: string): string {
  const words = new Set<string>();
  for (const text of [cause, labels['alertname'] ?? '', ...Object.values(labels)]) {
    for (const name of text.slice(0, 2_000).match(/[\p{L}\p{N}]+/gu) ?? []) {
      for (const word of beginnings(name)) {
        if (words.size === DOCUMENT_WORDS) return [...words].join(' ');
        words.add(word);
      }
    }
  }
  return [...words].join(' ');
}

/** What a person typed, as beginnings of words that must all occur; single letters match too much and are left out. Empty: nothing to search for. */
export function searchQuery(text: string): readonly string[] {
  const words = text.slice(0, 500).match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.map(fold))].filter((word) => word.length > 1).slice(0, QUERY_WORDS);
}

function* beginnings(name: string): Generator<string> {
  yield fold(name);
  for (const { index } of name.matchAll(/(?<=[\p{Ll}\p{N}])\p{Lu}|(?<=\p{Lu})\p{Lu}(?=\p{Ll})/gu)) yield fold(name.slice(index));
}

function fold(word: string): string {
  return word.toLowerCase().slice(0, WORD_LENGTH);
}
