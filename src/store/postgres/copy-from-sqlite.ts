import { existsSync } from 'node:fs';
import type { LabelSet } from '#domain/alert.ts';
import { OncallmError } from '#domain/error.ts';
import { packedBytes } from '../packed-text.ts';
import { searchDocument } from '../search-words.ts';
import { type Connection, openConnection } from '../sqlite/connection.ts';
import { migrateSchema as migrateFile } from '../sqlite/migrations.ts';
import { type Database, openDatabase, type Statements } from './database.ts';
import { migrateSchema } from './migrations.ts';

export interface CopyOptions {
  /** SQLite file; no OnCallM may use it meanwhile. */
  readonly file: string;
  /** Database without alerts. Its schema is created or brought up to date. */
  readonly url: string;
  /** Told as each table is done. */
  readonly copied: (table: string, rows: number) => void;
}

/**
 * Tables in the order in which they refer to each other, with their columns and types. The counters (`seq`, `id` of feedback) are kept, so that lists keep
 * their order.
 */
const TABLES = {
  deliveries: {
    id: 'text',
    cluster: 'text',
    received_at: 'text',
    remote_address: 'text',
    user_agent: 'text',
    receiver: 'text',
    group_key: 'text',
    alerts: 'int',
    body: 'bytea',
  },
  incidents: {
    seq: 'bigint',
    id: 'text',
    cluster: 'text',
    group_key: 'text',
    title: 'text',
    severity: 'text',
    state: 'text',
    rank: 'int',
    opened_at: 'text',
    updated_at: 'text',
    closed_at: 'text',
    lead_alert_name: 'text',
    lead_namespace: 'text',
    lead_fingerprint: 'text',
    alerts_total: 'int',
    alerts_firing: 'int',
    investigation_id: 'text',
    analysis_id: 'text',
    cause_code: 'text',
    cause_title: 'text',
    cause_confidence: 'text',
    cause_key: 'text',
    merged_into: 'text',
    split_from: 'text',
    healthy: 'int',
    inconclusive: 'int',
  },
  incident_keys: { cluster: 'text', key: 'text', incident_id: 'text' },
  episodes: {
    seq: 'bigint',
    id: 'text',
    cluster: 'text',
    fingerprint: 'text',
    state: 'text',
    firing: 'int',
    starts_at: 'text',
    latest_start: 'text',
    ends_at: 'text',
    alert_name: 'text',
    namespace: 'text',
    labels: 'text',
    annotations: 'text',
    generator_url: 'text',
    external_url: 'text',
    truncated_alerts: 'int',
    first_seen_at: 'text',
    last_seen_at: 'text',
    repeats: 'int',
    incident_id: 'text',
    joined_by: 'text',
    status: 'text',
  },
  investigations: {
    id: 'text',
    incident_id: 'text',
    cluster: 'text',
    state: 'text',
    priority: 'int',
    attempts: 'int',
    fence: 'int',
    origin: 'text',
    run_at: 'text',
    lease_until: 'text',
    worker: 'text',
    created_at: 'text',
    started_at: 'text',
    completed_at: 'text',
    problem: 'text',
  },
  analyses: { investigation_id: 'text', saved_at: 'text', analysis: 'bytea' },
  progress: { investigation_id: 'text', seq: 'int', at: 'text', what: 'text', kind: 'text' },
  feedback: { id: 'bigint', investigation_id: 'text', at: 'text', verdict: 'text', comment: 'text' },
  notices: {
    investigation_id: 'text',
    notifier: 'text',
    state: 'text',
    attempts: 'int',
    due_at: 'text',
    owed_since: 'text',
    settled_at: 'text',
    problem: 'text',
  },
  transcripts: { investigation_id: 'text', saved_at: 'text', transcript: 'bytea' },
  questions: {
    id: 'text',
    investigation_id: 'text',
    asked_at: 'text',
    asker: 'text',
    question: 'text',
    state: 'text',
    answered_at: 'text',
    answer: 'text',
  },
  question_steps: { question_id: 'text', seq: 'int', at: 'text', what: 'text' },
  question_transcripts: { question_id: 'text', transcript: 'bytea' },
  model_spending: { day: 'text', micro_usd: 'bigint' },
} as const;

