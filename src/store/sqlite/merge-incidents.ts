import { mostUrgent, type Severity, urgency } from '#domain/severity.ts';
import { MOST_BY_CAUSE, sharesCause } from '../correlation.ts';
import { incidentRank, incidentTitle } from '../incident-facts.ts';
import { cancelQueued, ensureQueued, refreshIncident, type Writing } from './investigation-writes.ts';

interface Row {
  readonly id: string;
  readonly cluster: string;
  readonly severity: Severity;
  readonly cause_code: string;
  readonly cause_title: string | null;
  readonly lead_alert_name: string;
  readonly alerts_total: number;
  readonly alerts_firing: number;
}

/**
 * Makes one of all open incidents that have the cause of this one: the oldest takes the others in, their alerts, their ways in and their addresses. One that is being
 * investigated, or that a person waits for, is left alone: its own end asks again. Returns whether this one was taken in.
 */
export function mergeByCause(writing: Writing, incidentId: string): boolean {
  const { connection } = writing;
  const same = connection.all<Row>(
    `SELECT twin.* FROM incidents AS own JOIN incidents AS twin ON twin.cluster = own.cluster AND twin.cause_key = own.cause_key
     WHERE own.id = ? AND own.state = 'open' AND own.cause_key IS NOT NULL AND twin.state = 'open' AND NOT EXISTS (
       SELECT 1 FROM investigations WHERE incident_id = twin.id AND (state = 'running' OR (state = 'queued' AND (origin = 'person' OR attempts > 0))))
     ORDER BY twin.opened_at, twin.id LIMIT 100`,
    incidentId,
  );
  const [oldest, ...others] = same;
  if (oldest === undefined || others.length === 0) return false;
  let { alerts_total: total, alerts_firing: firing, severity } = oldest;
  let waited = false;
  const merged = new Set<string>();
  for (const other of others) {
    if (total + other.alerts_total > MOST_BY_CAUSE) continue;
    const cancelledBefore = writing.effects.cancelled.length;
    cancelQueued(writing, other.id);
    waited ||= writing.effects.cancelled.length > cancelledBefore;
    moveMembers(writing, other, oldest);
    total += other.alerts_total;
    firing += other.alerts_firing;
    severity = mostUrgent([severity, other.severity]);
    merged.add(other.id);
  }
  if (merged.size === 0) return false;
  connection.run(
    'UPDATE incidents SET title = ?, severity = ?, rank = ?, updated_at = ?, alerts_total = ?, alerts_firing = ? WHERE id = ?',
    incidentTitle(oldest.cause_title, oldest.lead_alert_name, total),
    severity,
    incidentRank('open', severity),
    writing.now,
    total,
    firing,
    oldest.id,
  );
  // Nobody has looked at what was cancelled.
  if (waited) ensureQueued(writing, oldest, urgency(severity), writing.now);
  refreshIncident(connection, oldest.id);
  return merged.has(incidentId);
}

function moveMembers({ connection, now }: Writing, { id }: Row, into: Row): void {
  connection.run('UPDATE episodes SET incident_id = ?, joined_by = ? WHERE incident_id = ?', into.id, sharesCause(into.cause_code), id);
  connection.run('UPDATE incident_keys SET incident_id = ? WHERE incident_id = ?', into.id, id);
  connection.run('UPDATE incidents SET merged_into = ? WHERE merged_into = ?', into.id, id);
  connection.run(
    `UPDATE incidents SET state = 'closed', rank = 0, closed_at = ?, merged_into = ?, alerts_total = 0, alerts_firing = 0 WHERE id = ?`,
    now,
    into.id,
    id,
  );
}
