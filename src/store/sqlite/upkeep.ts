import { rename, rm } from 'node:fs/promises';
import { backup } from 'node:sqlite';
import { messageOf, OncallmError } from '#domain/error.ts';
import type { Upkeep } from '../store.ts';
import { type Connection, openConnection } from './connection.ts';
import { createIncidentLedger } from './incident-ledger.ts';
import { migrateSchema } from './migrations.ts';
import { type SqliteContext, writeAndTell } from './sqlite-context.ts';
import { storeError } from './store-error.ts';
import { changeTotal } from './totals.ts';
import { forgetWords } from './word-index.ts';

/** What one transaction removes or closes; between them others get their turn. */
const CHUNK_ROWS = 500;
/** Episodes of one incident removed in one transaction. */
const CHUNK_EPISODES = 500;

/** `writing` is the connection behind the context's writer; close() is the store's own business. */
export function createUpkeep(context: SqliteContext, writing: Connection): Omit<Upkeep, 'close'> {
  return {
    async migrate() {
      try {
        const migrated = migrateSchema(writing);
        context.words.follow();
        return migrated;
      } catch (thrown) {
        throw storeError(thrown, writing.file);
      }
    },

    async retain(before) {
      const until = new Date(before).toISOString();
      let removed = 0;
      for (const step of [retainIncidents, retainLoneEpisodes, retainDeliveries]) {
        let chunk = await context.writer.write((connection) => step(connection, until));
        for (; chunk.rows > 0; chunk = await context.writer.write((connection) => step(connection, until))) removed += chunk.episodes;
      }
      return removed;
    },

    async closeStale(before) {
      const until = new Date(before).toISOString();
      let closed = 0;
      for (let chunk = -1; chunk !== 0; closed += chunk) {
        chunk = await writeAndTell(context, (connection, effects) => {
          const now = context.clock().toISOString();
          const stale = connection.all<{ seq: number; incident_id: string | null }>(
            `UPDATE episodes SET state = 'stale', firing = 0 WHERE seq IN (SELECT seq FROM episodes WHERE firing = 1 AND last_seen_at < ? LIMIT ${CHUNK_ROWS})
             RETURNING seq, incident_id`,
            until,
          );
          const ledger = createIncidentLedger({ connection, effects, now, newId: context.newId }, { correlationWindowMs: 0 });
          for (const { incident_id } of stale) if (incident_id !== null) ledger.leave(incident_id);
          ledger.settle();
          return stale.length;
        });
      }
      return closed;
    },

    endLostQuestions: (askedBefore, answer) =>
      writeAndTell(context, (connection, effects) => {
        const lost = connection.all<{ id: string }>(
          `UPDATE questions SET state = 'failed', answered_at = ?, answer = ? WHERE state = 'asked' AND asked_at < ? RETURNING id`,
          context.clock().toISOString(),
          JSON.stringify(answer),
          new Date(askedBefore).toISOString(),
        );
        effects.questions.push(...lost.map(({ id }) => id));
        return lost.length;
      }),

    async backup(file) {
      // A connection of its own reads one moment of the database, off the main thread, whatever is written meanwhile.
      const source = openConnection({ file: writing.file, readOnly: true, busyTimeoutMs: 5_000 });
      const partial = `${file}.partial`;
      try {
        await backup(source.database, partial, { rate: ALL_PAGES });
        await rename(partial, file);
      } catch (thrown) {
        await rm(partial, { force: true });
        throw backupError(thrown, file);
      } finally {
        source.close();
      }
    },

    check: () =>
      context.writer.write((connection) => {
        connection.run('INSERT INTO write_check (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at', context.clock().toISOString());
      }),
  };
}

/** In one step: the copy is of one moment. */
const ALL_PAGES = 2 ** 31 - 1;

function backupError(thrown: unknown, file: string): unknown {
  const known = storeError(thrown, file);
  if (known instanceof OncallmError) return known;
  return new OncallmError(
    'store-unavailable',
    `The backup ${file} cannot be written: ${messageOf(thrown)}.`,
    'Name a file in a directory that exists and can be written to.',
    {
      cause: thrown,
    },
  );
}

interface Chunk {
  readonly rows: number;
  readonly episodes: number;
}

/** The next closed incident that ended before; a large one is emptied in steps and goes last. */
function retainIncidents(connection: Connection, before: string): Chunk {
  const ended = connection.all<{ id: string }>(
    `SELECT id FROM incidents WHERE closed_at < ? AND NOT EXISTS (
       SELECT 1 FROM investigations WHERE incident_id = incidents.id AND state IN ('queued', 'running'))
     ORDER BY closed_at LIMIT 100`,
    before,
  );
  let episodes = 0;
  for (const { id } of ended) {
    episodes += removeEpisodes(connection, 'incident_id = ?', id);
    if (episodes >= CHUNK_EPISODES) return { rows: 1, episodes };
    connection.run('DELETE FROM incidents WHERE id = ?', id);
  }
  return { rows: ended.length, episodes };
}

/** Ended episodes that belong to no incident: always firing ones, and those never seen firing. */
function retainLoneEpisodes(connection: Connection, before: string): Chunk {
  const episodes = removeEpisodes(connection, `incident_id IS NULL AND last_seen_at < ? AND firing = 0`, before);
  return { rows: episodes, episodes };
}

function retainDeliveries(connection: Connection, before: string): Chunk {
  const rows = connection.run(`DELETE FROM deliveries WHERE rowid IN (SELECT rowid FROM deliveries WHERE received_at < ? LIMIT ${CHUNK_ROWS})`, before);
  return { rows, episodes: 0 };
}

function removeEpisodes(connection: Connection, condition: string, value: string): number {
  const gone = connection.all<{ seq: number }>(
    `DELETE FROM episodes WHERE seq IN (SELECT seq FROM episodes WHERE ${condition} LIMIT ${CHUNK_EPISODES}) RETURNING seq`,
    value,
  );
  if (gone.length === 0) return 0;
  forgetWords(
    connection,
    gone.map(({ seq }) => seq),
  );
  changeTotal(connection, 'episodes', -gone.length);
  return gone.length;
}
