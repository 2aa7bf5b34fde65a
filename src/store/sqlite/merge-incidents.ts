import { urgency } from '#domain/severity.ts';
import { MOST_BY_CAUSE, MOST_TWINS, sharesCause } from '../correlation.ts';
import { incidentRank, incidentTitle } from '../incident-facts.ts';
import { MERGED } from '../limits.ts';
import { planMerge, type Twin } from '../merge-plan.ts';
import { cancelQueued, ensureQueued, refreshIncident, type Writing } from './investigation-writes.ts';

/**
 * Makes one of all open incidents that have the cause of this one: the oldest takes the others in (see planMerge), their alerts, their ways in and their addresses. One that is being
 * investigated, or that a person waits for, is left alone: its own end asks again. What a person took out of another is never merged. Returns whether this one was taken in.
 */
export function mergeByCause(writing: Writing, incidentId: string): boolean {
  const { connection } = writing;
  const twins = connection.all<Twin>(
    `SELECT twin.* FROM incidents AS own JOIN incidents AS twin ON twin.cluster = own.cluster AND twin.cause_key = own.cause_key
     WHERE own.id = ? AND own.state = 'open' AND own.cause_key IS NOT NULL AND own.split_from IS NULL AND twin.state = 'open' AND twin.split_from IS NULL
       AND (twin.id = own.id OR twin.alerts_total < ?) AND NOT EXISTS (
         SELECT 1 FROM investigations WHERE incident_id = twin.id AND (state = 'running' OR (state = 'queued' AND (origin = 'person' OR attempts > 0))))
     ORDER BY twin.id = own.id DESC, twin.opened_at, twin.id LIMIT ?`,
    incidentId,
    MOST_BY_CAUSE,
    MOST_TWINS,
  );
  const plan = planMerge(twins);
  if (plan === undefined) return false;
  const { into, taken, total, firing, severity } = plan;
  const cancelledBefore = writing.effects.cancelled.length;
  for (const { id } of taken) {
    cancelQueued(writing, id, MERGED);
    moveMembers(writing, id, into);
  }
  connection.run(
    'UPDATE incidents SET title = ?, severity = ?, rank = ?, updated_at = ?, alerts_total = ?, alerts_firing = ? WHERE id = ?',
    incidentTitle(into.cause_title, into.lead_alert_name, total),
    severity,
    incidentRank('open', severity),
    writing.now,
    total,
    firing,
    into.id,
  );
  // Nobody has looked at what was cancelled.
  if (writing.effects.cancelled.length > cancelledBefore) ensureQueued(writing, into, urgency(severity), writing.now);
  refreshIncident(connection, into.id);
  return taken.some(({ id }) => id === incidentId);
}

function moveMembers({ connection, now }: Writing, id: string, into: Twin): void {
  connection.run('UPDATE episodes SET incident_id = ?, joined_by = ? WHERE incident_id = ?', into.id, sharesCause(into.cause_code), id);
  connection.run('UPDATE incident_keys SET incident_id = ? WHERE incident_id = ?', into.id, id);
  connection.run('UPDATE incidents SET merged_into = ? WHERE merged_into = ?', into.id, id);
  connection.run('UPDATE incidents SET split_from = ? WHERE split_from = ?', into.id, id);
  connection.run(
    `UPDATE incidents SET state = 'closed', rank = 0, closed_at = ?, merged_into = ?, alerts_total = 0, alerts_firing = 0 WHERE id = ?`,
    now,
    into.id,
    id,
  );
}
