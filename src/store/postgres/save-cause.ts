import type { LabelSet } from '#domain/alert.ts';
import type { Claim } from '#domain/investigation.ts';
import type { Analysis } from '#domain/report.ts';
import { causeKeyOf } from '../correlation.ts';
import { incidentTitle } from '../incident-facts.ts';
import { SEARCHABLE_MEMBERS } from '../limits.ts';
import { searchDocument } from '../search-words.ts';
import type { Statements } from './database.ts';

/** Lets the incident, which is held, its title and the search know what the analysis says. */
export async function saveCause(tx: Statements, held: Claim, analysis: Analysis): Promise<void> {
  const incident = await tx.first<{ lead_alert_name: string; alerts_total: number; cause_code: string | null; cause_title: string | null }>(
    'SELECT lead_alert_name, alerts_total, cause_code, cause_title FROM incidents WHERE id = $1',
    held.incidentId,
  );
  if (incident === undefined) return;
  const cause = analysis.root_causes[0];
  await tx.run(
    `UPDATE incidents SET title = $1, analysis_id = $2, cause_code = $3, cause_title = $4, cause_confidence = $5, cause_key = $6, healthy = $7, inconclusive = $8 WHERE id = $9`,
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
  await enterCause(tx, held.incidentId, cause === undefined ? '' : `${cause.code} ${cause.title}`);
}

/** Lets the newest alerts of an incident be found by its cause (code and title; empty where there is none). */
export async function enterCause(tx: Statements, incidentId: string, cause: string): Promise<void> {
  const members = await tx.rows<{ seq: number; labels: string }>(
    'SELECT seq, labels FROM episodes WHERE incident_id = $1 ORDER BY seq DESC LIMIT $2',
    incidentId,
    SEARCHABLE_MEMBERS,
  );
  if (members.length === 0) return;
  await tx.run(
    `INSERT INTO episode_words (seq, words)
     SELECT seq, array_to_tsvector(string_to_array(words, ' ')) FROM unnest($1::bigint[], $2::text[]) AS new (seq, words)
     ON CONFLICT (seq) DO UPDATE SET words = excluded.words`,
    members.map(({ seq }) => seq),
    members.map(({ labels }) => searchDocument(JSON.parse(labels) as LabelSet, cause)),
  );
}
