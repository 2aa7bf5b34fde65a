import type { NoticeClaim } from '#domain/notice.ts';
import { LONGEST_WAIT_MS, PROBLEM_LENGTH } from '../limits.ts';
import type { Outbox } from '../store.ts';
import type { Statements } from './database.ts';
import type { PostgresContext } from './postgres-context.ts';

/** The rows of `notices`, as in the SQLite store. Replicas pass over what another is just claiming. */
export function createOutbox({ database, clock }: PostgresContext): Omit<Outbox, 'noticesWaiting' | 'onOwed'> {
  const after = (ms: number): string => new Date(clock().getTime() + ms).toISOString();
  return {
    async claimNotices(notifier, limit, claimMs) {
      const rows = await database.rows<{ investigation_id: string; attempts: number; owed_since: string }>(
        `WITH due AS (
           SELECT investigation_id FROM notices WHERE notifier = $2 AND state = 'waiting' AND (due_at <= $3 OR due_at > $4)
           ORDER BY due_at LIMIT $5 FOR UPDATE SKIP LOCKED)
         UPDATE notices SET attempts = attempts + 1, due_at = $1 FROM due
         WHERE notices.investigation_id = due.investigation_id AND notifier = $2
         RETURNING notices.investigation_id, attempts, owed_since`,
        after(claimMs),
        notifier,
        after(0),
        after(LONGEST_WAIT_MS),
        limit,
      );
      return rows.map((row) => ({ investigationId: row.investigation_id, notifier, attempt: row.attempts, owedSince: row.owed_since }));
    },

    async settleNotice({ investigationId, notifier, attempt }: NoticeClaim, outcome) {
      const settled = await database.run(
        `UPDATE notices SET state = $4, due_at = coalesce($5, due_at), settled_at = $6, problem = $7
         WHERE investigation_id = $1 AND notifier = $2 AND attempts = $3 AND state = 'waiting'`,
        investigationId,
        notifier,
        attempt,
        outcome.state,
        outcome.state === 'waiting' ? new Date(outcome.dueAt).toISOString() : null,
        outcome.state === 'waiting' ? null : after(0),
        'problem' in outcome ? outcome.problem.slice(0, PROBLEM_LENGTH) : null,
      );
      return settled > 0;
    },
  };
}

/** Notes what is owed about an investigation that is being settled; each notifier once. */
export async function oweNotices(tx: Statements, investigationId: string, notifiers: readonly string[], now: string): Promise<void> {
  if (notifiers.length === 0) return;
  await tx.run(
    `INSERT INTO notices (investigation_id, notifier, state, due_at, owed_since)
     SELECT $1, notifier, 'waiting', $2, $2 FROM unnest($3::text[]) AS notifier ON CONFLICT DO NOTHING`,
    investigationId,
    now,
    notifiers,
  );
}
