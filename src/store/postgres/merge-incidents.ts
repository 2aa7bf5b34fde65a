import type { Claim } from '#domain/investigation.ts';
import { urgency } from '#domain/severity.ts';
import { MOST_BY_CAUSE, MOST_TWINS, sharesCause } from '../correlation.ts';
import type { Effects } from '../effects.ts';
import { incidentRank, incidentTitle } from '../incident-facts.ts';
import { MERGED } from '../limits.ts';
import { planMerge, type Twin } from '../merge-plan.ts';
import type { Statements } from './database.ts';
import { refreshIncident } from './held-incident.ts';
import { cancelQueued, ensureQueued, type Moment } from './investigation-writes.ts';

const TWINS = `FROM incidents AS own JOIN incidents AS twin ON twin.cluster = own.cluster AND twin.cause_key = own.cause_key
  WHERE own.id = $1 AND own.state = 'open' AND own.cause_key IS NOT NULL AND own.split_from IS NULL AND twin.state = 'open' AND twin.split_from IS NULL`;

/** Whether other open incidents have the cause of this one. */
export async function hasTwins(tx: Statements, incidentId: string): Promise<boolean> {
  return (await tx.first(`SELECT 1 ${TWINS} AND twin.id <> own.id LIMIT 1`, incidentId)) !== undefined;
}

/** Holds this incident and the oldest of those with its cause. The cluster must be locked (see cluster-locks.ts). Which are held. */
export async function holdTwins(tx: Statements, { incidentId }: Pick<Claim, 'incidentId'>): Promise<readonly string[]> {
  const ids = (
    await tx.rows<{ id: string }>(
      `SELECT twin.id ${TWINS} AND (twin.id = own.id OR twin.alerts_total < $2) ORDER BY (twin.id = own.id) DESC, twin.opened_at, twin.id LIMIT $3`,
      incidentId,
      MOST_BY_CAUSE,
      MOST_TWINS,
    )
  ).map(({ id }) => id);
  const held = await tx.rows<{ id: string }>('SELECT id FROM incidents WHERE id = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE', [...ids, incidentId]);
  return held.map(({ id }) => id);
}

/** As the SQLite store does it; with the cluster locked, and only `twins`: what holdTwins holds. Returns whether this one was taken in. */
export async function mergeByCause(
  tx: Statements,
  effects: Effects,
  { incidentId }: Pick<Claim, 'incidentId'>,
  { now, newId, twins }: Moment & { readonly twins: readonly string[] },
): Promise<boolean> {
  const free = await tx.rows<Twin>(
    `SELECT twin.* ${TWINS} AND twin.id = ANY ($2::text[]) AND NOT EXISTS (
       SELECT 1 FROM investigations WHERE incident_id = twin.id AND (state = 'running' OR (state = 'queued' AND (origin = 'person' OR attempts > 0))))`,
    incidentId,
    twins,
  );
  const plan = planMerge(free);
  if (plan === undefined) return false;
  const { into, taken, total, firing, severity } = plan;
  const cancelledBefore = effects.cancelled.length;
  for (const { id } of taken) {
    await cancelQueued(tx, effects, id, { now, why: MERGED });
    await moveMembers(tx, id, into, now);
  }
  await tx.run(
    'UPDATE incidents SET title = $1, severity = $2, rank = $3, updated_at = $4, alerts_total = $5, alerts_firing = $6 WHERE id = $7',
    incidentTitle(into.cause_title, into.lead_alert_name, total),
    severity,
    incidentRank('open', severity),
    now,
    total,
    firing,
    into.id,
  );
  // Nobody has looked at what was cancelled.
  if (effects.cancelled.length > cancelledBefore) await ensureQueued(tx, effects, into, urgency(severity), { now, newId });
  await refreshIncident(tx, into.id);
  return taken.some(({ id }) => id === incidentId);
}

async function moveMembers(tx: Statements, id: string, into: Twin, now: string): Promise<void> {
  await tx.run('UPDATE episodes SET incident_id = $1, joined_by = $2 WHERE incident_id = $3', into.id, sharesCause(into.cause_code), id);
  await tx.run('UPDATE incident_keys SET incident_id = $1 WHERE incident_id = $2', into.id, id);
  await tx.run('UPDATE incidents SET merged_into = $1 WHERE merged_into = $2', into.id, id);
  await tx.run('UPDATE incidents SET split_from = $1 WHERE split_from = $2', into.id, id);
  await tx.run(
    `UPDATE incidents SET state = 'closed', rank = 0, closed_at = $1, merged_into = $2, alerts_total = 0, alerts_firing = 0 WHERE id = $3`,
    now,
    into.id,
    id,
  );
}
