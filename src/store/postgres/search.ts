import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { ReadContext } from '../reading/read-context.ts';
import type { Tables } from '../tables.ts';

/** A part of the alerts that says how frequent words are: whole pages, the same ones each time, so that a search is done in one way. */
const sample = (percent: number): string => `episode_words TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1)`;
const SHARES_FROM = sample(0.2);
const WORDS_FROM = sample(0.05);
/** A sample of fewer alerts says nothing; there are few alerts then, and every way is quick. */
const SAMPLE_LEAST = 200;
/** Where more alerts than this share have all of the words, they are found among the newest. */
const FREQUENT = 1 / 500;
/** How many of the newest alerts are looked through for them. */
const LOOKED_THROUGH = 40_000;
/** A beginning that more alerts than this share have is looked up as the words that begin so. */
const FREQUENT_BEGINNING = 0.05;

/**
 * Full-text search of PostgreSQL. Neither of the two ways to the newest matches is quick for everything, and the planner knows too little of words that go together;
 * so a sample decides:
 *
 *     many alerts have all of the words ──▶ the newest alerts are looked through; a search goes on behind them
 *     few do ──▶ by the index (GIN), which gives every match, in no order, before the first is known. Of a beginning that many alerts have it would even gather all of
 *                these first; so the words of the sample that begin so are looked up instead
 */
export function createSearch(db: Kysely<Tables>): Pick<ReadContext, 'matching'> {
  const seqsOf = async (query: RawBuilder<{ seq: number }>): Promise<readonly number[]> => (await query.execute(db)).rows.map(({ seq }) => seq);
  return {
    async matching(words, limit, beforeSeq = Number.MAX_SAFE_INTEGER, match = 'beginnings') {
      const wanted = words.map(match === 'whole' ? whole : beginning);
      const shares = await sharesOf(db, wanted);
      if (shares.together >= FREQUENT) {
        const newest = sql`SELECT seq, words FROM episode_words WHERE seq < ${beforeSeq} ORDER BY seq DESC LIMIT ${LOOKED_THROUGH}`;
        const seqs = await seqsOf(sql`SELECT seq FROM (${newest}) AS newest WHERE words @@ ${allOf(wanted)} ORDER BY seq DESC LIMIT ${limit}`);
        // Fewer, where what was frequent is not any more: then the index finds the older ones.
        if (seqs.length >= limit / 25) return { seqs, more: true };
      }
      const indexed = match === 'whole' ? wanted : await withoutFrequent(db, words, shares.each);
      // Not in the order of the primary key, which the planner would follow to its end where words are frequent, but not together.
      const seqs = await seqsOf(
        sql`SELECT seq FROM episode_words WHERE words @@ ${allOf(indexed)} AND seq + 0 < ${beforeSeq} ORDER BY seq + 0 DESC LIMIT ${limit}`,
      );
      return { seqs, more: seqs.length === limit };
    },
  };
}

/** The shares of alerts that have all, and each of them; 0 where there are few alerts. */
async function sharesOf(db: Kysely<Tables>, wanted: readonly string[]): Promise<{ readonly together: number; readonly each: readonly number[] }> {
  const counts = sql.join([wanted, ...wanted.map((one) => [one])].map((these) => sql`count(*) FILTER (WHERE words @@ ${allOf(these)})`));
  const { rows } = await sql<{
    many: number;
    counts: readonly string[];
  }>`SELECT count(*) AS many, ARRAY[${counts}] AS counts FROM ${sql.raw(SHARES_FROM)}`.execute(db);
  const { many = 0, counts: found = [] } = rows[0] ?? {};
  const [together = 0, ...each] = found.map((count) => (many < SAMPLE_LEAST ? 0 : Number(count) / many));
  return { together, each };
}

/** The beginnings, with the words of the sample in place of those that are frequent. */
async function withoutFrequent(db: Kysely<Tables>, beginnings: readonly string[], shares: readonly number[]): Promise<readonly string[]> {
  const frequent = beginnings.filter((_, index) => (shares[index] ?? 0) >= FREQUENT_BEGINNING);
  if (frequent.length === 0) return beginnings.map(beginning);
  const known = sql`ts_stat(${`SELECT words FROM ${WORDS_FROM}`})`;
  const { rows } = await sql<{ word: string }>`SELECT word FROM ${known} WHERE word ^@ ANY (${frequent}::text[])`.execute(db);
  return beginnings.map((start) => {
    const words = rows.map(({ word }) => word).filter((word) => word.startsWith(start));
    return frequent.includes(start) ? `(${[...new Set([start, ...words])].map(whole).join(' | ')})` : beginning(start);
  });
}

/** Words are letters and digits only (see ../search-words.ts), so quoting them is enough. */
function whole(word: string): string {
  return `'${word}'`;
}

function beginning(word: string): string {
  return `'${word}':*`;
}

function allOf(wanted: readonly string[]): RawBuilder<unknown> {
  return sql`${wanted.join(' & ')}::tsquery`;
}
