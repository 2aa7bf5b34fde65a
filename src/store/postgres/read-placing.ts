import type { Delivery } from '#domain/alert.ts';
import type { InvestigationState } from '#domain/investigation.ts';
import type { Severity } from '#domain/severity.ts';
import { apartKey, groupKeyOf, waysOf } from '../correlation.ts';
import type { RecordPolicy } from '../store.ts';
import type { Statements } from './database.ts';
import { createLedger, type Ledger, type LedgerIncident, leadName } from './incident-ledger.ts';
import { fingerprintName, type Placing } from './place-alerts.ts';
import type { Latest, PlacedEpisode } from './placed-episode.ts';

/** What is to be placed, and by which rules. */
export interface Arrived {
  readonly delivery: Delivery;
  readonly policy: RecordPolicy;
}

export interface Moment {
  readonly now: string;
  readonly newId: () => string;
}

/** Reads, and holds until the transaction ends, what the alerts of these deliveries may change. Their clusters must be locked (see cluster-locks.ts). */
export async function readPlacing(tx: Statements, arrived: readonly Arrived[], moment: Moment): Promise<Placing> {
  const latest = await readLatest(
    tx,
    arrived.map(({ delivery }) => delivery),
  );
  const leads = await readLeads(tx, arrived);
  const known = [...latest.values()].flatMap(({ current }) => current ?? []);
  const ids = known.map(({ incidentId }) => incidentId);
  const ledger = await holdIncidents(tx, [...ids, ...leads.values()], moment, leads);
  return { ledger, known, latest, opened: [], ...moment };
}

/** A ledger of these incidents, whose rows are locked; those that are gone are left out. */
export async function holdIncidents(
  tx: Statements,
  ids: readonly (string | null)[],
  { now, newId }: Moment,
  leads: ReadonlyMap<string, string> = new Map(),
): Promise<Ledger> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  const incidents = wanted.length === 0 ? [] : await readIncidents(tx, wanted);
  return createLedger({ incidents, leads, now, newId });
}

interface EpisodeRow {
  readonly cluster: string;
  readonly fingerprint: string;
  readonly seq: number;
  readonly id: string;
  readonly state: PlacedEpisode['state'];
  readonly starts_at: string;
  readonly latest_start: string | null;
  readonly ends_at: string | null;
  readonly last_seen_at: string;
  readonly incident_id: string | null;
}

async function readLatest(tx: Statements, deliveries: readonly Delivery[]): Promise<Map<string, Latest>> {
  const wanted = new Map<string, readonly [string, string]>();
  for (const { cluster, alerts } of deliveries) {
    for (const { fingerprint } of alerts) wanted.set(fingerprintName(cluster, fingerprint), [cluster, fingerprint]);
  }
  const pairs = [...wanted.values()];
  const rows = await tx.rows<EpisodeRow>(
    `SELECT wanted.cluster, wanted.fingerprint, found.*
     FROM unnest($1::text[], $2::text[]) AS wanted (cluster, fingerprint)
     CROSS JOIN LATERAL (
       SELECT seq, id, state, starts_at, latest_start, ends_at, last_seen_at, incident_id FROM episodes
       WHERE episodes.fingerprint = wanted.fingerprint AND episodes.cluster = wanted.cluster
       ORDER BY seq DESC LIMIT 2) AS found`,
    pairs.map(([cluster]) => cluster),
    pairs.map(([, fingerprint]) => fingerprint),
  );
  const latest = new Map<string, Latest>();
  for (const row of rows.toSorted((a, b) => b.seq - a.seq)) {
    const name = fingerprintName(row.cluster, row.fingerprint);
    const known = latest.get(name);
    if (known === undefined) latest.set(name, { current: episodeOf(row), previousStartsAt: null });
    else known.previousStartsAt = row.starts_at;
  }
  return latest;
}

function episodeOf(row: EpisodeRow): PlacedEpisode {
  return {
    id: row.id,
    seq: row.seq,
    cluster: row.cluster,
    incidentId: row.incident_id,
    opening: undefined,
    state: row.state,
    startsAt: row.starts_at,
    latestStart: row.latest_start,
    endsAt: row.ends_at,
    lastSeenAt: row.last_seen_at,
    repeats: 0,
    said: undefined,
    changed: false,
  };
}

