import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { LabelSet } from '#domain/alert.ts';
import { searchDocument } from '#store/search-words.ts';
import { type Connection, openConnection } from '#store/sqlite/connection.ts';
import { migrateSchema } from '#store/sqlite/migrations.ts';
import { outOfMemory } from '#testing/sample-analysis.ts';
import { type HistoryOptions, type HistoryPart, makeHistory } from './make-history.ts';

type Row = Readonly<Record<string, string | number | null | Uint8Array>>;

const STEPS = ['Reading the namespace', 'Reading logs', 'Judging', 'The report has an answer.', 'The investigation is complete.'];

/**
 * Writes a made-up history to a new SQLite file with the product's own schema: through SQL and with the indexes made afterwards, as that takes minutes less. What the file
 * holds is what the product would have written.
 */
export async function writeHistory(file: string, options: HistoryOptions): Promise<void> {
  const connection = openConnection({ file, readOnly: false, busyTimeoutMs: 1_000 });
  try {
    migrateSchema(connection);
    const analysis = await promisify(gzip)(JSON.stringify(outOfMemory), { level: 1 });
    connection.database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA foreign_keys = OFF');
    const indexes = connection.all<{ name: string; sql: string }>(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`);
    for (const { name } of indexes) connection.database.exec(`DROP INDEX ${name}`);
    connection.database.exec('BEGIN');
    for (const part of makeHistory(options)) writePart(connection, part, analysis);
    connection.run(`UPDATE totals SET value = ? WHERE name IN ('episodes', 'words')`, options.episodes);
    connection.database.exec('COMMIT');
    for (const { sql } of indexes) connection.database.exec(sql);
    connection.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    connection.close();
  }
}

function writePart(connection: Connection, { incidents, investigations, episodes }: HistoryPart, analysis: Uint8Array): void {
  for (const incident of incidents) insert(connection, 'incidents', incident as Row);
  const causes = new Map(incidents.map(({ id, cause_code: code, cause_title: title }) => [id, code === null ? '' : `${code} ${title}`]));
  for (const episode of episodes) {
    const seq = insert(connection, 'episodes', episode as Row);
    const cause = causes.get(episode.incident_id ?? '') ?? '';
    insert(connection, 'episode_words', { rowid: seq, words: searchDocument(JSON.parse(episode.labels) as LabelSet, cause) });
  }
  for (const { state, ...rest } of investigations) {
    const { id, created_at: at } = rest;
    insert(connection, 'investigations', { ...rest, state } as Row);
    insert(connection, 'deliveries', {
      id,
      cluster: rest.cluster,
      received_at: at,
      remote_address: '10.0.0.1',
      user_agent: 'Alertmanager',
      receiver: 'oncallm',
      group_key: '',
      alerts: 1,
      body: '{}',
    });
    if (state !== 'completed') continue;
    insert(connection, 'analyses', { investigation_id: id, saved_at: at, analysis });
    for (const [index, what] of STEPS.entries())
      insert(connection, 'progress', { investigation_id: id, seq: index + 1, at, what, kind: index === 4 ? 'end' : 'step' });
    insert(connection, 'notices', {
      investigation_id: id,
      notifier: 'slack',
      state: 'sent',
      attempts: 1,
      due_at: at,
      owed_since: at,
      settled_at: at,
      problem: null,
    });
  }
}

function insert(connection: Connection, table: string, row: Row): number {
  const columns = Object.keys(row);
  const statement = connection.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
  return Number(statement.run(...Object.values(row)).lastInsertRowid);
}
