import type { Claim } from '#domain/investigation.ts';
import { LONGEST_WAIT_MS, SHORT_LEASE_MS } from '../limits.ts';
import { refreshIncident } from './held-incident.ts';
import { type PostgresContext, writeAndTell } from './postgres-context.ts';

/** Others may be quicker that often; then there is surely somebody at work. */
const ATTEMPTS = 20;

/** The states that wait or are lost. A retry after $2 or a lease beyond $3 is from before a clock was set back, and would keep its investigation until then. */
const DUE = `due.state IN ('queued', 'running')
  AND CASE due.state WHEN 'queued' THEN due.run_at <= $1 OR due.run_at > $2 ELSE due.lease_until <= $1 OR due.lease_until > $3 END`;
/** Never two runs of one incident at a time. */
const ALONE = `NOT EXISTS (
  SELECT 1 FROM investigations AS other
  WHERE other.incident_id = due.incident_id AND other.id <> due.id AND other.state = 'running'
    AND other.lease_until > $1 AND other.lease_until <= $3)`;

/**
 * The most urgent, then oldest, that is due. It is found by holding the row of its incident, which whoever changes an investigation holds, and looked at again
 * once it is held. Incidents that others hold are passed over; when that leaves nothing, they are waited for, a moment as a rule.
 */
export async function claimNext(context: PostgresContext, worker: string, leaseMs: number): Promise<Claim | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const claimed = (await tryClaim(context, worker, leaseMs, 'SKIP LOCKED')) ?? (await tryClaim(context, worker, leaseMs, ''));
    if (claimed !== 'taken') return claimed;
  }
  return undefined;
}

/** `taken`: another was quicker; undefined: nothing is due. */
function tryClaim(context: PostgresContext, worker: string, leaseMs: number, busy: 'SKIP LOCKED' | ''): Promise<Claim | 'taken' | undefined> {
  return writeAndTell(context, async (tx) => {
    const now = context.clock();
    const after = (ms: number): string => new Date(now.getTime() + ms).toISOString();
    const times = [now.toISOString(), after(LONGEST_WAIT_MS), after(Math.max(2 * leaseMs, SHORT_LEASE_MS))];
    const found = await tx.first<{ id: string }>(
      `SELECT due.id FROM investigations AS due JOIN incidents ON incidents.id = due.incident_id
       WHERE ${DUE} AND ${ALONE} ORDER BY due.priority DESC, due.id LIMIT 1 FOR NO KEY UPDATE OF incidents ${busy}`,
      ...times,
    );
    if (found === undefined) return undefined;
    const row = await tx.first<{ id: string; incident_id: string; cluster: string; attempts: number; fence: number }>(
      `UPDATE investigations AS due SET state = 'running', attempts = attempts + 1, fence = fence + 1, worker = $4, lease_until = $5, started_at = $1,
         problem = CASE state WHEN 'running' THEN 'Attempt ' || attempts || ' ended without a word: its process stopped or was cut off.' ELSE problem END
       WHERE due.id = $6 AND ${DUE} AND ${ALONE}
       RETURNING id, incident_id, cluster, attempts, fence`,
      ...times,
      worker,
      after(leaseMs),
      found.id,
    );
    if (row === undefined) return 'taken';
    await refreshIncident(tx, row.incident_id);
    return { investigationId: row.id, incidentId: row.incident_id, cluster: row.cluster, attempt: row.attempts, fence: row.fence };
  });
}
