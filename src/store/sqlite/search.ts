import { type Kysely, sql } from 'kysely';
import type { ReadContext } from '../reading/read-context.ts';
import type { Tables } from '../tables.ts';
import type { Connection } from './connection.ts';

/** Words that have one beginning, at most. A beginning of more is looked up as a word: nobody searches for what everything has. */
const WORDS_OF_BEGINNING = 200;

/**
 * Full-text search of SQLite: https://www.sqlite.org/fts5.html#full_text_query_syntax. Words are letters and digits only, so quoting them is enough. A prefix query would
 * gather every row of every word that begins so before it gave the first; the words themselves, which the index lists, are read from the newest row on as far as needed.
 * Episodes that the index does not hold yet (word-index.ts) are found a little too generously: inside a word too, and by a label's name.
 */
export function createSearch(reading: Connection, db: Kysely<Tables>): Pick<ReadContext, 'matching'> {
  let listing = false;
  const wordsFrom = (beginning: string): readonly string[] => {
    if (!listing) reading.database.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_words USING fts5vocab('main', 'episode_words', 'instance')`);
    listing = true;
    const words: string[] = [];
    for (let from = beginning; words.length <= WORDS_OF_BEGINNING; ) {
      const next = reading.get<{ term: string }>('SELECT term FROM temp.search_words WHERE term >= ? AND term < ? LIMIT 1', from, `${beginning}\u{10ffff}`);
      if (next === undefined) return words;
      words.push(next.term);
      from = `${next.term}\u0001`;
    }
    return [];
  };
  return {
    async matching(words, limit, beforeSeq = Number.MAX_SAFE_INTEGER, match = 'beginnings') {
      const wanted = words.map((word) => anyOf(match === 'whole' ? [word] : [word, ...wordsFrom(word)])).join(' AND ');
      const before = sql`rowid < ${beforeSeq}`;
      const entered = sql`SELECT rowid AS seq FROM episode_words WHERE episode_words MATCH ${wanted} AND ${before} ORDER BY rowid DESC LIMIT ${limit}`;
      // Words are letters and digits, so they stand in a pattern for themselves.
      const holdsAll = sql.join(
        words.map((word) => sql`${SAID} LIKE ${`%${word}%`}`),
        sql` AND `,
      );
      const recent = sql`SELECT seq FROM episodes WHERE seq > (SELECT value FROM totals WHERE name = 'words') AND ${before} AND ${holdsAll} ORDER BY seq DESC LIMIT ${limit}`;
      const found = sql<{ seq: number }>`SELECT seq FROM (SELECT * FROM (${recent}) UNION ALL SELECT * FROM (${entered})) ORDER BY seq DESC LIMIT ${limit}`;
      const seqs = (await found.execute(db)).rows.map(({ seq }) => seq);
      return { seqs, more: seqs.length === limit };
    },
  };
}

/** What an episode is found by: its labels and the cause of its incident. */
const SAID = sql`(labels || coalesce((SELECT cause_code || ' ' || cause_title FROM incidents WHERE id = incident_id), ''))`;

function anyOf(words: readonly string[]): string {
  return `(${[...new Set(words)].map((word) => `"${word}"`).join(' OR ')})`;
}
