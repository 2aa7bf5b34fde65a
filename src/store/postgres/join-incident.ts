import { urgency } from '#domain/severity.ts';
import { PUT_BACK } from '../correlation.ts';
import type { Effects } from '../effects.ts';
import { incidentRank, incidentTitle } from '../incident-facts.ts';
import { PUT_BACK_BY_PERSON } from '../limits.ts';
import { type Joinable, type Member, type Part, partOf, planJoin } from '../split-plan.ts';
import type { JoinResult } from '../store.ts';
import type { Statements } from './database.ts';
import { refreshIncident } from './held-incident.ts';
import { cancelAll, ensureQueued, type Moment } from './investigation-writes.ts';
import { enterCause } from './save-cause.ts';

/** As the SQLite store does it; with the cluster locked (see cluster-locks.ts). */
export async function joinIncident(tx: Statements, effects: Effects, incidentId: string, moment: Moment): Promise<JoinResult> {
  // Both are held, in the order of their ids.
  const rows = await tx.rows<Joinable>(
    `SELECT id, cluster, state, cause_code, cause_title, merged_into, split_from FROM incidents
     WHERE id = $1 OR id = (SELECT split_from FROM incidents WHERE id = $1) ORDER BY id FOR NO KEY UPDATE`,
    incidentId,
  );
  const rowOf = (wanted: string): Joinable | undefined => rows.find(({ id }) => id === wanted);
  const plan = planJoin(rowOf(incidentId), rowOf);
  if (typeof plan === 'string') return plan;
  const { part, whole } = plan;

  await cancelAll(tx, effects, part.id, { now: moment.now, why: PUT_BACK_BY_PERSON });
  await moveAlerts(tx, part, whole, moment.now);
  const members = await tx.rows<Member>(
    'SELECT fingerprint, firing, alert_name, namespace, labels FROM episodes WHERE incident_id = $1 ORDER BY seq',
    whole.id,
  );
  const all = partOf(members);
  if (all === undefined) throw new Error('An open incident has alerts');
  return { incidentId: whole.id, investigationId: await lookAgain(tx, effects, whole, all, moment) };
}

/** The part stays as an address that leads to the whole. */
async function moveAlerts(tx: Statements, part: Joinable, whole: Joinable, now: string): Promise<void> {
  await tx.run('UPDATE episodes SET incident_id = $1, joined_by = $2 WHERE incident_id = $3', whole.id, PUT_BACK, part.id);
  await tx.run('UPDATE incident_keys SET incident_id = $1 WHERE incident_id = $2', whole.id, part.id);
  await tx.run('UPDATE incidents SET merged_into = $1 WHERE merged_into = $2', whole.id, part.id);
  await tx.run('UPDATE incidents SET split_from = $1 WHERE split_from = $2', whole.id, part.id);
  await tx.run(
    `UPDATE incidents SET state = 'closed', rank = 0, closed_at = $1, merged_into = $2, alerts_total = 0, alerts_firing = 0 WHERE id = $3`,
    now,
    whole.id,
    part.id,
  );
}

/** The whole is another incident than the one that was looked at last. Its next investigation. */
async function lookAgain(tx: Statements, effects: Effects, whole: Joinable, { lead, severity, total, firing }: Part, moment: Moment): Promise<string> {
  await tx.run(
    `UPDATE incidents SET title = $1, severity = $2, rank = $3, updated_at = $4, lead_alert_name = $5, lead_namespace = $6, lead_fingerprint = $7,
       alerts_total = $8, alerts_firing = $9 WHERE id = $10`,
    incidentTitle(whole.cause_title, lead.alert_name, total),
    severity,
    incidentRank('open', severity),
    moment.now,
    lead.alert_name,
    lead.namespace,
    lead.fingerprint,
    total,
    firing,
    whole.id,
  );
  await enterCause(tx, whole.id, whole.cause_code === null ? '' : `${whole.cause_code} ${whole.cause_title}`);
  await ensureQueued(tx, effects, whole, urgency(severity), moment);
  await refreshIncident(tx, whole.id);
  const next = await tx.first<{ id: string }>(`SELECT id FROM investigations WHERE incident_id = $1 AND state = 'queued'`, whole.id);
  return String(next?.id);
}
