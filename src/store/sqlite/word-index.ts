import type { LabelSet } from '#domain/alert.ts';
import { SEARCHABLE_MEMBERS } from '../limits.ts';
import { searchDocument } from '../search-words.ts';
import type { Connection } from './connection.ts';
import type { GroupCommit } from './group-commit.ts';

/**
 * The index of the full-text search. It follows behind what is recorded, since a sender does not wait for it: `totals.words` is the seq up to which episodes are
 * entered. Later ones are searched without it (search.ts), so that none is missed.
 */
export interface WordIndex {
  /** There are episodes to enter: soon, and while deliveries come, in small portions. */
  follow(): void;
  /** Enters nothing more; what is not entered is after the next start. */
  close(): void;
}

/** A portion: so many episodes, or as many as take so long. */
const PORTION = 200;
const PORTION_MS = 8;
/** Between portions, while deliveries come and else; and what follows too far behind is no longer held back. */
const BUSY_PAUSE_MS = 250;
const PAUSE_MS = 20;
const FAR_BEHIND = 10_000;

export function createWordIndex(writer: GroupCommit): WordIndex {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let deliveredAt = Number.NEGATIVE_INFINITY;

  const schedule = (ms: number): void => {
    if (closed) return;
    timer ??= setTimeout(() => void step(), ms);
  };
  const step = async (): Promise<void> => {
    timer = undefined;
    try {
      const behind = await writer.write(enterSome);
      const busy = performance.now() - deliveredAt < BUSY_PAUSE_MS && behind < FAR_BEHIND;
      if (behind > 0) schedule(busy ? BUSY_PAUSE_MS : PAUSE_MS);
    } catch {
      // No disk, say: whoever records hears of it. Entered with the next delivery, or after the next start.
    }
  };

  return {
    follow() {
      const now = performance.now();
      schedule(now - deliveredAt < BUSY_PAUSE_MS ? BUSY_PAUSE_MS : PAUSE_MS);
      deliveredAt = now;
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Enters a portion; how many episodes are left at most. */
function enterSome(connection: Connection): number {
  const until = performance.now() + PORTION_MS;
  const entered = enteredUpTo(connection);
  const episodes = connection.all<{ seq: number; labels: string; cause_code: string | null; cause_title: string | null }>(
    `SELECT episodes.seq, labels, cause_code, cause_title FROM episodes LEFT JOIN incidents ON incidents.id = incident_id
     WHERE episodes.seq > ? ORDER BY episodes.seq LIMIT ?`,
    entered,
    PORTION,
  );
  let last = entered;
  for (const { seq, labels, cause_code: code, cause_title: title } of episodes) {
    enter(connection, seq, labels, code === null ? undefined : { code, title: title ?? '' });
    last = seq;
    if (performance.now() > until) break;
  }
  connection.run(`UPDATE totals SET value = ? WHERE name = 'words'`, last);
  const newest = connection.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM episodes')?.seq ?? 0;
  return Math.max(0, newest - last);
}

interface Cause {
  readonly code: string;
  readonly title: string;
}

/** Lets the alerts of an incident be found by its cause; those that are not entered yet will be with it. */
export function enterCause(connection: Connection, incidentId: string, cause: Cause | undefined): void {
  const members = connection.all<{ seq: number; labels: string }>(
    'SELECT seq, labels FROM episodes WHERE incident_id = ? AND seq <= ? ORDER BY seq DESC LIMIT ?',
    incidentId,
    enteredUpTo(connection),
    SEARCHABLE_MEMBERS,
  );
  for (const { seq, labels } of members) enter(connection, seq, labels, cause);
}

/** Episodes are gone: what takes their numbers later is new. */
export function forgetWords(connection: Connection, gone: readonly number[]): void {
  for (const seq of gone) connection.run('DELETE FROM episode_words WHERE rowid = ?', seq);
  connection.run(`UPDATE totals SET value = min(value, coalesce((SELECT max(seq) FROM episodes), 0)) WHERE name = 'words'`);
}

function enter(connection: Connection, seq: number, labels: string, cause: Cause | undefined): void {
  const words = searchDocument(JSON.parse(labels) as LabelSet, cause === undefined ? '' : `${cause.code} ${cause.title}`);
  connection.run('INSERT OR REPLACE INTO episode_words (rowid, words) VALUES (?, ?)', seq, words);
}

function enteredUpTo(connection: Connection): number {
  return connection.get<{ value: number }>(`SELECT value FROM totals WHERE name = 'words'`)?.value ?? 0;
}
