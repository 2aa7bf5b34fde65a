import { OncallmError } from '#domain/error.ts';
import type { Upkeep } from '../store.ts';
import { lockClusters } from './cluster-locks.ts';
import type { Statements } from './database.ts';
import { migrateSchema } from './migrations.ts';
import { type PostgresContext, writeAndTell } from './postgres-context.ts';
import { holdIncidents } from './read-placing.ts';
import { changeTotal } from './totals.ts';
import { writeLedger } from './write-ledger.ts';

/** What one transaction removes or closes; between them others get their turn. */
const CHUNK_ROWS = 500;
const CHUNK_INCIDENTS = 100;
const CHUNK_EPISODES = 5_000;

/** close() is the store's own business. */
export function createUpkeep(context: PostgresContext): Omit<Upkeep, 'close'> {
  const { database } = context;
  return {
    migrate: () => migrateSchema(database),

    async retain(before) {
      const until = new Date(before).toISOString();
      let removed = 0;
      await database.run('DELETE FROM rate_counts WHERE ends_at <= $1', context.clock().toISOString());
      for (const step of [retainIncidents, retainLoneEpisodes, retainDeliveries]) {
        let chunk = await database.transaction((tx) => step(tx, until));
        for (; chunk.rows > 0; chunk = await database.transaction((tx) => step(tx, until))) removed += chunk.episodes;
      }
      return removed;
    },

    endLostQuestions: (askedBefore, answer) =>
      writeAndTell(context, async (tx, effects) => {
        const lost = await tx.rows<{ id: string }>(
          `UPDATE questions SET state = 'failed', answered_at = $1, answer = $2 WHERE state = 'asked' AND asked_at < $3 RETURNING id`,
          context.clock().toISOString(),
          JSON.stringify(answer),
          new Date(askedBefore).toISOString(),
        );
        effects.questions.push(...lost.map(({ id }) => id));
        return lost.length;
      }),

    async closeStale(before) {
      const until = new Date(before).toISOString();
      const clusters = await database.rows<{ cluster: string }>('SELECT DISTINCT cluster FROM episodes WHERE firing = 1 AND last_seen_at < $1', until);
      let closed = 0;
      for (const { cluster } of clusters) {
        for (let chunk = -1; chunk !== 0; closed += Math.max(0, chunk)) chunk = await closeChunk(context, cluster, until);
      }
      return closed;
    },

    async backup() {
      throw new OncallmError(
        'backup-elsewhere',
        `The database ${database.server} is not copied by OnCallM.`,
        'Use the tools of PostgreSQL: `pg_dump --format=custom --file=FILE "$DATABASE_URL"`, or the backups of whoever runs the server.',
      );
    },

    async check() {
      await database.run('INSERT INTO write_check (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at', context.clock().toISOString());
    },
  };
}

function closeChunk(context: PostgresContext, cluster: string, until: string): Promise<number> {
  return writeAndTell(
    context,
    async (tx, effects) => {
      const stale = await tx.rows<{ seq: number; incident_id: string | null }>(
        `SELECT seq, incident_id FROM episodes WHERE firing = 1 AND last_seen_at < $1 AND cluster = $2 LIMIT ${CHUNK_ROWS}`,
        until,
        cluster,
      );
      if (stale.length === 0) return 0;
      const now = context.clock().toISOString();
      const ids = stale.map(({ incident_id }) => incident_id);
      const ledger = await holdIncidents(tx, ids, { now, newId: context.newId });
      await tx.run(
        `UPDATE episodes SET state = 'stale', firing = 0 WHERE seq = ANY ($1::bigint[])`,
        stale.map(({ seq }) => seq),
      );
      const page = ledger.begin({ correlationWindowMs: 0 });
      for (const id of ids) if (id !== null) page.leave(id);
      page.settle();
      await writeLedger(tx, ledger, now, effects);
      return stale.length;
    },
    { opening: lockClusters([cluster]) },
  );
}

interface Chunk {
  readonly rows: number;
  readonly episodes: number;
}

/** The next closed incidents that ended before; large ones are emptied in steps and go last. Those that somebody works with are left for the next time. */
async function retainIncidents(tx: Statements, before: string): Promise<Chunk> {
  const ended = await tx.rows<{ id: string }>(
    `SELECT id FROM incidents WHERE closed_at < $1 AND NOT EXISTS (
       SELECT 1 FROM investigations WHERE incident_id = incidents.id AND state IN ('queued', 'running'))
     ORDER BY closed_at LIMIT ${CHUNK_INCIDENTS} FOR UPDATE SKIP LOCKED`,
    before,
  );
  if (ended.length === 0) return { rows: 0, episodes: 0 };
  const ids = ended.map(({ id }) => id);
  // Looked at again, now that they are held: somebody may have asked for another investigation meanwhile.
  const free = await tx.rows<{ id: string }>(
    `SELECT id FROM incidents WHERE id = ANY ($1::text[]) AND NOT EXISTS (
       SELECT 1 FROM investigations WHERE incident_id = incidents.id AND state IN ('queued', 'running'))`,
    ids,
  );
  const gone = free.map(({ id }) => id);
  const episodes = await removeEpisodes(tx, 'incident_id = ANY ($1::text[])', gone);
  if (episodes < CHUNK_EPISODES) await tx.run('DELETE FROM incidents WHERE id = ANY ($1::text[])', gone);
  return { rows: gone.length, episodes };
}

/** Ended episodes that belong to no incident: always firing ones, and those never seen firing. */
async function retainLoneEpisodes(tx: Statements, before: string): Promise<Chunk> {
  const episodes = await removeEpisodes(tx, 'incident_id IS NULL AND last_seen_at < $1 AND firing = 0', before);
  return { rows: episodes, episodes };
}

async function retainDeliveries(tx: Statements, before: string): Promise<Chunk> {
  const rows = await tx.run(
    `DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE received_at < $1 LIMIT ${CHUNK_ROWS} FOR UPDATE SKIP LOCKED)`,
    before,
  );
  return { rows, episodes: 0 };
}

async function removeEpisodes(tx: Statements, condition: string, value: unknown): Promise<number> {
  const gone = await tx.first<{ count: number }>(
    `WITH gone AS (
       DELETE FROM episodes WHERE seq IN (SELECT seq FROM episodes WHERE ${condition} LIMIT ${CHUNK_EPISODES} FOR UPDATE SKIP LOCKED) RETURNING seq),
     words AS (DELETE FROM episode_words USING gone WHERE episode_words.seq = gone.seq)
     SELECT count(*) AS count FROM gone`,
    value,
  );
  const count = gone?.count ?? 0;
  await changeTotal(tx, 'episodes', -count);
  return count;
}
