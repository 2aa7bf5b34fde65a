import { type Effects, STATUS_OF } from '../effects.ts';
import { incidentRank, incidentTitle } from '../incident-facts.ts';
import { CANCELLED } from '../limits.ts';
import type { Statements } from './database.ts';
import { currentInvestigation, type Ledger, type LedgerIncident, type LedgerInvestigation } from './incident-ledger.ts';
import { addSteps } from './progress-steps.ts';

/** Writes what a transaction has changed of incidents and their investigations. */
export async function writeLedger(tx: Statements, { incidents, newLeads }: Ledger, now: string, effects: Effects): Promise<void> {
  const changed = [...incidents.values()].filter((incident) => incident.changed);
  await insertIncidents(
    tx,
    changed.filter(({ fresh }) => fresh),
  );
  await updateIncidents(
    tx,
    changed.filter(({ fresh }) => !fresh),
  );
  const investigations = changed.flatMap((incident) => incident.investigations.filter((each) => each.changed).map((each) => ({ ...each, incident })));
  await insertInvestigations(
    tx,
    investigations.filter(({ fresh }) => fresh),
    now,
  );
  await updateInvestigations(
    tx,
    investigations.filter(({ fresh }) => !fresh),
    now,
  );
  const cancelled = investigations.filter(({ state }) => state === 'cancelled');
  effects.steps.push(
    ...(await addSteps(
      tx,
      cancelled.map(({ id }) => ({ investigationId: id, at: now, what: CANCELLED, kind: 'end' })),
    )),
  );
  await tellEpisodes(
    tx,
    changed.filter(({ fresh, moved }) => moved && !fresh),
  );
  await writeLeads(tx, [...newLeads.values()]);
}

async function insertIncidents(tx: Statements, incidents: readonly LedgerIncident[]): Promise<void> {
  if (incidents.length === 0) return;
  await tx.run(
    `INSERT INTO incidents (id, cluster, group_key, title, severity, state, rank, opened_at, updated_at, closed_at,
       lead_alert_name, lead_namespace, lead_fingerprint, alerts_total, alerts_firing, investigation_id, split_from)
     SELECT id, cluster, group_key, title, severity, state, rank, opened_at, updated_at, closed_at,
       lead_alert_name, lead_namespace, lead_fingerprint, alerts_total, alerts_firing, investigation_id, split_from
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[], $10::text[],
       $11::text[], $12::text[], $13::text[], $14::int[], $15::int[], $16::text[], $17::text[]) WITH ORDINALITY
       AS new (id, cluster, group_key, title, severity, state, rank, opened_at, updated_at, closed_at,
         lead_alert_name, lead_namespace, lead_fingerprint, alerts_total, alerts_firing, investigation_id, split_from, nth)
     ORDER BY nth`,
    incidents.map(({ id }) => id),
    incidents.map(({ cluster }) => cluster),
    incidents.map(({ group }) => group),
    incidents.map(titleOf),
    incidents.map(({ severity }) => severity),
    incidents.map(({ state }) => state),
    incidents.map(({ state, severity }) => incidentRank(state, severity)),
    incidents.map(({ openedAt }) => openedAt),
    incidents.map(({ updatedAt }) => updatedAt),
    incidents.map(({ closedAt }) => closedAt),
    incidents.map(({ leadAlertName }) => leadAlertName),
    incidents.map(({ leadNamespace }) => leadNamespace),
    incidents.map(({ leadFingerprint }) => leadFingerprint),
    incidents.map(({ total }) => total),
    incidents.map(({ firing }) => firing),
    incidents.map((incident) => currentInvestigation(incident)?.id ?? null),
    incidents.map(({ splitFrom }) => splitFrom),
  );
}

