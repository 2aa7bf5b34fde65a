import type { NoticeClaim, NoticeOutcome } from '#domain/notice.ts';
import { LONGEST_WAIT_MS, PROBLEM_LENGTH } from '../limits.ts';
import type { Outbox } from '../store.ts';
import type { Connection } from './connection.ts';
import type { SqliteContext } from './sqlite-context.ts';

/** The rows of `notices`. A claimed one is due again when its claim ends, and a claim is known by the attempt it counted. */
export function createOutbox(context: SqliteContext): Omit<Outbox, 'noticesWaiting'> {
  const after = (ms: number): string => new Date(context.clock().getTime() + ms).toISOString();
  return {
    claimNotices: (notifier, limit, claimMs) =>
      context.writer.write((connection) =>
        claimNotices(connection, { notifier, limit, now: after(0), claimUntil: after(claimMs), noDueAfter: after(LONGEST_WAIT_MS) }),
      ),

    settleNotice: (claim, outcome) => context.writer.write((connection) => settleNotice(connection, claim, outcome, after(0))),

    onOwed: (listener) => context.owed.add(listener),
  };
}

/** Notes what is owed about an investigation that is being settled; each notifier once. */
export function oweNotices(connection: Connection, investigationId: string, notifiers: readonly string[], now: string): void {
  for (const notifier of notifiers) {
    connection.run(
      `INSERT INTO notices (investigation_id, notifier, state, due_at, owed_since) VALUES (?1, ?2, 'waiting', ?3, ?3) ON CONFLICT DO NOTHING`,
      investigationId,
      notifier,
      now,
    );
  }
}

interface ClaimWish {
  readonly notifier: string;
  readonly limit: number;
  readonly now: string;
  readonly claimUntil: string;
  /** What is due later is from before the clock was set back, and would wait until then. */
  readonly noDueAfter: string;
}

function claimNotices(connection: Connection, { notifier, limit, now, claimUntil, noDueAfter }: ClaimWish): readonly NoticeClaim[] {
  const rows = connection.all<{ investigation_id: string; attempts: number; owed_since: string }>(
    `UPDATE notices SET attempts = attempts + 1, due_at = ?1
     WHERE notifier = ?2 AND investigation_id IN (
       SELECT investigation_id FROM notices WHERE notifier = ?2 AND state = 'waiting' AND (due_at <= ?3 OR due_at > ?4) ORDER BY due_at LIMIT ?5)
     RETURNING investigation_id, attempts, owed_since`,
    claimUntil,
    notifier,
    now,
    noDueAfter,
    limit,
  );
  return rows.map((row) => ({ investigationId: row.investigation_id, notifier, attempt: row.attempts, owedSince: row.owed_since }));
}

function settleNotice(connection: Connection, { investigationId, notifier, attempt }: NoticeClaim, outcome: NoticeOutcome, now: string): boolean {
  const settled = connection.run(
    `UPDATE notices SET state = ?, due_at = coalesce(?, due_at), settled_at = ?, problem = ?
     WHERE investigation_id = ? AND notifier = ? AND attempts = ? AND state = 'waiting'`,
    outcome.state,
    outcome.state === 'waiting' ? new Date(outcome.dueAt).toISOString() : null,
    outcome.state === 'waiting' ? null : now,
    'problem' in outcome ? outcome.problem.slice(0, PROBLEM_LENGTH) : null,
    investigationId,
    notifier,
    attempt,
  );
  return settled > 0;
}
