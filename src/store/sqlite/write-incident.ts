import type { Severity } from '#domain/severity.ts';
import { incidentRank, incidentTitle } from '../incident-facts.ts';
import type { Writing } from './investigation-writes.ts';

/** The columns of an incident's row that placing alerts reads and changes. */
export interface Entry {
  readonly id: string;
  readonly cluster: string;
  readonly group_key: string;
  readonly opened_at: string;
  readonly lead_alert_name: string;
  readonly lead_namespace: string;
  readonly lead_fingerprint: string;
  readonly cause_title: string | null;
  readonly split_from: string | null;
  severity: Severity;
  state: 'open' | 'closed';
  updated_at: string;
  alerts_total: number;
  alerts_firing: number;
}

export function insertIncident({ connection, now }: Writing, entry: Entry, investigationId: string | null): void {
  connection.run(
    `INSERT INTO incidents (id, cluster, group_key, title, severity, state, rank, opened_at, updated_at, closed_at,
       lead_alert_name, lead_namespace, lead_fingerprint, alerts_total, alerts_firing, investigation_id, split_from)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    entry.id,
    entry.cluster,
    entry.group_key,
    incidentTitle(null, entry.lead_alert_name, entry.alerts_total),
    entry.severity,
    entry.state,
    incidentRank(entry.state, entry.severity),
    entry.opened_at,
    entry.updated_at,
    entry.state === 'closed' ? now : null,
    entry.lead_alert_name,
    entry.lead_namespace,
    entry.lead_fingerprint,
    entry.alerts_total,
    entry.alerts_firing,
    investigationId,
    entry.split_from,
  );
}

export function updateIncident({ connection, now }: Writing, entry: Entry, closes: boolean): void {
  connection.run(
    `UPDATE incidents SET title = ?, severity = ?, state = ?, rank = ?, updated_at = ?, closed_at = CASE WHEN ? THEN ? ELSE closed_at END,
       alerts_total = ?, alerts_firing = ? WHERE id = ?`,
    incidentTitle(entry.cause_title, entry.lead_alert_name, entry.alerts_total),
    entry.severity,
    entry.state,
    incidentRank(entry.state, entry.severity),
    entry.updated_at,
    closes ? 1 : 0,
    now,
    entry.alerts_total,
    entry.alerts_firing,
    entry.id,
  );
}