type Row = Readonly<Record<string, unknown>>;

/** Rows in one statement. */
const CHUNK_ROWS = 1_000;

/**
 * Copies everything in one transaction: all of it is there, or nothing. Rejects with OncallmError `store-missing` when there is no such file, `store-not-empty`
 * when the database has alerts, and what opening either may reject with.
 */
export async function copyFromSqlite({ file, url, copied }: CopyOptions): Promise<void> {
  if (!existsSync(file)) throw new OncallmError('store-missing', `There is no database at ${file}.`, 'Name the SQLite file that OnCallM used.');
  const source = openConnection({ file, readOnly: false, busyTimeoutMs: 1_000 });
  const database = openDatabase({ url, poolSize: 2, connectTimeoutMs: 10_000, statementTimeoutMs: 120_000 });
  try {
    migrateFile(source);
    await migrateSchema(database);
    await database.transaction((tx) => copyAll(source, tx, database, copied));
  } finally {
    await database.close();
    source.close();
  }
}

async function copyAll(source: Connection, tx: Statements, database: Database, copied: CopyOptions['copied']): Promise<void> {
  await tx.run('LOCK TABLE deliveries, incidents, episodes IN EXCLUSIVE MODE');
  if (await tx.first('SELECT 1 FROM deliveries UNION ALL SELECT 1 FROM episodes LIMIT 1')) {
    throw new OncallmError('store-not-empty', `The database ${database.server} has alerts already.`, 'Name an empty database: rows are not mixed.');
  }
  for (const [table, columns] of Object.entries(TABLES)) {
    let rows = 0;
    for (const chunk of chunksOf(source, table, Object.keys(columns))) {
      await insertRows(tx, table, columns, chunk);
      if (table === 'episodes') await insertWords(source, tx, chunk);
      rows += chunk.length;
    }
    copied(table, rows);
  }
  for (const [table, column] of [
    ['incidents', 'seq'],
    ['episodes', 'seq'],
    ['feedback', 'id'],
  ]) {
    await tx.run(`SELECT setval(pg_get_serial_sequence('${table}', '${column}'), coalesce(max(${column}), 0) + 1, false) FROM ${table}`);
  }
  await tx.run(`UPDATE total_parts SET value = (SELECT count(*) FROM episodes) WHERE name = 'episodes' AND part = 0`);
}

/** In the order in which the file keeps them. Names of tables and columns are ours. */
function* chunksOf(source: Connection, table: string, columns: readonly string[]): Generator<readonly Row[]> {
  let chunk: Row[] = [];
  for (const row of source.prepare(`SELECT ${columns.join(', ')} FROM ${table}`).iterate()) {
    chunk.push(row);
    if (chunk.length < CHUNK_ROWS) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

async function insertRows(tx: Statements, table: string, columns: Readonly<Record<string, string>>, rows: readonly Row[]): Promise<void> {
  const entries = Object.entries(columns);
  const lists = entries.map(([, type], index) => `$${index + 1}::${type}[]`);
  const values = entries.map(([column, type]) => rows.map((row) => (type === 'bytea' ? packedBytes(row[column] as string | Uint8Array) : row[column])));
  await tx.run(`INSERT INTO ${table} (${Object.keys(columns).join(', ')}) SELECT * FROM unnest(${lists.join(', ')})`, ...values);
}

/** The index of words is made anew: SQLite keeps it in a form of its own. */
async function insertWords(source: Connection, tx: Statements, episodes: readonly Row[]): Promise<void> {
  const causeOf = (incidentId: unknown): string => {
    if (typeof incidentId !== 'string') return '';
    const sql = `SELECT cause_code || ' ' || cause_title AS cause FROM incidents WHERE id = ?`;
    return source.get<{ cause: string | null }>(sql, incidentId)?.cause ?? '';
  };
  await tx.run(
    `INSERT INTO episode_words (seq, words) SELECT seq, array_to_tsvector(string_to_array(words, ' ')) FROM unnest($1::bigint[], $2::text[]) AS new (seq, words)`,
    episodes.map(({ seq }) => seq),
    episodes.map(({ labels, incident_id }) => searchDocument(JSON.parse(String(labels)) as LabelSet, causeOf(incident_id))),
  );
}
