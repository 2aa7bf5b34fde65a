import { urgency } from '#domain/severity.ts';
import { apartKey } from '../correlation.ts';
import { incidentRank, incidentTitle } from '../incident-facts.ts';
import { type Member, type Part, planSplit } from '../split-plan.ts';
import type { SplitResult } from '../store.ts';
import { cancelQueued, ensureQueued, insertInvestigation, refreshIncident, type Writing } from './investigation-writes.ts';

interface Whole {
  readonly id: string;
  readonly cluster: string;
  readonly group_key: string;
  readonly state: 'open' | 'closed';
  readonly cause_title: string | null;
  readonly merged_into: string | null;
}

/** Takes alerts out of an incident, into one of their own: see Corrections.split. */
export function splitIncident(writing: Writing, incidentId: string, fingerprints: ReadonlySet<string>): SplitResult {
  const { connection } = writing;
  const whole = connection.get<Whole>('SELECT id, cluster, group_key, state, cause_title, merged_into FROM incidents WHERE id = ?', incidentId);
  if (whole === undefined) return 'no-incident';
  // What another took in is that one.
  if (whole.merged_into !== null) return splitIncident(writing, whole.merged_into, fingerprints);
  if (whole.state !== 'open') return 'over';
  const members = connection.all<Member>(
    'SELECT fingerprint, firing, alert_name, namespace, labels FROM episodes WHERE incident_id = ? ORDER BY seq',
    whole.id,
  );
  const plan = planSplit(members, fingerprints);
  if (typeof plan === 'string') return plan;
  const opened = openApart(writing, whole, plan.taken);
  for (const fingerprint of fingerprints) moveAlert(writing, whole, opened.incidentId, fingerprint);
  refreshIncident(connection, opened.incidentId);
  keepRest(writing, whole, plan.rest);
  return opened;
}

function openApart(writing: Writing, whole: Whole, part: Part): { readonly incidentId: string; readonly investigationId: string } {
  const { connection, now, newId, effects } = writing;
  const [incidentId, investigationId] = [newId(), newId()];
  connection.run(
    `INSERT INTO incidents (id, cluster, group_key, title, severity, state, rank, opened_at, updated_at,
       lead_alert_name, lead_namespace, lead_fingerprint, alerts_total, alerts_firing, split_from)
     VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    incidentId,
    whole.cluster,
    whole.group_key,
    incidentTitle(null, part.lead.alert_name, part.total),
    part.severity,
    incidentRank('open', part.severity),
    now,
    now,
    part.lead.alert_name,
    part.lead.namespace,
    part.lead.fingerprint,
    part.total,
    part.firing,
    whole.id,
  );
  insertInvestigation(writing, investigationId, { id: incidentId, cluster: whole.cluster }, urgency(part.severity), 'person');
  effects.queued.push(investigationId);
  return { incidentId, investigationId };
}

function moveAlert({ connection }: Writing, whole: Whole, into: string, fingerprint: string): void {
  connection.run(`UPDATE episodes SET incident_id = ?, joined_by = '' WHERE incident_id = ? AND fingerprint = ?`, into, whole.id, fingerprint);
  connection.run(
    'INSERT INTO incident_keys (cluster, key, incident_id) VALUES (?, ?, ?) ON CONFLICT (cluster, key) DO UPDATE SET incident_id = excluded.incident_id',
    whole.cluster,
    apartKey(fingerprint),
    into,
  );
}

/** What is left is another incident than the one that was looked at: it is looked at again, or is over. */
function keepRest(writing: Writing, whole: Whole, part: Part): void {
  const { connection, now } = writing;
  const state = part.firing > 0 ? 'open' : 'closed';
  connection.run(
    `UPDATE incidents SET title = ?, severity = ?, state = ?, rank = ?, closed_at = ?, lead_alert_name = ?, lead_namespace = ?, lead_fingerprint = ?,
       alerts_total = ?, alerts_firing = ? WHERE id = ?`,
    incidentTitle(whole.cause_title, part.lead.alert_name, part.total),
    part.severity,
    state,
    incidentRank(state, part.severity),
    state === 'open' ? null : now,
    part.lead.alert_name,
    part.lead.namespace,
    part.lead.fingerprint,
    part.total,
    part.firing,
    whole.id,
  );
  if (state === 'open') ensureQueued(writing, whole, urgency(part.severity), now);
  else cancelQueued(writing, whole.id);
  refreshIncident(connection, whole.id);
}
