import type { Claim } from '#domain/investigation.ts';
import type { Analysis } from '#domain/report.ts';
import { causeKeyOf } from '../correlation.ts';
import { incidentTitle } from '../incident-facts.ts';
import type { Connection } from './connection.ts';
import { enterCause } from './word-index.ts';

/** Lets the incident, its title and the search know what the analysis says. */
export function saveCause(connection: Connection, held: Claim, analysis: Analysis): void {
  const incident = connection.get<{ lead_alert_name: string; alerts_total: number; cause_code: string | null; cause_title: string | null }>(
    'SELECT lead_alert_name, alerts_total, cause_code, cause_title FROM incidents WHERE id = ?',
    held.incidentId,
  );
  if (incident === undefined) return;
  const cause = analysis.root_causes[0];
  connection.run(
    `UPDATE incidents SET title = ?, analysis_id = ?, cause_code = ?, cause_title = ?, cause_confidence = ?, cause_key = ?, healthy = ?, inconclusive = ? WHERE id = ?`,
    incidentTitle(cause?.title ?? null, incident.lead_alert_name, incident.alerts_total),
    held.investigationId,
    cause?.code ?? null,
    cause?.title ?? null,
    cause?.confidence ?? null,
    causeKeyOf(analysis),
    analysis.healthy ? 1 : 0,
    analysis.inconclusive ? 1 : 0,
    held.incidentId,
  );
  if ((cause?.code ?? null) === incident.cause_code && (cause?.title ?? null) === incident.cause_title) return;
  enterCause(connection, held.incidentId, cause);
}
