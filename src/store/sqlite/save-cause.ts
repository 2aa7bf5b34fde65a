import type { LabelSet } from '#domain/alert.ts';
import type { Claim } from '#domain/investigation.ts';
import type { Analysis } from '#domain/report.ts';
import { causeKeyOf } from '../correlation.ts';
import { incidentTitle } from '../incident-facts.ts';
import { SEARCHABLE_MEMBERS } from '../limits.ts';
import { searchDocument } from '../search-words.ts';
import type { Connection } from './connection.ts';

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
  enterCause(connection, held.incidentId, cause === undefined ? '' : `${cause.code} ${cause.title}`);
}

function enterCause(connection: Connection, incidentId: string, cause: string): void {
  const members = connection.all<{ seq: number; labels: string }>(
    'SELECT seq, labels FROM episodes WHERE incident_id = ? ORDER BY seq DESC LIMIT ?',
    incidentId,
    SEARCHABLE_MEMBERS,
  );
  for (const { seq, labels } of members) {
    connection.run('INSERT OR REPLACE INTO episode_words (rowid, words) VALUES (?, ?)', seq, searchDocument(JSON.parse(labels) as LabelSet, cause));
  }
}