async function updateIncidents(tx: Statements, incidents: readonly LedgerIncident[]): Promise<void> {
  if (incidents.length === 0) return;
  await tx.run(
    `UPDATE incidents SET title = new.title, severity = new.severity, state = new.state, rank = new.rank, updated_at = new.updated_at, closed_at = new.closed_at,
       alerts_total = new.total, alerts_firing = new.firing,
       investigation_id = CASE WHEN new.moved THEN new.investigation_id ELSE incidents.investigation_id END
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::int[], $9::int[], $10::bool[], $11::text[])
       AS new (id, title, severity, state, rank, updated_at, closed_at, total, firing, moved, investigation_id)
     WHERE incidents.id = new.id`,
    incidents.map(({ id }) => id),
    incidents.map(titleOf),
    incidents.map(({ severity }) => severity),
    incidents.map(({ state }) => state),
    incidents.map(({ state, severity }) => incidentRank(state, severity)),
    incidents.map(({ updatedAt }) => updatedAt),
    incidents.map(({ closedAt }) => closedAt),
    incidents.map(({ total }) => total),
    incidents.map(({ firing }) => firing),
    incidents.map(({ moved }) => moved),
    incidents.map((incident) => currentInvestigation(incident)?.id ?? null),
  );
}

function titleOf({ causeTitle, leadAlertName, total }: LedgerIncident): string {
  return incidentTitle(causeTitle, leadAlertName, total);
}

type Written = LedgerInvestigation & { readonly incident: LedgerIncident };

async function insertInvestigations(tx: Statements, investigations: readonly Written[], now: string): Promise<void> {
  if (investigations.length === 0) return;
  await tx.run(
    `INSERT INTO investigations (id, incident_id, cluster, state, priority, origin, run_at, created_at, completed_at, problem)
     SELECT id, incident_id, cluster, state, priority, 'alert', run_at, $1,
       CASE state WHEN 'cancelled' THEN $1 END, CASE state WHEN 'cancelled' THEN $2 END
     FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[]) AS new (id, incident_id, cluster, state, priority, run_at)`,
    now,
    CANCELLED,
    investigations.map(({ id }) => id),
    investigations.map(({ incident }) => incident.id),
    investigations.map(({ incident }) => incident.cluster),
    investigations.map(({ state }) => state),
    investigations.map(({ priority }) => priority),
    investigations.map(({ runAt }) => runAt ?? now),
  );
}

async function updateInvestigations(tx: Statements, investigations: readonly Written[], now: string): Promise<void> {
  if (investigations.length === 0) return;
  await tx.run(
    `UPDATE investigations SET state = new.state, priority = new.priority,
       completed_at = CASE new.state WHEN 'cancelled' THEN $1 ELSE completed_at END, problem = CASE new.state WHEN 'cancelled' THEN $2 ELSE problem END
     FROM unnest($3::text[], $4::text[], $5::int[]) AS new (id, state, priority)
     WHERE investigations.id = new.id`,
    now,
    CANCELLED,
    investigations.map(({ id }) => id),
    investigations.map(({ state }) => state),
    investigations.map(({ priority }) => priority),
  );
}

/** Lets the reports of the incidents' alerts say how the current investigation stands. */
async function tellEpisodes(tx: Statements, incidents: readonly LedgerIncident[]): Promise<void> {
  if (incidents.length === 0) return;
  await tx.run(
    `UPDATE episodes SET status = new.status FROM unnest($1::text[], $2::text[]) AS new (incident_id, status)
     WHERE episodes.incident_id = new.incident_id AND episodes.status <> new.status`,
    incidents.map(({ id }) => id),
    incidents.map((incident) => STATUS_OF[currentInvestigation(incident)?.state ?? 'cancelled']),
  );
}

async function writeLeads(tx: Statements, leads: readonly { readonly cluster: string; readonly key: string; readonly incidentId: string }[]): Promise<void> {
  if (leads.length === 0) return;
  await tx.run(
    `INSERT INTO incident_keys (cluster, key, incident_id) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
     ON CONFLICT (cluster, key) DO UPDATE SET incident_id = excluded.incident_id`,
    leads.map(({ cluster }) => cluster),
    leads.map(({ key }) => key),
    leads.map(({ incidentId }) => incidentId),
  );
}