async function readLeads(tx: Statements, arrived: readonly Arrived[]): Promise<Map<string, string>> {
  const wanted = new Map<string, readonly [string, string]>();
  for (const { delivery, policy } of arrived) {
    for (const alert of delivery.alerts) {
      // What is over joins nothing, so where else it would belong does not matter.
      const ways =
        alert.status === 'firing' ? [...waysOf(delivery, alert, policy), { key: apartKey(alert.fingerprint) }] : [{ key: groupKeyOf(delivery, alert) }];
      for (const { key } of ways) wanted.set(leadName(delivery.cluster, key), [delivery.cluster, key]);
    }
  }
  const pairs = [...wanted.values()];
  const rows = await tx.rows<{ cluster: string; key: string; incident_id: string }>(
    `SELECT cluster, key, incident_id FROM incident_keys JOIN unnest($1::text[], $2::text[]) AS wanted (cluster, key) USING (cluster, key)`,
    pairs.map(([cluster]) => cluster),
    pairs.map(([, key]) => key),
  );
  return new Map(rows.map((row) => [leadName(row.cluster, row.key), row.incident_id]));
}

interface IncidentRow {
  readonly id: string;
  readonly cluster: string;
  readonly group_key: string;
  readonly opened_at: string;
  readonly updated_at: string;
  readonly closed_at: string | null;
  readonly lead_alert_name: string;
  readonly lead_namespace: string;
  readonly lead_fingerprint: string;
  readonly cause_title: string | null;
  readonly split_from: string | null;
  readonly severity: Severity;
  readonly state: 'open' | 'closed';
  readonly alerts_total: number;
  readonly alerts_firing: number;
}

interface InvestigationRow {
  readonly id: string;
  readonly incident_id: string;
  readonly state: InvestigationState;
  readonly attempts: number;
  readonly origin: 'alert' | 'person';
  readonly priority: number;
}

async function readIncidents(tx: Statements, ids: readonly string[]): Promise<readonly LedgerIncident[]> {
  const rows = await tx.rows<IncidentRow>(
    `SELECT id, cluster, group_key, opened_at, updated_at, closed_at, lead_alert_name, lead_namespace, lead_fingerprint, cause_title, split_from, severity, state,
       alerts_total, alerts_firing
     FROM incidents WHERE id = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE`,
    ids,
  );
  // What waits or runs, and of what ended the newest, and the newest that was not cancelled.
  const investigations = await tx.rows<InvestigationRow>(
    `SELECT id, incident_id, state, attempts, origin, priority FROM investigations WHERE incident_id = ANY ($1::text[]) AND state IN ('queued', 'running')
     UNION ALL
     SELECT * FROM (
       SELECT DISTINCT ON (incident_id, state = 'cancelled') id, incident_id, state, attempts, origin, priority
       FROM investigations WHERE incident_id = ANY ($1::text[]) AND state NOT IN ('queued', 'running')
       ORDER BY incident_id, state = 'cancelled', id DESC) AS ended`,
    ids,
  );
  const byIncident = Map.groupBy(investigations, ({ incident_id }) => incident_id);
  return rows.map((row) => ({
    id: row.id,
    cluster: row.cluster,
    group: row.group_key,
    openedAt: row.opened_at,
    leadAlertName: row.lead_alert_name,
    leadNamespace: row.lead_namespace,
    leadFingerprint: row.lead_fingerprint,
    causeTitle: row.cause_title,
    splitFrom: row.split_from,
    fresh: false,
    severity: row.severity,
    state: row.state,
    updatedAt: row.updated_at,
    closedAt: row.closed_at,
    total: row.alerts_total,
    firing: row.alerts_firing,
    investigations: (byIncident.get(row.id) ?? []).map((each) => ({ ...each, fresh: false, changed: false })),
    changed: false,
    moved: false,
  }));
}
