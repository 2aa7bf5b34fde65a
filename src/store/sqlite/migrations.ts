import { OncallmError } from '#domain/error.ts';
import type { Connection } from './connection.ts';

/**
 * The schema, as the steps that led to it; `PRAGMA user_version` counts how many a file has had. A released step is never changed: add another.
 * Columns are explained in ../tables.ts.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    cluster TEXT NOT NULL,
    received_at TEXT NOT NULL,
    remote_address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    receiver TEXT NOT NULL,
    group_key TEXT NOT NULL,
    alerts INTEGER NOT NULL,
    body ANY NOT NULL
  ) STRICT;
  -- retention, and the time of the last one
  CREATE INDEX deliveries_received ON deliveries (received_at);

  CREATE TABLE incidents (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    cluster TEXT NOT NULL,
    group_key TEXT NOT NULL,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    state TEXT NOT NULL,
    rank INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    closed_at TEXT,
    lead_alert_name TEXT NOT NULL,
    lead_namespace TEXT NOT NULL,
    lead_fingerprint TEXT NOT NULL,
    alerts_total INTEGER NOT NULL,
    alerts_firing INTEGER NOT NULL,
    investigation_id TEXT,
    analysis_id TEXT,
    cause_code TEXT,
    cause_title TEXT,
    cause_confidence TEXT,
    healthy INTEGER NOT NULL DEFAULT 0,
    inconclusive INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  -- the inbox, whole and by each filter that has few rows
  CREATE INDEX incidents_rank ON incidents (rank, seq);
  CREATE INDEX incidents_severity ON incidents (severity, rank, seq);
  CREATE INDEX incidents_cluster ON incidents (cluster, rank, seq);
  -- retention
  CREATE INDEX incidents_closed ON incidents (closed_at) WHERE closed_at IS NOT NULL;

  -- Which incident the next alert of a group joins. Several keys may lead to one incident: the same alerts come through several routes.
  CREATE TABLE incident_keys (
    cluster TEXT NOT NULL,
    key TEXT NOT NULL,
    incident_id TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    PRIMARY KEY (cluster, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX incident_keys_incident ON incident_keys (incident_id);

  CREATE TABLE episodes (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    cluster TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL,
    firing INTEGER NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT,
    alert_name TEXT NOT NULL,
    namespace TEXT NOT NULL,
    labels TEXT NOT NULL,
    annotations TEXT NOT NULL,
    generator_url TEXT NOT NULL,
    external_url TEXT NOT NULL,
    truncated_alerts INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    repeats INTEGER NOT NULL,
    incident_id TEXT,
    status TEXT NOT NULL
  ) STRICT;
  -- the latest of a fingerprint, and its history
  CREATE INDEX episodes_fingerprint ON episodes (fingerprint, cluster, seq);
  -- members of an incident
  CREATE INDEX episodes_incident ON episodes (incident_id, starts_at, seq) WHERE incident_id IS NOT NULL;
  -- the list of reports by each filter that may have few rows
  CREATE INDEX episodes_status ON episodes (status, seq);
  CREATE INDEX episodes_firing ON episodes (firing, seq);
  CREATE INDEX episodes_namespace ON episodes (namespace, seq);
  CREATE INDEX episodes_alert_name ON episodes (alert_name, seq, namespace);
  CREATE INDEX episodes_cluster ON episodes (cluster, seq);
  -- what goes stale, and retention of what belongs to no incident
  CREATE INDEX episodes_news ON episodes (firing, last_seen_at);
  CREATE INDEX episodes_lone_news ON episodes (last_seen_at) WHERE incident_id IS NULL;

  -- Words of an episode, by its seq (see ../search-words.ts).
  CREATE VIRTUAL TABLE episode_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

  CREATE TABLE investigations (
    id TEXT NOT NULL PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    cluster TEXT NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL DEFAULT 0,
    origin TEXT NOT NULL,
    run_at TEXT NOT NULL,
    lease_until TEXT,
    worker TEXT,
    created_at TEXT NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    problem TEXT
  ) STRICT, WITHOUT ROWID;
  -- the queue, in the order in which it is claimed
  CREATE INDEX investigations_active ON investigations (priority DESC, id, state, created_at) WHERE state IN ('queued', 'running');
  CREATE INDEX investigations_incident ON investigations (incident_id, id);

  CREATE TABLE analyses (
    investigation_id TEXT NOT NULL PRIMARY KEY REFERENCES investigations (id) ON DELETE CASCADE,
    saved_at TEXT NOT NULL,
    analysis ANY NOT NULL
  ) STRICT;

  CREATE TABLE progress (
    investigation_id TEXT NOT NULL REFERENCES investigations (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (investigation_id, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    investigation_id TEXT NOT NULL REFERENCES investigations (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    verdict TEXT NOT NULL,
    comment TEXT NOT NULL
  ) STRICT;
  CREATE INDEX feedback_investigation ON feedback (investigation_id);

  -- Counting a million rows takes too long for a page.
  CREATE TABLE totals (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO totals (name, value) VALUES ('episodes', 0);

  -- One row, written to see that writing works.
  CREATE TABLE write_check (id INTEGER PRIMARY KEY CHECK (id = 1), at TEXT NOT NULL) STRICT;
  `,
  `
  -- What notifiers are owed: written when an investigation is settled, sent afterwards.
  CREATE TABLE notices (
    investigation_id TEXT NOT NULL REFERENCES investigations (id) ON DELETE CASCADE,
    notifier TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at TEXT NOT NULL,
    owed_since TEXT NOT NULL,
    settled_at TEXT,
    problem TEXT,
    PRIMARY KEY (investigation_id, notifier)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX notices_due ON notices (notifier, due_at) WHERE state = 'waiting';

  -- What the model cost, by day (UTC); what running investigations have set aside counts.
  CREATE TABLE model_spending (day TEXT NOT NULL PRIMARY KEY, micro_usd INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- What was said and done with a model, and what readers asked it afterwards.
  CREATE TABLE transcripts (
    investigation_id TEXT NOT NULL PRIMARY KEY REFERENCES investigations (id) ON DELETE CASCADE,
    saved_at TEXT NOT NULL,
    transcript ANY NOT NULL
  ) STRICT;
  CREATE TABLE questions (
    id TEXT NOT NULL PRIMARY KEY,
    investigation_id TEXT NOT NULL REFERENCES investigations (id) ON DELETE CASCADE,
    asked_at TEXT NOT NULL,
    asker TEXT NOT NULL,
    question TEXT NOT NULL,
    state TEXT NOT NULL,
    answered_at TEXT,
    answer TEXT NOT NULL DEFAULT ''
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX questions_investigation ON questions (investigation_id, id);
  `,
  `
  -- Incidents that turn out to have one cause become one: what they share, and where one went. Why an alert is in its incident.
  ALTER TABLE incidents ADD COLUMN cause_key TEXT;
  ALTER TABLE incidents ADD COLUMN merged_into TEXT;
  ALTER TABLE episodes ADD COLUMN joined_by TEXT NOT NULL DEFAULT '';
  CREATE INDEX incidents_cause ON incidents (cluster, cause_key) WHERE state = 'open' AND cause_key IS NOT NULL;
  CREATE INDEX incidents_merged ON incidents (merged_into) WHERE merged_into IS NOT NULL;
  `,
  `
  -- Alerts that a person took out of an incident are one of their own: which one they came from.
  ALTER TABLE incidents ADD COLUMN split_from TEXT;
  CREATE INDEX incidents_split ON incidents (split_from) WHERE split_from IS NOT NULL;
  `,
  `
  -- What is done for a question while it waits, and what was said and done for it. The index finds questions whose process died.
  CREATE TABLE question_steps (
    question_id TEXT NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (question_id, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE question_transcripts (
    question_id TEXT NOT NULL PRIMARY KEY REFERENCES questions (id) ON DELETE CASCADE,
    transcript ANY NOT NULL
  ) STRICT;
  CREATE INDEX questions_asked ON questions (asked_at) WHERE state = 'asked';
  `,
  `
  -- Lists by several filters. What fires and what has no answer are few: their indexes hold every filter, so that what does not match costs no look at its row.
  DROP INDEX episodes_firing;
  CREATE INDEX episodes_firing ON episodes (seq, namespace, alert_name, cluster) WHERE firing = 1;
  DROP INDEX episodes_status;
  CREATE INDEX episodes_status ON episodes (status, seq, firing, namespace, alert_name, cluster) WHERE status <> 'completed';
  DROP INDEX episodes_alert_name;
  CREATE INDEX episodes_alert_name ON episodes (alert_name, seq);
  -- namespace, alert name and cluster together: two of them and every value of the third
  CREATE INDEX episodes_place ON episodes (namespace, alert_name, cluster, seq);
  CREATE INDEX incidents_cluster_severity ON incidents (cluster, severity, rank, seq);
  `,
  `
  -- Up to which seq the words of episodes are entered: the search index follows a little behind (word-index.ts).
  INSERT INTO totals (name, value) SELECT 'words', coalesce(max(seq), 0) FROM episodes;
  `,
  `
  -- Incidents before with the same cause.
  CREATE INDEX IF NOT EXISTS incidents_cause_before ON incidents (cluster, cause_key, opened_at) WHERE cause_key IS NOT NULL;
  `,
  `
  -- Where an earlier startsAt has moved the start of an episode back: the latest that was said.
  ALTER TABLE episodes ADD COLUMN latest_start TEXT;
  `,
];

/** How many migrations this program knows. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings the file to the newest schema, in one transaction. Throws OncallmError `store-newer` for a file that a later OnCallM has written. */
export function migrateSchema(connection: Connection): { readonly from: number; readonly to: number } {
  const { database, file } = connection;
  database.exec('BEGIN IMMEDIATE');
  try {
    const from = schemaVersion(connection);
    if (from > SCHEMA_VERSION) throw newerError(file, from);
    for (const step of MIGRATIONS.slice(from)) database.exec(step);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec('COMMIT');
    return { from, to: SCHEMA_VERSION };
  } catch (thrown) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}

function schemaVersion(connection: Connection): number {
  return Number(connection.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0);
}

function newerError(file: string, version: number): OncallmError {
  return new OncallmError(
    'store-newer',
    `The database ${file} has schema version ${version}; this OnCallM knows up to ${SCHEMA_VERSION}.`,
    'Run the newer OnCallM that wrote it, or put back a backup from before the upgrade.',
  );
}
