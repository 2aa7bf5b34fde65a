import { urgency } from '#domain/severity.ts';
import { apartKey } from '../correlation.ts';
import type { Effects } from '../effects.ts';
import { incidentRank, incidentTitle } from '../incident-facts.ts';
import { CANCELLED } from '../limits.ts';
import { type Member, type Part, planSplit } from '../split-plan.ts';
import type { SplitResult } from '../store.ts';
import type { Statements } from './database.ts';
import { refreshIncident } from './held-incident.ts';
import { cancelQueued, ensureQueued, type Moment } from './investigation-writes.ts';

interface Whole {
  readonly id: string;
  readonly cluster: string;
  readonly group_key: string;
  readonly state: 'open' | 'closed';
  readonly cause_title: string | null;
  readonly merged_into: string | null;
}

/** As the SQLite store does it; with the cluster locked (see cluster-locks.ts). `mergedInto`: ask for that one, in another transaction. */
export async function splitIncident(
  tx: Statements,
  effects: Effects,
  incidentId: string,
  { now, newId, fingerprints }: Moment & { readonly fingerprints: ReadonlySet<string> },
): Promise<SplitResult | { readonly mergedInto: string }> {
  const whole = await tx.first<Whole>(
    'SELECT id, cluster, group_key, state, cause_title, merged_into FROM incidents WHERE id = $1 FOR NO KEY UPDATE',
    incidentId,
  );
  if (whole === undefined) return 'no-incident';
  if (whole.merged_into !== null) return { mergedInto: whole.merged_into };
  if (whole.state !== 'open') return 'over';
  const members = await tx.rows<Member>(
    'SELECT fingerprint, firing, alert_name, namespace, labels FROM episodes WHERE incident_id = $1 ORDER BY seq',
    whole.id,
  );
  const plan = planSplit(members, fingerprints);
  if (typeof plan === 'string') return plan;
  const opened = await openApart(tx, effects, whole, plan.taken, { now, newId });
  await moveAlerts(tx, whole, opened.incidentId, [...fingerprints]);
  await refreshIncident(tx, opened.incidentId);
  await keepRest(tx, effects, whole, plan.rest, { now, newId });
  return opened;
}

async function openApart(
  tx: Statements,
  effects: Effects,
  whole: Whole,
  part: Part,
  { now, newId }: Moment,
): Promise<{ readonly incidentId: string; readonly investigationId: string }> {
  const [incidentId, investigationId] = [newId(), newId()];
  await tx.run(
    `INSERT INTO incidents (id, cluster, group_key, title, severity, state, rank, opened_at, updated_at,
       lead_alert_name, lead_namespace, lead_fingerprint, alerts_total, alerts_firing, split_from)
     VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $7, $8, $9, $10, $11, $12, $13)`,
    incidentId,
    whole.cluster,
    whole.group_key,
    incidentTitle(null, part.lead.alert_name, part.total),
    part.severity,
    incidentRank('open', part.severity),
    now,
    part.lead.alert_name,
    part.lead.namespace,
    part.lead.fingerprint,
    part.total,
    part.firing,
    whole.id,
  );
  await tx.run(
    `INSERT INTO investigations (id, incident_id, cluster, state, priority, origin, run_at, created_at) VALUES ($1, $2, $3, 'queued', $4, 'person', $5, $5)`,
    investigationId,
    incidentId,
    whole.cluster,
    urgency(part.severity),
    now,
  );
  effects.queued.push(investigationId);
  return { incidentId, investigationId };
}

async function moveAlerts(tx: Statements, whole: Whole, into: string, fingerprints: readonly string[]): Promise<void> {
  await tx.run(`UPDATE episodes SET incident_id = $1, joined_by = '' WHERE incident_id = $2 AND fingerprint = ANY ($3::text[])`, into, whole.id, fingerprints);
  await tx.run(
    `INSERT INTO incident_keys (cluster, key, incident_id) SELECT $1, key, $2 FROM unnest($3::text[]) AS apart (key)
     ON CONFLICT (cluster, key) DO UPDATE SET incident_id = excluded.incident_id`,
    whole.cluster,
    into,
    fingerprints.map(apartKey),
  );
}

/** What is left is another incident than the one that was looked at: it is looked at again, or is over. */
async function keepRest(tx: Statements, effects: Effects, whole: Whole, part: Part, { now, newId }: Moment): Promise<void> {
  const state = part.firing > 0 ? 'open' : 'closed';
  await tx.run(
    `UPDATE incidents SET title = $1, severity = $2, state = $3, rank = $4, closed_at = $5, lead_alert_name = $6, lead_namespace = $7, lead_fingerprint = $8,
       alerts_total = $9, alerts_firing = $10 WHERE id = $11`,
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
  if (state === 'open') await ensureQueued(tx, effects, whole, urgency(part.severity), { now, newId });
  else await cancelQueued(tx, effects, whole.id, { now, why: CANCELLED });
  await refreshIncident(tx, whole.id);
}
