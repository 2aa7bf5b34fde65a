import { urgency } from '#domain/severity.ts';
import { PUT_BACK } from '../correlation.ts';
import { incidentRank, incidentTitle } from '../incident-facts.ts';
import { PUT_BACK_BY_PERSON } from '../limits.ts';
import { type Joinable, type Member, type Part, partOf, planJoin } from '../split-plan.ts';
import type { JoinResult } from '../store.ts';
import { cancelAll, ensureQueued, refreshIncident, type Writing } from './investigation-writes.ts';
import { enterCause } from './word-index.ts';

/** Puts alerts back into the incident that they were taken out of: see Corrections.join. */
export function joinIncident(writing: Writing, incidentId: string): JoinResult {
  const { connection } = writing;
  const plan = planJoin(rowOf(writing, incidentId), (id) => rowOf(writing, id));
  if (typeof plan === 'string') return plan;
  const { part, whole } = plan;

  cancelAll(writing, part.id, PUT_BACK_BY_PERSON);
  moveAlerts(writing, part, whole);
  const members = connection.all<Member>(
    'SELECT fingerprint, firing, alert_name, namespace, labels FROM episodes WHERE incident_id = ? ORDER BY seq',
    whole.id,
  );
  const all = partOf(members);
  if (all === undefined) throw new Error('An open incident has alerts');
  return { incidentId: whole.id, investigationId: lookAgain(writing, whole, all) };
}

function rowOf({ connection }: Writing, id: string): Joinable | undefined {
  return connection.get<Joinable>('SELECT id, cluster, state, cause_code, cause_title, merged_into, split_from FROM incidents WHERE id = ?', id);
}

/** The part stays as an address that leads to the whole. */
function moveAlerts({ connection, now }: Writing, part: Joinable, whole: Joinable): void {
  connection.run('UPDATE episodes SET incident_id = ?, joined_by = ? WHERE incident_id = ?', whole.id, PUT_BACK, part.id);
  connection.run('UPDATE incident_keys SET incident_id = ? WHERE incident_id = ?', whole.id, part.id);
  connection.run('UPDATE incidents SET merged_into = ? WHERE merged_into = ?', whole.id, part.id);
  connection.run('UPDATE incidents SET split_from = ? WHERE split_from = ?', whole.id, part.id);
  connection.run(
    `UPDATE incidents SET state = 'closed', rank = 0, closed_at = ?, merged_into = ?, alerts_total = 0, alerts_firing = 0 WHERE id = ?`,
    now,
    whole.id,
    part.id,
  );
}

/** The whole is another incident than the one that was looked at last. Its next investigation. */
function lookAgain(writing: Writing, whole: Joinable, { lead, severity, total, firing }: Part): string {
  const { connection, now } = writing;
  connection.run(
    `UPDATE incidents SET title = ?, severity = ?, rank = ?, updated_at = ?, lead_alert_name = ?, lead_namespace = ?, lead_fingerprint = ?,
       alerts_total = ?, alerts_firing = ? WHERE id = ?`,
    incidentTitle(whole.cause_title, lead.alert_name, total),
    severity,
    incidentRank('open', severity),
    now,
    lead.alert_name,
    lead.namespace,
    lead.fingerprint,
    total,
    firing,
    whole.id,
  );
  enterCause(connection, whole.id, whole.cause_code === null ? undefined : { code: whole.cause_code, title: whole.cause_title ?? '' });
  ensureQueued(writing, whole, urgency(severity), now);
  refreshIncident(connection, whole.id);
  return String(connection.get<{ id: string }>(`SELECT id FROM investigations WHERE incident_id = ? AND state = 'queued'`, whole.id)?.id);
}
