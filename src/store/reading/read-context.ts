import { type AliasableExpression, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../tables.ts';

/** What the queries of both databases need. Where they differ, each database does in its own way: */
export interface ReadContext {
  readonly db: Kysely<Tables>;
  /** The newest episodes that have words with all of these beginnings, or all of these words as they are, older than `beforeSeq` if given; at most `limit`. */
  readonly matching: (words: readonly string[], limit: number, beforeSeq: number | undefined, match?: 'beginnings' | 'whole') => Promise<Matches>;
  /** A sub-query for these values, which are one parameter of the statement, however many they are. */
  readonly among: {
    (what: 'seq', values: readonly number[]): RawBuilder<number>;
    (what: 'id', values: readonly string[]): RawBuilder<string>;
  };
  /** A sub-query for the `seq` that `newest` finds for each value of the one column that `values` selects as `value`. */
  readonly forEach: (values: RawBuilder<unknown>, newest: (value: RawBuilder<string>) => RawBuilder<unknown>) => RawBuilder<number>;
  /** `episodes.seq`, as a list is sorted by it that a filter leads: in the words of the indexes that are meant for that. */
  readonly filteredSeq: RawBuilder<number>;
}

export interface Matches {
  /** Of episodes, the newest first. */
  readonly seqs: readonly number[];
  /** Whether the last of them is where the looking ended, and there may be older ones. */
  readonly more: boolean;
}

/** How many of the newest matching alerts a search or a filter by namespace looks at, so that a frequent word costs no more than a rare one. */
export const MATCHES_LOOKED_AT = 1_000;

/** Rows on a page, at most. */
const PAGE_LIMIT = 200;

export function pageLimit(limit: number): number {
  return Math.max(1, Math.min(PAGE_LIMIT, Math.trunc(limit) || 1));
}

/**
 * A column, as text, that must not choose the index. Each filter alone has an index in the order of the list; with several, the database may take the one that
 * matches nearly everything and read it to the end.
 */
export function unindexed(column: string): AliasableExpression<string> {
  return sql<string>`${sql.ref(column)} || ''`;
}

/** The ids without null and repeats, filled up to one of few lengths by repeating the last: each length is a statement that the database prepares and keeps. */
export function idList(ids: readonly (string | null)[]): readonly string[] {
  const distinct = [...new Set(ids)].filter((id) => id !== null);
  const last = distinct.at(-1);
  if (last === undefined) return [];
  const length = [1, 8, 64, PAGE_LIMIT].find((each) => each >= distinct.length) ?? distinct.length;
  return [...distinct, ...Array<string>(length - distinct.length).fill(last)];
}
